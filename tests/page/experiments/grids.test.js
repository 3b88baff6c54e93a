import assert from "node:assert/strict";
import { test } from "node:test";

import { blocks, leastOfBrightest, steady } from "../../../page/experiments/grids.js";

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
