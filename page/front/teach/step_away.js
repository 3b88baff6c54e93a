/* The first test: the thing is taken away, and nothing else is touched. */

import { el, goingOn, press, wordsToTap, write } from "./pieces.js";
import { scene } from "./scene.js";

const { make, say } = window.seewhy.shared;
const LONGEST = 40;

export function away(teach, { asked, onward, trouble }) {
  const { words, server } = teach;
  const stage = scene(teach, { lead: words.show_empty, trouble });
  const tapped = wordsToTap(words.kiosk_places, choose, asked.place);
  const anyway = goingOn(words, () => onward(() => null));
  const left = tapped ? el("div", "field", make("span", "over", words.what_is_left), tapped) : typed();

  function typed() {
    const field = Object.assign(make("input"), { type: "text", maxLength: LONGEST, autocomplete: "off" });
    field.value = asked.place;
    field.addEventListener("input", () => (asked.place = field.value));
    return el("label", "field", make("span", "over", words.what_is_left), field);
  }

  function choose(word) {
    asked.place = word;
    for (const each of tapped.children) each.setAttribute("aria-pressed", String(each.textContent === word));
  }

  async function ask() {
    const shot = stage.shot();
    if (!shot) return write(trouble, words.show_empty);
    asked.empty = shot;
    anyway.hidden = true;
    await onward(() => server.empty(asked.thing.id, shot.blob), isElsewhere);
  }

  /* Whether it can hardly be the same place, which is told. */
  function isElsewhere({ empty }) {
    if (!empty?.elsewhere) return false;
    write(trouble, say(words.other_place, { name: teach.lesson.title(asked.thing) }));
    anyway.hidden = false;
    return true;
  }

  /* Nothing of it counts, not even what an earlier try has left. */
  async function skipped() {
    asked.empty = null;
    asked.told = await server.empty(asked.thing.id, null).catch(() => asked.told);
  }

  return {
    ...stage,
    title: say(words.take_away, { name: teach.lesson.title(asked.thing) }),
    stage: stage.element,
    parts: [left, press("go keep wide", ask, words.ask)],
    anyway,
    skipped,
  };
}
