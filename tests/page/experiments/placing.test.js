import assert from "node:assert/strict";
import { test } from "node:test";

import { between, cutOut, grip, inside, pulled, wearable, whole } from "../../../page/experiments/placing.js";

const PICTURE = { width: 400, height: 200 };

test("a number is kept between two others", () => {
  assert.deepEqual([between(0, -1, 5), between(0, 3, 5), between(0, 9, 5)], [0, 3, 5]);
});

// A card of 100 by 100 of a picture of 400 by 200, of which the middle square is seen: it fills the card at half size.
/** @type {[string, [number, number], number][]} */
const CARDS = [
  ["is in the middle where the picture reaches", [0.5, 0.5], 50],
  ["is as near to the middle as the left edge allows", [0.1, 0.5], 0],
  ["is as near to the middle as the right edge allows", [1, 0.5], 100],
];
for (const [name, place, left] of CARDS) {
  test(`the bright place of a card ${name}`, () => {
    const placed = cutOut({ width: 100, height: 100 }, PICTURE, [0.25, 0, 0.5, 1], place);
    assert.deepEqual(placed, { width: 200, height: 100, left, top: 0 });
  });
}

test("a small seen part is not magnified beyond the card's edges", () => {
  // The seen part is a tenth as wide: it fills the card when the picture is 1,000 wide.
  const placed = cutOut({ width: 100, height: 50 }, PICTURE, [0, 0, 0.1, 0.1], [0.05, 0.05]);
  assert.deepEqual(placed, { width: 1000, height: 500, left: 0, top: 0 });
});

test("one finger has a place and nothing else", () => {
  assert.deepEqual(grip([[30, 40]]), { middle: [30, 40], apart: 0, angle: 0 });
});

test("two fingers have a middle, a distance and an angle", () => {
  assert.deepEqual(
    grip([
      [10, 10],
      [10, 50],
    ]),
    { middle: [10, 30], apart: 40, angle: 90 },
  );
});

test("a window is moved in from beyond the edges", () => {
  assert.deepEqual(inside({ x: 10, y: 500, side: 100 }, PICTURE, 0.25), { side: 100, x: 50, y: 150 });
  assert.deepEqual(inside({ x: 500, y: 10, side: 100 }, PICTURE, 0.25), { side: 100, x: 350, y: 50 });
});

test("a window is no larger than the shorter side, and no smaller than a share of it", () => {
  assert.deepEqual(inside({ x: 200, y: 100, side: 900 }, PICTURE, 0.25), { side: 200, x: 200, y: 100 });
  assert.deepEqual(inside({ x: 200, y: 100, side: 1 }, PICTURE, 0.25), { side: 50, x: 200, y: 100 });
});

const START = { x: 200, y: 100, side: 100 }; // from 150 to 250, and from 50 to 150

test("where the lower right corner is pulled out, the upper left one stays", () => {
  const square = pulled(START, [1, 1], [20, 40], PICTURE, 0.25);
  assert.deepEqual(square, { side: 130, x: 215, y: 115 });
  assert.deepEqual([square.x - square.side / 2, square.y - square.side / 2], [150, 50]);
});

test("where the upper left corner is pulled out, the lower right one stays", () => {
  assert.deepEqual(pulled(START, [-1, -1], [-20, -40], PICTURE, 0.25), { side: 130, x: 185, y: 85 });
});

test("the picture's edge ends the pull", () => {
  assert.deepEqual(pulled(START, [1, 1], [300, 300], PICTURE, 0.25), { side: 150, x: 225, y: 125 });
  // Of a tall picture it is the left one: from 250 to 0, though there is room for 350 above.
  const tall = { width: 400, height: 800 };
  assert.deepEqual(pulled({ x: 200, y: 300, side: 100 }, [-1, -1], [-900, -900], tall, 0.25), {
    side: 250,
    x: 125,
    y: 225,
  });
});

test("a corner is not pulled further in than the smallest window", () => {
  assert.deepEqual(pulled(START, [1, 1], [-300, -300], PICTURE, 0.25), { side: 50, x: 175, y: 75 });
});

test("a piece of costume stays on the picture, within its widths, and its turn within a circle", () => {
  assert.deepEqual(wearable({ x: -1, y: 2, width: 9, turn: -10 }, [0.05, 2.5]), { x: 0, y: 1, width: 2.5, turn: 350 });
  assert.deepEqual(wearable({ x: 0.5, y: 0.5, width: 0, turn: -730 }, [0.05, 2.5]), {
    x: 0.5,
    y: 0.5,
    width: 0.05,
    turn: 350,
  });
});

test("a piece of costume begins whole, inside the picture", () => {
  // Twice as wide as high, on a picture that is twice as wide as high: as much of its height as of its width.
  assert.deepEqual(whole({ x: 0.5, y: 0.05, width: 0.4, turn: 0 }, 2, 2), { x: 0.5, y: 0.2, width: 0.4, turn: 0 });
  assert.deepEqual(whole({ x: 0.99, y: 0.5, width: 0.4, turn: 0 }, 2, 2), { x: 0.8, y: 0.5, width: 0.4, turn: 0 });
  // A tall one on a wide picture is made narrower, so that all of it fits.
  assert.deepEqual(whole({ x: 0.5, y: 0.9, width: 0.5, turn: 0 }, 0.5, 2), { x: 0.5, y: 0.5, width: 0.25, turn: 0 });
});
