/* All tests, in three groups: to test it, to play, and whether the map is honest. What was tried is marked. */

import { drawCard } from "./cards.js";
import { withNumbers } from "./headline.js";
import { icon } from "./icons.js";
import { button, make, say, sheet } from "./shared.js";
import { actionOf, titleOf } from "./titles.js";

// The checks of the map are one card, behind which they are tabs.
export const CHECKS = ["try_map", "unlearned", "for_and_against", "honest_grid", "two_heads"];
const TEST = ["cover", "fool", "move_the_window", "you_first"];
// What is about other pictures, or is kept: the start page and the end of the tests lead there.
const ELSEWHERE = ["many", "memory_card"];

function tile(name, title, action, tried, view, act) {
  const item = make("li");
  const whole = button("card", "", act);
  whole.dataset.experiment = name;
  const picture = sheet(480, 230);
  picture.setAttribute("aria-hidden", "true");
  drawCard(name, picture, view);
  const text = make("span", "text");
  const state = make("span", tried ? "state tried" : "state");
  if (tried) state.append(icon("done"), withNumbers(make("span"), tried));
  else state.append(make("span", "", action), icon("next"));
  text.append(make("b", "", title), state);
  whole.append(picture, text);
  item.append(whole);
  return item;
}

/**
 * The groups that have anything in them, each a heading and a list.
 * @param {object} given
 * @param {Visit} given.visit
 * @param {string[]} given.offered
 * @param {Words} given.words
 * @param {Record<string, Words>} given.titles
 * @param {(name: string) => unknown} given.open
 */
export function allTests({ visit, offered, words, titles, open }) {
  const checks = offered.filter((name) => CHECKS.includes(name));
  const shown = offered.filter((name) => !CHECKS.includes(name) && !ELSEWHERE.includes(name));
  const say_tried = (name) => {
    const found = visit.findings.findLast((each) => each.name === name);
    if (!found) return "";
    if (found.word === visit.word.index) return say(words.tried, { result: found.tried });
    return say(words.tried_for, { label: found.label });
  };
  const one = (name) => {
    return tile(name, titleOf(titles[name]), actionOf(titles[name]), say_tried(name), visit.view, () => open(name));
  };
  const map = () => {
    const done = checks.filter((name) => visit.done(name)).length;
    const tried = done ? say(words.checks_done, { count: done, all: checks.length }) : "";
    const first = checks.find((name) => !visit.done(name)) ?? checks[0];
    return tile("honest", words.honest, say(words.checks, { count: checks.length }), tried, visit.view, () =>
      open(first),
    );
  };
  /** @type {[string, string, HTMLElement[]][]} */
  const groups = [
    ["test", words.group_test, shown.filter((name) => TEST.includes(name)).map(one)],
    ["play", words.group_play, shown.filter((name) => !TEST.includes(name)).map(one)],
    ["map", words.group_map, checks.length ? [map()] : []],
  ];
  const whole = make("div", "groups");
  whole.append(
    ...groups
      .filter(([, , tiles]) => tiles.length)
      .map(([name, title, tiles]) => {
        const group = make("section", `group ${name}`);
        const list = make("ul", "cards");
        list.append(...tiles);
        group.append(make("h2", "", title), list);
        return group;
      }),
  );
  return [make("h1", "say", words.all), whole];
}
