/* Which tests follow each other, by what the picture is like. Nothing here needs a document. */

import { leastOfBrightest } from "./grids.js";

const MOST = 3; // tests in a thread
// When the model's window cuts off what it looked at: so much of the photo is outside, and so much of the brightest
// part lies so near to the window's edge, as a share of its side.
const CUT_OFF = { outside: 1 / 4, brightest: 1 / 10, near: 1 / 16, share: 1 / 6 };
const EVEN = 1 / 255; // a map whose values differ by less is the same everywhere
const USUAL = ["cover", "fool", "move_the_window"];
// They are about other pictures, about what nobody has seen yet, or about no picture at all.
const APART = ["many", "memory_card", "you_first", "from_nothing"];

/**
 * How much of a map's brightest part lies along its edge, 0 to 1.
 * @param {Grid} map fine enough for a sixteenth of its side to be some of its values
 */
function alongTheEdge({ width, height, values }) {
  const least = leastOfBrightest(Float32Array.from(values), CUT_OFF.brightest);
  const [across, down] = [CUT_OFF.near * width, CUT_OFF.near * height];
  let all = 0;
  let near = 0;
  values.forEach((/** @type {number} */ value, /** @type {number} */ i) => {
    if (value < least) return;
    const [x, y] = [(i % width) + 0.5, Math.floor(i / width) + 0.5];
    all += 1;
    if (Math.min(x, width - x) < across || Math.min(y, height - y) < down) near += 1;
  });
  return all ? near / all : 0;
}

/**
 * Whether the model's window leaves out much of the photo, and what it looked at lies at its edge.
 * @param {Grid} map
 * @param {Seen} seen
 */
export function cutOff(map, [, , width, height]) {
  return 1 - width * height >= CUT_OFF.outside && alongTheEdge(map) >= CUT_OFF.share;
}

/**
 * The tests that a visitor is led through, the first one first; at most three, and none that is not offered.
 * @param {object} picture
 * @param {Grid} picture.map for the word that the tests are about, at the layer that is shown first
 * @param {Seen} picture.seen
 * @param {boolean} picture.kinds whether two kinds of things are in it
 * @param {boolean} picture.guessed whether the visitor marked where they would look before they saw it
 * @param {string | null} picture.today the test that a link named
 * @param {string[]} offered names of tests, in their order
 */
export function threadOf({ map, seen, kinds, guessed, today }, offered) {
  const even = Math.max(...map.values) - Math.min(...map.values) < EVEN;
  const first = [
    ...(guessed ? ["you_first"] : []),
    ...(today ? [today] : []),
    ...(cutOff(map, seen) ? ["move_the_window"] : []),
    ...(kinds ? ["dog_or_cat"] : []),
    even ? "fool" : "cover",
    ...USUAL,
  ].filter((name) => offered.includes(name));
  // Where a host offers few of these, others of theirs take the place.
  const others = offered.filter((name) => !APART.includes(name));
  const chosen = guessed && today ? first.slice(0, 2) : first.slice(0, 1);
  return [...new Set([...chosen, ...USUAL.filter((name) => offered.includes(name)), ...others])].slice(0, MOST);
}

/**
 * The test of a thread that comes after one, or null after the last: the next one that was not done, from there on and
 * then from the beginning. After a test that is not in the thread it is the first that was not done.
 * @param {string[]} thread
 * @param {string} now
 * @param {(name: string) => boolean} done
 */
export function nextOf(thread, now, done) {
  const at = thread.indexOf(now);
  const left = [...thread.slice(at + 1), ...thread.slice(0, Math.max(0, at))];
  return left.find((name) => !done(name)) ?? null;
}
