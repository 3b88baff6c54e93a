import assert from "node:assert/strict";
import { test } from "node:test";

import {
  brightest,
  brightestNinth,
  decodeGrid,
  layerNamed,
  pixelBox,
  spread,
  upsample,
} from "../../../page/shared/maps.js";

const grid = (width, ...values) => ({ width, height: values.length / width, values });

test("a grid of one value fills any size with it", () => {
  assert.deepEqual([...upsample(grid(1, 0.25), 3, 2)], Array(6).fill(0.25));
});

test("between two values the curve is the cubic one, and what leaves 0 to 1 is cut", () => {
  // By hand, with a = -0.75: at a quarter of the way the right value weighs 0.26171875 and, once more from beyond the
  // edge, -0.03515625.
  assert.deepEqual([...upsample(grid(2, 0, 1), 4, 1)], [0, 0.2265625, 0.7734375, 1]);
});

test("down goes as across", () => {
  assert.deepEqual([...upsample(grid(1, 0, 1), 1, 4)], [0, 0.2265625, 0.7734375, 1]);
});

test("a grid in its own size stays as it is", () => {
  const values = [0, 0.5, 1, 0.25, 0.75, 0.125];
  assert.deepEqual([...upsample(grid(3, ...values), 3, 2)], values);
});

test("a seen part is a box of whole pixels, halves rounded up", () => {
  assert.deepEqual(pixelBox([0.25, 0, 0.5, 1], 10, 4), { left: 3, top: 0, right: 8, bottom: 4 });
});

test("a box has at least one pixel, and that one is on the picture", () => {
  assert.deepEqual(pixelBox([0.999, 0.5, 0.001, 0.0001], 10, 10), { left: 9, top: 5, right: 10, bottom: 6 });
  assert.deepEqual(pixelBox([0.5, 0.999, 0.0001, 0.001], 10, 10), { left: 5, top: 9, right: 6, bottom: 10 });
});

test("the brightest place is the middle of the first brightest cell", () => {
  // The cell in the second column and the first row of four by two, in the lower right quarter of the picture.
  const place = brightest(grid(4, 0.1, 0.9, 0.2, 0.9, 0, 0, 0, 0), [0.5, 0.5, 0.5, 0.5]);
  assert.deepEqual(place, [0.5 + (0.5 * 1.5) / 4, 0.5 + (0.5 * 0.5) / 2]);
});

for (const [at, ninth] of [
  [0, 0],
  [6, 2],
  [24, 4],
  [42, 6],
  [48, 8],
]) {
  test(`cell ${at} of seven by seven lies in ninth ${ninth}`, () => {
    const values = Array(49).fill(0);
    values[at] = 1;
    assert.equal(brightestNinth(grid(7, ...values)), ninth);
  });
}

test("a single cell lies in the middle", () => {
  assert.equal(brightestNinth(grid(1, 1)), 4);
});

test("a map comes as sixteen bits for each value, the low byte first", () => {
  const bytes = Uint8Array.of(0, 0, 255, 255, 0, 51); // 0, 65535 and 0x3300 = 13056
  const values = decodeGrid(btoa(String.fromCharCode(...bytes)));
  assert.deepEqual([...values], [0, 1, Math.fround(13056 / 65535)]);
});

test("a layer is found by its name, and one that is not there is an error", () => {
  const layer = /** @type {Layer} */ ({ name: "late" });
  assert.equal(layerNamed([/** @type {Layer} */ ({ name: "early" }), layer], "late"), layer);
  assert.throws(() => layerNamed([layer], "early"), RangeError);
});

/* The middle of all that glows, in fractions of the picture. */
function centre({ width, height, values }) {
  let [sum, x, y] = [0, 0, 0];
  values.forEach((value, i) => {
    sum += value;
    x += value * ((i % width) + 0.5);
    y += value * (Math.floor(i / width) + 0.5);
  });
  return [x / sum / width, y / sum / height];
}

test("a field of a spread map lies where it was seen, to a tenth of a field", () => {
  /** @type {[number, number, number, number][]} */
  const seens = [
    [0, 0, 1, 1],
    [0.125, 0, 0.75, 1],
    [0, 0.11, 1, 0.78],
    [0.3, 0.2, 0.41, 0.55],
  ];
  for (const seen of seens) {
    for (const [column, row] of [
      [3, 3],
      [1, 2],
      [5, 4],
    ]) {
      const values = new Float32Array(49);
      values[7 * row + column] = 1;
      const spreadOut = spread({ width: 7, height: 7, values }, seen);
      const [x, y] = centre(spreadOut);
      assert.ok(Math.abs(x - (seen[0] + (seen[2] * (column + 0.5)) / 7)) < (0.1 * seen[2]) / 7);
      assert.ok(Math.abs(y - (seen[1] + (seen[3] * (row + 0.5)) / 7)) < (0.1 * seen[3]) / 7);
    }
  }
});

test("nothing glows beside what was seen", () => {
  const { width, values } = spread({ width: 2, height: 2, values: Float32Array.of(1, 1, 1, 1) }, [0.5, 0, 0.5, 1]);
  assert.equal(width, 32);
  values.forEach((value, i) => assert.equal(value > 0, i % width >= width / 2));
});
