/* What some experiments make of a map's cells. Nothing here needs a document. */

/**
 * The same map with every cell a block of equal values, at least `least` of them along the shorter side, so that its
 * edges stay sharp when it is drawn.
 * @param {Grid} grid
 * @param {number} least
 * @returns {Grid}
 */
export function blocks({ width, height, values }, least) {
  const times = Math.ceil(least / Math.min(width, height));
  const made = new Float32Array(width * times * height * times);
  for (let y = 0; y < height * times; y++) {
    for (let x = 0; x < width * times; x++) {
      made[y * width * times + x] = values[Math.floor(y / times) * width + Math.floor(x / times)];
    }
  }
  return { width: width * times, height: height * times, values: made };
}

/**
 * The value from which on the brightest `share` of a map lies; never so low that what glows not at all belongs to it.
 * @param {Float32Array} values 0 to 1
 * @param {number} share 0 to 1
 */
export function leastOfBrightest(values, share) {
  const sorted = values.slice().sort();
  return Math.max(1 / 255, sorted[Math.floor((1 - share) * values.length)]);
}

/**
 * The same numbers each time, by a small generator of its own (that of the C standard's `rand`).
 * @param {number} seed
 * @returns {() => number} whole numbers of 0 to 32,767
 */
export function steady(seed) {
  let now = seed;
  return () => {
    now = (now * 1103515245 + 12345) & 0x7fffffff;
    return now >> 16;
  };
}

/**
 * How much of a square sheet is marked, where the middle of the marks lies, from the left and from the top, and how
 * wide and how high they reach; null where nothing is.
 * @param {ArrayLike<number>} marks row by row, 0 where nothing is marked and 255 where it is
 * @returns {{share: number, middle: [number, number], wide: [number, number]} | null} from 0 to 1 all of them
 */
export function extentOf(marks) {
  const side = Math.sqrt(marks.length);
  let [all, across, down] = [0, 0, 0];
  let [left, top, right, bottom] = [side, side, 0, 0];
  for (let i = 0; i < marks.length; i++) {
    if (!marks[i]) continue;
    const [column, row] = [i % side, Math.floor(i / side)];
    all += marks[i];
    across += marks[i] * (column + 0.5);
    down += marks[i] * (row + 0.5);
    [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row + 1)];
  }
  if (!all) return null;
  return {
    share: all / 255 / marks.length,
    middle: [across / all / side, down / all / side],
    wide: [(right - left) / side, (bottom - top) / side],
  };
}

const EVERYWHERE = { wide: 0.8, bright: 0.5, share: 0.55 };

/**
 * Whether marks reach so far that no one place says where they lie.
 * @param {number[]} wide of `extentOf`
 */
export const allOver = ([across, down]) => Math.min(across, down) >= EVERYWHERE.wide;

/**
 * Whether most of a map is at least half as bright as its brightest place.
 * @param {ArrayLike<number>} values 0 to 1
 */
export function mostlyGlows(values) {
  const bright = Array.from(values).filter((value) => value >= EVERYWHERE.bright).length;
  return bright / values.length >= EVERYWHERE.share;
}

/** @type {[number, string][]} */
const AMOUNTS = [
  [0.05, "little"],
  [0.15, "tenth"],
  [0.265, "fifth"],
  [0.415, "third"],
  [0.55, "half"],
];

/**
 * A share as one says it: the nearest of a tenth, a fifth, a third and half, or less or more than those.
 * @param {number} share 0 to 1
 */
export function amountOf(share) {
  return AMOUNTS.find(([below]) => share < below)?.[1] ?? "most";
}
