import assert from "node:assert/strict";
import { test } from "node:test";

import { parts, plain } from "../../../page/experiments/numbers.js";

test("percentages stand out, and what stands between asterisks", () => {
  const said = (/** @type {string} */ text) =>
    parts(text)
      .map(([part, number]) => (number ? `[${part}]` : part))
      .join("");
  assert.equal(said("Without it: 90 % → < 1 %"), "Without it: [90 % → < 1 %]");
  assert.equal(said("It mattered in *2 of 3* pictures."), "It mattered in [2 of 3] pictures.");
  assert.equal(said("Now it says bus, 72\u00a0%."), "Now it says bus, [72\u00a0%].");
  assert.equal(said("It is >\u00a099\u00a0% of it"), "It is [>\u00a099\u00a0%] of it");
  assert.equal(said("49 squares"), "49 squares");
});

test("without asterisks it is the same sentence", () => {
  assert.equal(plain("In *2 of 3* pictures"), "In 2 of 3 pictures");
});
