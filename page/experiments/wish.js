/* What shall it say? Words to tap, others to come, and with them one that is typed where there is a keyboard. */

import { button, capital, make, pressOnly, sheet, spoken } from "./shared.js";

const AT_ONCE = 3;

/**
 * A form of words to choose from.
 * @param {object} given
 * @param {Words} given.words
 * @param {string[]} given.ideas words that the model has
 * @param {string} [given.first] a choice without a word
 * @param {string} [given.not] the word that makes no sense here
 * @param {string[]} given.ends the texts of the buttons; the first is filled
 * @param {(word: string | null, place: number) => unknown} given.act gets the chosen word, null where it is `first`,
 *   and the place of the button
 */
export function wish({ words, ideas: all, first, not, ends, act }) {
  const ideas = all.filter((each) => each !== not);
  // Of two things, anything else is the other one.
  const free = first && ideas.length > 1 ? first : null;
  const room = Math.min(AT_ONCE - (free ? 1 : 0), ideas.length);
  const form = make("form", "side wish");
  const choice = make("div", "choice");
  const typed = Object.assign(make("input"), { type: "text", placeholder: words.type, autocomplete: "off" });
  typed.setAttribute("aria-label", words.type);
  typed.hidden = true;
  let at = 0;
  let chosen = free ? null : ideas[0];

  function pick(word, made) {
    chosen = word;
    typed.value = "";
    pressOnly(choice, (each) => each === made);
  }
  function offer() {
    const offered = Array.from({ length: room }, (_, i) => ideas[(at + i) % ideas.length]);
    /** @type {[string | null, string][]} */
    const shown = offered.map((each) => [each, capital(each)]);
    if (free) shown.unshift([null, free]);
    if (!shown.some(([word]) => word === chosen)) chosen = shown[0][0];
    choice.replaceChildren(
      ...shown.map(([word, text]) => {
        const made = button("idea", text, () => pick(word, made));
        made.setAttribute("aria-pressed", String(word === chosen));
        return made;
      }),
    );
  }
  offer();
  const row = make("div", "row");
  const act_on = (place) => act(typed.value.trim() || chosen, place);
  row.append(...ends.map((text, place) => button(place ? "alt" : "go", text, () => act_on(place))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act_on(0);
  });
  const others = button("link", words.others, () => {
    at += room;
    offer();
    typed.hidden = false;
  });
  others.hidden = ideas.length <= room;
  form.append(choice, others);
  if (!document.documentElement.classList.contains("kiosk")) form.append(typed);
  form.append(row);
  return form;
}

/* While the server works: says so, and lets nobody ask twice. */
export async function waiting(form, text, work) {
  const buttons = [...form.querySelectorAll("button")];
  const note = spoken("small", text);
  form.append(note);
  for (const each of buttons) each.disabled = true;
  try {
    return await work();
  } finally {
    note.remove();
    for (const each of buttons) each.disabled = false;
  }
}

/* That picture with a map, or without one where `map` is null. */
export function drawn(image, seen, map, drawMap) {
  const canvas = sheet(2 * image.naturalWidth, 2 * image.naturalHeight);
  drawMap(canvas, image, [seen.x, seen.y, seen.width, seen.height], map);
  return canvas;
}
