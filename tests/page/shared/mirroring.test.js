import assert from "node:assert/strict";
import { test } from "node:test";

import { eased, middleSquare, paced, steadied } from "../../../page/shared/mirroring.js";

const answer = (label, confidence = 0.5) => /** @type {Mirrored} */ ({ label, confidence, outside: false });
const cup = answer("cup");
const hat = answer("hat");

test("what is read aloud comes at most every three seconds, and nothing twice in a row", () => {
  const voice = paced(3000);
  const heard = [];
  for (let now = 0; now < 12_000; now += 100) {
    const sentence = voice.take(now % 200 ? "Cup" : "Hat", now);
    if (sentence) heard.push([now, sentence]);
  }
  assert.deepEqual(heard, [
    [0, "Hat"],
    [3100, "Cup"],
    [6200, "Hat"],
    [9300, "Cup"],
  ]);
  assert.equal(voice.take("Cup", 99_000), "");
});

test("a word changes when it came twice, and a percentage seldom", () => {
  const answers = steadied(500);
  assert.equal(answers.take(cup, 0), null);
  assert.equal(answers.take(cup, 30), cup);
  assert.equal(answers.take(hat, 60), cup);
  assert.equal(answers.take(cup, 90), cup);
  const surer = answer("cup", 0.9);
  assert.equal(answers.take(surer, 400), cup);
  assert.equal(answers.take(surer, 530), surer);
  answers.take(hat, 560);
  assert.equal(answers.take(hat, 590), hat);
});

test("a map comes nearer to the next one, and goes there at once where nothing should move", () => {
  const half = 90 * Math.log(2);
  assert.ok(Math.abs(eased(Float32Array.of(0), [1], half, 90)[0] - 0.5) < 1e-6);
  assert.deepEqual([...eased(Float32Array.of(0), [1], 1, 0)], [1]);
});

test("the model sees the middle of any film, which is as high as it is wide", () => {
  const seen = { x: 0.0625, y: 0.0625, width: 0.875, height: 0.875 };
  for (const [width, height] of [
    [640, 480],
    [480, 640],
    [720, 1280],
    [480, 480],
    [641, 359],
  ]) {
    const found = middleSquare(width, height, seen);
    assert.equal(found.side, Math.min(width, height));
    assert.equal(2 * found.x + found.side, width);
    assert.equal(2 * found.y + found.side, height);
    assert.ok(Math.abs(found.seen.width * width - found.seen.height * height) < 1e-9);
    assert.ok(Math.abs(2 * found.seen.x + found.seen.width - 1) < 1e-9);
    assert.ok(Math.abs(found.seen.width * width - 0.875 * found.side) < 1e-9);
  }
});
