/* All that the model can say of a picture, each with its bar, and the taught pictures that are most like it. */

import { el, press, write } from "./pieces.js";

const { bar, find, make, percent, photo } = window.seewhy.shared;

/* A row stays the same element, so that its bar can move and the keyboard stays on it. */
export function bars({ words, name, pick }) {
  const element = make("ul", "kindbars");
  const rows = new Map(); // by the thing's number

  function rowOf(thing) {
    const filled = bar(0);
    const part = make("span", "num");
    const label = make("span");
    const button = press("", () => pick(thing), label, filled, part);
    const row = el("li", "", button);
    rows.set(thing, {
      row,
      draw({ confidence }, { unlike, says }, chosen) {
        write(label, name(thing));
        write(part, unlike ? "" : percent(confidence, words));
        find(filled, "i").style.width = `${unlike ? 0 : 100 * confidence}%`;
        button.setAttribute("aria-pressed", String(thing === (chosen ?? says.thing)));
        button.disabled = unlike;
        row.className = thing === says.thing && !unlike ? "top" : "";
      },
    });
    return rows.get(thing);
  }

  return {
    element,
    /* `chosen` is the number of the thing whose map is asked for, null for what it says. */
    draw(answer, chosen) {
      const order = answer.bars.map((each) => (rows.get(each.thing) ?? rowOf(each.thing)).row);
      const held = /** @type {HTMLElement | null} */ (document.activeElement);
      if (element.children.length !== order.length || order.some((row, i) => element.children[i] !== row)) {
        element.replaceChildren(...order);
        if (held && element.contains(held)) held.focus({ preventScroll: true });
      }
      for (const each of answer.bars) rows.get(each.thing).draw(each, answer, chosen);
    },
  };
}

/* Three of what it said and three of the next thing; only new ones are fetched. */
export function alike({ lesson, server, name }) {
  const element = el("div", "pair");
  let now = "";

  function group({ thing, pictures }) {
    const held = new Map((lesson.byId(thing)?.pictures ?? []).map((each) => [each.id, each.thumb]));
    const row = el("div", "likes", ...pictures.map((id) => photo(held.get(id) || server.square(id))));
    return el("figure", "", el("figcaption", "", make("b", "", name(thing))), row);
  }

  return {
    element,
    draw({ similar }) {
      const groups = [similar?.said, similar?.next].filter((each) => each?.pictures.length);
      if (JSON.stringify(groups) === now) return;
      now = JSON.stringify(groups);
      element.replaceChildren(...groups.map(group));
    },
  };
}
