import assert from "node:assert/strict";
import { test } from "node:test";

import { blocks, leastOfBrightest, spread, steady } from "../../../page/experiments/grids.js";

test("a map of the middle of a wide picture lies in the middle of one of all of it", () => {
  const { width, height, values } = spread({ width: 2, height: 2, values: [1, 2, 3, 4] }, [0.25, 0, 0.5, 1]);
  assert.deepEqual([width, height], [4, 2]);
  assert.deepEqual([...values], [0, 1, 2, 0, 0, 3, 4, 0]);
});

test("a map of the bottom of a tall picture lies at its bottom", () => {
  const { width, height, values } = spread({ width: 2, height: 1, values: [1, 2] }, [0, 2 / 3, 1, 1 / 3]);
  assert.deepEqual([width, height], [2, 3]);
  assert.deepEqual([...values], [0, 0, 0, 0, 1, 2]);
});

test("a map of all of the picture stays as it is", () => {
  const { width, height, values } = spread({ width: 3, height: 1, values: [1, 2, 3] }, [0, 0, 1, 1]);
  assert.deepEqual([width, height, ...values], [3, 1, 1, 2, 3]);
});

test("no value leaves the picture, however the cells are rounded", () => {
  const { width, height, values } = spread({ width: 2, height: 2, values: [1, 2, 3, 4] }, [0.3, 0.3, 0.7, 0.7]);
  assert.deepEqual([width, height], [3, 3]);
  assert.deepEqual([...values], [0, 0, 0, 0, 1, 2, 0, 3, 4]);
});

test("every cell becomes a block", () => {
  const { width, height, values } = blocks({ width: 2, height: 1, values: [1, 2] }, 2);
  assert.deepEqual([width, height], [4, 2]);
  assert.deepEqual([...values], [1, 1, 2, 2, 1, 1, 2, 2]);
});

test("the brightest fifth of ten values begins at the ninth", () => {
  const values = Float32Array.from([3, 9, 1, 7, 5, 8, 2, 6, 4, 0], (value) => value / 10);
  assert.equal(leastOfBrightest(values, 0.2), Math.fround(0.8));
  assert.equal(values[1], Math.fround(0.9)); // they stay in their order
});

test("of a map that is nearly empty nothing that does not glow is bright", () => {
  assert.equal(leastOfBrightest(Float32Array.of(0, 0, 0, 0, 1), 0.5), 1 / 255);
});

test("the generator is that of the C standard's example, and the same each time", () => {
  // By hand: 1103515245 + 12345 = 1103527590 = 0x41C67EA6, whose upper bits are 0x41C6.
  const [first, again] = [steady(1), steady(1)];
  assert.equal(first(), 0x41c6);
  assert.equal(again(), 0x41c6);
});
