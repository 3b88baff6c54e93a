import assert from "node:assert/strict";
import { test } from "node:test";

import { outcome } from "../../../page/experiments/fool/outcome.js";

const WORDS = {
  speckle: "Speckle?",
  found: "It says {label}",
  found_same: "It still says {label}",
  found_other: "No pattern for {word}, but now it says {label}",
  found_no_proof: "There may be one.",
};
/** @type {(reached: boolean, label: string) => ReturnType<typeof outcome>} */
const after = (reached, label) =>
  outcome(
    { reached, before: { label: "sorrel" }, after: { label }, control: "No.", no_proof: "No pattern for teapot." },
    WORDS,
  );

test("a pattern that does it is told with what speckle alone does", () => {
  assert.deepEqual(after(true, "teapot"), { line: "It says {label}", control: "Speckle? No." });
});

test("the model still says what it said before, and nothing else", () => {
  assert.deepEqual(after(false, "sorrel"), { line: "It still says {label}", control: "No pattern for teapot." });
  assert.ok(!after(false, "horse cart").line.includes("still"));
});

test("another answer than the wished one is told, and once that there is no pattern", () => {
  const { line, control } = after(false, "horse cart");
  assert.equal(line, "No pattern for {word}, but now it says {label}");
  assert.equal(control, "There may be one.");
});
