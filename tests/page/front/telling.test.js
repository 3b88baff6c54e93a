import assert from "node:assert/strict";
import { test } from "node:test";

import { balanceOf, isTaken, missing, nameOf, spread } from "../../../page/front/teach/telling.js";

const thing = (name, count) => ({ name, pictures: Array.from({ length: count }, (_, i) => i) });

test("more than twice the pictures of another thing is uneven, twice is not, and an empty thing does not count", () => {
  const [cup, hat] = [thing("cup", 24), thing("hat", 8)];
  assert.deepEqual(balanceOf([hat, cup, thing("", 0)]), { more: cup, less: hat });
  assert.equal(balanceOf([thing("cup", 16), thing("hat", 8)]), null);
  assert.equal(balanceOf([thing("cup", 3)]), null);
  assert.equal(balanceOf([]), null);
});

test("a thing without a name is called by its place", () => {
  const things = [thing("", 1), thing("  ", 1), thing(" Cup ", 1)];
  const numbered = (number) => `Thing ${number}`;
  assert.deepEqual(
    things.map((each) => nameOf(each, things, numbered)),
    ["Thing 1", "Thing 2", "Cup"],
  );
});

test("a name is taken however it is written, and no name never is", () => {
  assert.ok(isTaken(" mum’s  CUP", ["Dad’s cup", "Mum’s cup"]));
  assert.ok(isTaken("ﬁsh", ["Fish"]), "one letter that stands for two");
  assert.ok(!isTaken("cups", ["cup"]));
  assert.ok(!isTaken(" ", ["", " "]));
});

test("what keeps from trying is told by what is there", () => {
  assert.deepEqual(missing([thing("", 0), thing("", 0)]), { key: "first", thing: null });
  assert.deepEqual(missing([thing("cup", 2), thing("", 0)]), { key: "only_one", thing: null });
  const hat = thing("hat", 0);
  assert.deepEqual(missing([thing("cup", 2), hat]), { key: "no_picture", thing: hat });
  assert.equal(missing([thing("", 1), thing("", 0), thing("", 1)]), null);
});

test("some of many are spread evenly, and of a few all are taken", () => {
  assert.deepEqual(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5), [1, 3, 5, 7, 9]);
  assert.deepEqual(spread([0, 1], 5), [0, 1]);
});
