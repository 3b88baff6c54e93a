import assert from "node:assert/strict";
import { test } from "node:test";

import { cutOff, nextOf, threadOf } from "../../../page/experiments/thread.js";

const ALL = [
  "cover",
  "fool",
  "move_the_window",
  "you_first",
  "dress_up",
  "dog_or_cat",
  "from_nothing",
  "try_map",
  "many",
];
/** @type {Seen} */
const WHOLE = [0, 0, 1, 1];
/** @type {Seen} */
const HALF = [0.25, 0, 0.5, 1]; // the window leaves out half of the photo

/**
 * A map of 32 by 32 with a bright square of 10 by 10, which is the brightest tenth of it.
 * @param {number} left
 */
function mapWith(left) {
  const values = new Float32Array(32 * 32);
  for (let y = 10; y < 20; y++) for (let x = left; x < left + 10; x++) values[32 * y + x] = 1;
  return { width: 32, height: 32, values };
}
const picture = { map: mapWith(11), seen: WHOLE, kinds: false, guessed: false, today: null };

/** @type {[string, any, string[]][]} */
const RULES = [
  ["begins with covering the bright part", {}, ["cover", "fool", "move_the_window"]],
  ["asks which of the two where two kinds are in it", { kinds: true }, ["dog_or_cat", "cover", "fool"]],
  [
    "moves the window where it cuts off what is bright",
    { map: mapWith(0), seen: HALF },
    ["move_the_window", "cover", "fool"],
  ],
  ["covers where the window leaves out nothing", { map: mapWith(0) }, ["cover", "fool", "move_the_window"]],
  [
    "fools where the map points at nothing",
    { map: { width: 2, height: 2, values: new Float32Array(4) } },
    ["fool", "cover", "move_the_window"],
  ],
  ["counts a guess as its first test", { guessed: true }, ["you_first", "cover", "fool"]],
  ["begins with the test of a link", { today: "dress_up", kinds: true }, ["dress_up", "cover", "fool"]],
  ["makes the test of a link after a guess", { today: "dress_up", guessed: true }, ["you_first", "dress_up", "cover"]],
];
for (const [name, given, thread] of RULES) {
  test(`the way through the tests ${name}`, () => {
    assert.deepEqual(threadOf({ ...picture, ...given }, ALL), thread);
  });
}

test("a test that is not here is passed over, and others of the host take its place", () => {
  assert.deepEqual(threadOf(picture, ["fool"]), ["fool"]);
  assert.deepEqual(threadOf({ ...picture, kinds: true }, ["cover", "fool"]), ["cover", "fool"]);
  assert.deepEqual(threadOf(picture, ["many", "dress_up", "try_map", "cover"]), ["cover", "dress_up", "try_map"]);
  assert.deepEqual(threadOf(picture, []), []);
});

test("it is cut off from a quarter of the photo and a sixth of the bright part on", () => {
  // Two of 32 columns are within a sixteenth of the edge: of ten columns a fifth, and one step away a tenth.
  const seen = (/** @type {number} */ share) => /** @type {Seen} */ ([0, 0, share, 1]);
  assert.equal(cutOff(mapWith(0), seen(0.75)), true);
  assert.equal(cutOff(mapWith(1), seen(0.75)), false);
  assert.equal(cutOff(mapWith(22), seen(0.75)), true);
  assert.equal(cutOff(mapWith(0), seen(0.76)), false);
});

test("after a test comes the next one that was not done, and after the last one nothing", () => {
  const done = new Set(["cover"]);
  const next = (/** @type {string} */ now) =>
    nextOf(["cover", "fool", "move_the_window"], now, (name) => done.has(name));
  assert.equal(next("cover"), "fool");
  assert.equal(next("dress_up"), "fool");
  assert.equal(next("move_the_window"), "fool");
  done.add("fool").add("move_the_window");
  assert.equal(next("move_the_window"), null);
});
