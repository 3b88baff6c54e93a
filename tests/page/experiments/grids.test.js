import assert from "node:assert/strict";
import { test } from "node:test";

import {
  allOver,
  amountOf,
  blocks,
  extentOf,
  leastOfBrightest,
  mostlyGlows,
  steady,
} from "../../../page/experiments/grids.js";

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

test("how much is marked, where its middle lies, and how far it reaches", () => {
  // Of four by four the two upper rows of the last column: 2 of 16, at 3.5 of 4 across and 1 of 4 down.
  const marks = Uint8ClampedArray.from({ length: 16 }, (_, i) => (i === 3 || i === 7 ? 255 : 0));
  assert.deepEqual(extentOf(marks), { share: 0.125, middle: [0.875, 0.25], wide: [0.25, 0.5] });
  assert.equal(extentOf(new Uint8ClampedArray(16)), null);
});

test("two marks in opposite corners lie in no one place, though their middle is the middle", () => {
  const marks = Uint8ClampedArray.from({ length: 16 }, (_, i) => (i === 0 || i === 15 ? 255 : 0));
  const extent = extentOf(marks);
  assert.deepEqual(extent?.middle, [0.5, 0.5]);
  assert.equal(allOver(extent?.wide ?? []), true);
  assert.equal(allOver([1, 0.5]), false); // a stripe has a place
});

test("a map glows mostly where more than half of it is half as bright as its brightest place", () => {
  assert.equal(mostlyGlows([1, 0.6, 0.5, 0.1]), true);
  assert.equal(mostlyGlows([1, 0.6, 0.4, 0.1]), false);
});

test("a share is said as the nearest of few amounts", () => {
  const said = [0.02, 0.1, 0.18, 0.22, 0.3, 0.36, 0.45, 0.5, 0.6, 1].map(amountOf);
  assert.deepEqual(said, ["little", "tenth", "fifth", "fifth", "third", "third", "half", "half", "most", "most"]);
});
