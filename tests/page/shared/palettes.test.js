import assert from "node:assert/strict";
import { test } from "node:test";

import { alphaTable, colours, legend } from "../../../page/shared/palettes.js";

const LOOK = /** @type {Look} */ ({ full_from: 0.75, curve: 1 });
const PALETTE = Uint8Array.from({ length: 768 }, (_, i) => [Math.floor(i / 3), 255 - Math.floor(i / 3), 7][i % 3]);

test("a value shows more of its colour until the glow is full", () => {
  const alphas = alphaTable(LOOK, 0.5);
  assert.deepEqual(
    [0, 384, 768, 1024].map((step) => alphas[step]),
    [0, 0.25, 0.5, 0.5],
  );
});

test("a curve lets faint values fade", () => {
  const alphas = alphaTable({ ...LOOK, full_from: 1, curve: 2 }, 1);
  assert.deepEqual(
    [256, 512, 1024].map((step) => alphas[step]),
    [1 / 16, 1 / 4, 1],
  );
});

test("a map's pixels are the palette's colours, as strong as their values", () => {
  const pixels = colours(Float32Array.of(0, 0.6, 1), PALETTE, alphaTable({ ...LOOK, full_from: 1 }, 1));
  assert.deepEqual([...pixels], [0, 255, 7, 0, 153, 102, 7, 153, 255, 0, 7, 255]);
});

test("the legend goes from a middle grey to the palette's last colour", () => {
  const pixels = legend(PALETTE, alphaTable({ ...LOOK, full_from: 1 }, 1));
  assert.deepEqual(Array.from(pixels.subarray(0, 4)), [141, 141, 141, 255]);
  assert.deepEqual(Array.from(pixels.subarray(-4)), [255, 0, 7, 255]);
});

test("a legend without glow is grey", () => {
  const pixels = legend(PALETTE, alphaTable(LOOK, 0));
  assert.deepEqual([...new Set(pixels)], [141, 255]);
});
