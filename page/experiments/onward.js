/* What comes after a result: one filled button for the next step, the same test once more, then links. */

import { docked } from "./dock.js";
import { icon } from "./icons.js";
import { button, make, say } from "./shared.js";
import { nextOf } from "./thread.js";
import { titleOf } from "./titles.js";

/**
 * The next step after a test or a check: its text, and the name of the page that it leads to.
 * @param {Visit} visit
 * @param {Words} words
 * @param {Record<string, Words>} titles
 * @param {string} now
 * @param {string[]} checks of the map, in the order in which they follow each other
 * @returns {[string, string]}
 */
export function nextStep(visit, words, titles, now, checks) {
  const check = checks[checks.indexOf(now) + 1];
  if (checks.includes(now) && check && !visit.thread.includes(now))
    return [say(words.next_test, { test: titleOf(titles[check]) }), check];
  if (visit.thread.length < 2) return [words.all, "tests"];
  const next = nextOf(visit.thread, now, visit.done);
  return next ? [say(words.next_test, { test: titleOf(titles[next]) }), next] : [words.see_found, "found"];
}

/**
 * The same buttons while it is asked: where they will be, and as large, but none of them can be pressed.
 * @param {HTMLElement} made of `steps`
 * @param {string} text
 */
export function waiting(made, text) {
  made.classList.add("waiting");
  made.inert = true;
  const go = made.querySelector(".go");
  const inside = make("span", "inside");
  inside.append(...(go?.childNodes ?? []));
  go?.classList.replace("go", "alt");
  go?.append(inside, make("span", "asking", text));
  return made;
}

/**
 * The buttons; on a phone they stay at the bottom of the screen.
 * @param {object} given
 * @param {[string, () => unknown]} given.next
 * @param {[string, () => unknown] | null} given.again
 * @param {Node[]} given.links
 */
export function steps({ next: [text, act], again, links }) {
  const made = make("div", "onward");
  const dock = docked(make("div", "dock"));
  const go = button("go", text, act);
  go.append(icon("next"));
  dock.append(go);
  if (again) dock.append(button("alt", ...again));
  made.append(dock);
  if (links.length) {
    const row = make("div", "links");
    row.append(...links);
    made.append(row);
  }
  return made;
}
