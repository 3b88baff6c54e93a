import assert from "node:assert/strict";
import { test } from "node:test";

import { capital, counted, decimal, lines, percent, say } from "../../../page/shared/sentences.js";

const WORDS = { percent: "{percent} %", under_one: "under 1 %", over_99: "over 99 %" };

test("a sentence gets its values, a value of 0 too, and one that is missing leaves nothing", () => {
  assert.equal(say("{count} of {all}: {name}.", { count: 0, all: 24 }), "0 of 24: .");
});

test("a value with braces is not filled again", () => {
  assert.equal(say("{a}", { a: "{b}", b: "no" }), "{b}");
});

test("a number gets the sentence of its kind, or that of all", () => {
  const words = { age: "{n} seconds", age_one: "{n} second", age_few: "{n} few" };
  assert.equal(counted(words, "age", 1, { n: 1 }, "en"), "1 second");
  assert.equal(counted(words, "age", 3, { n: 3 }, "en"), "3 seconds");
  assert.equal(counted(words, "age", 3, { n: 3 }, "ar"), "3 few");
  assert.equal(counted(words, "age", 11, { n: 11 }, "ar"), "11 seconds");
});

test("a capital stands in front, and nothing stays nothing", () => {
  assert.equal(capital("écureuil roux"), "Écureuil roux");
  assert.equal(capital(""), "");
});

test("a share is never rounded to nothing or to all", () => {
  const shares = [0, 0.0049, 0.005, 0.125, 0.9949, 0.995, 1];
  assert.deepEqual(
    shares.map((share) => percent(share, WORDS)),
    ["under 1 %", "under 1 %", "1 %", "13 %", "99 %", "over 99 %", "100 %"],
  );
});

test("a number has two places, the language's point and a true minus", () => {
  assert.deepEqual(
    [1.005, -2.5, -0.001, 0].map((value) => decimal(value, ",")),
    ["1,00", "−2,50", "0,00", "0,00"],
  );
});

test("a text is parted between words, and a word only where it is wider than a line", () => {
  const width = (/** @type {string} */ part) => part.length; // every letter is as wide as any other
  assert.deepEqual(lines("The model looked here", 9, width), ["The model", "looked", "here"]);
  assert.deepEqual(lines("a pneumonoultra b", 6, width), ["a", "pneumo", "noultr", "a b"]);
  assert.deepEqual(lines("short", 100, width), ["short"]);
  assert.deepEqual(lines("ab", 0, width), ["a", "b"]);
});
