/* What shall it say? Words to tap, and one that is typed where there is a keyboard. */

import { button, capital, make, pressOnly, sheet } from "./shared.js";

const AT_ONCE = 5;

/**
 * A form of words to choose from; the first is chosen.
 * @param {object} given
 * @param {Words} given.words
 * @param {string[]} given.ideas words that the model has
 * @param {string[]} [given.not] words that make no sense here
 * @param {string[]} given.ends the texts of the buttons; the first is filled
 * @param {(word: string, place: number) => unknown} given.act gets the chosen word and the place of the button
 */
export function wish({ words, ideas: all, not = [], ends, act }) {
  const far = all.filter((each) => !not.includes(each));
  const ideas = far.length ? far : all.filter((each) => each !== not[0]); // a model may have few words
  const kiosk = document.documentElement.classList.contains("kiosk"); // without a keyboard
  const form = make("form", "side wish");
  const choice = make("div", "choice");
  const typed = Object.assign(make("input"), { type: "text", placeholder: words.type, autocomplete: "off" });
  typed.setAttribute("aria-label", words.type);
  typed.hidden = true;
  let [chosen] = ideas;

  /* A word that is typed lets go of those to tap. */
  const press = () => pressOnly(choice, (each) => !typed.value.trim() && each.value === chosen);
  for (const each of ideas.slice(0, kiosk ? 2 * AT_ONCE : AT_ONCE)) {
    const made = button("idea", capital(each), () => {
      chosen = each;
      typed.value = "";
      press();
    });
    choice.append(Object.assign(made, { value: each }));
  }
  typed.addEventListener("input", press);
  press();

  const row = make("div", "row");
  const end = (place) => act(typed.value.trim() || chosen, place);
  row.append(...ends.map((text, place) => button(place ? "alt" : "go", text, () => end(place))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    end(0);
  });
  form.append(choice);
  if (!kiosk && all.length > AT_ONCE) {
    const other = button("link other-word", words.other_word, () => {
      typed.hidden = false;
      other.hidden = true;
      typed.focus();
    });
    form.append(other, typed);
  }
  form.append(row);
  return form;
}

/* That picture with a map, or without one where `map` is null. */
export function drawn(image, seen, map, drawMap) {
  const canvas = sheet(2 * image.naturalWidth, 2 * image.naturalHeight);
  drawMap(canvas, image, [seen.x, seen.y, seen.width, seen.height], map);
  return canvas;
}
