/* What is said of a lesson, by its numbers. Nothing here needs a document. */

export const MOST_THINGS = 6;
export const MOST_PICTURES = 200; // of one thing
export const MOST_UNSEEN = 80;
export const LEAST_UNSEEN = 5; // pictures of each thing from another place
const UNEVEN = 2; // times as many pictures as the other

/**
 * @typedef {{ name: string, pictures: unknown[] }} Thing
 */

/**
 * The thing with most pictures and the one with fewest, where that is uneven; null where it is not.
 * @param {Thing[]} things
 * @returns {{ more: Thing, less: Thing } | null}
 */
export function balanceOf(things) {
  const some = things.filter((thing) => thing.pictures.length).sort((a, b) => b.pictures.length - a.pictures.length);
  const [more, less] = [some[0], some.at(-1)];
  return more && less && more.pictures.length > UNEVEN * less.pictures.length ? { more, less } : null;
}

/**
 * What a thing is called: its name, or "Thing 1".
 * @param {Thing} thing
 * @param {Thing[]} things
 * @param {(number: number) => string} numbered
 */
export const nameOf = (thing, things, numbered) => thing.name.trim() || numbered(things.indexOf(thing) + 1);

/**
 * Whether another thing has this name, however it is written.
 * @param {string} name
 * @param {string[]} others
 */
export function isTaken(name, others) {
  const plain = (/** @type {string} */ text) => text.trim().normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
  return plain(name) !== "" && others.some((other) => plain(other) === plain(name));
}

/**
 * What keeps from trying: null where nothing does, else the key of a sentence and the thing that it is about.
 * @template {Thing} T
 * @param {T[]} things
 * @returns {{ key: string, thing: T | null } | null}
 */
export function missing(things) {
  const filled = things.filter((thing) => thing.pictures.length);
  if (filled.length > 1) return null;
  if (!filled.length) return { key: "first", thing: null };
  const empty = things.find((thing) => !thing.pictures.length);
  return empty?.name.trim() ? { key: "no_picture", thing: empty } : { key: "only_one", thing: null };
}

/**
 * `count` of several, spread evenly from the first to the last.
 * @template T
 * @param {T[]} all
 * @param {number} count
 * @returns {T[]}
 */
export function spread(all, count) {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / count)]);
}
