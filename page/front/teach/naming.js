/* The name of a thing: a field, or at a kiosk a sheet with letters and words to tap. */

import { el, kiosk, press, write } from "./pieces.js";

const { make, say } = window.seewhy.shared;
export const LONGEST_NAME = 40;

export function naming({ words, thing, lesson, changed }) {
  const over = make("span", "over", say(words.thing, { number: lesson.own.indexOf(thing) + 1 }));
  if (kiosk()) {
    const text = make("span", "given-name");
    const button = press("name", () => sheet({ words, thing, changed }), text, make("span", "change", words.change));
    return {
      element: el("div", "field", over, button),
      focus: () => button.focus({ preventScroll: true }),
      draw: (twice) => {
        write(text, lesson.title(thing));
        button.classList.toggle("twice", twice);
      },
    };
  }
  const input = Object.assign(make("input"), {
    type: "text",
    value: thing.name,
    placeholder: words.name,
    maxLength: LONGEST_NAME,
    autocomplete: "off",
  });
  input.addEventListener("input", () => {
    thing.name = input.value;
    changed();
  });
  return {
    element: el("label", "field", over, input),
    focus: () => input.focus(),
    draw: (twice) => input.setAttribute("aria-invalid", String(twice)),
  };
}

/* A sheet over the page. What is tapped first takes the place of the old name. */
function sheet({ words, thing, changed }) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const shown = el("p", "typed", thing.name);
  let fresh = true;
  const set = (name) => {
    thing.name = name.slice(0, LONGEST_NAME);
    fresh = false;
    write(shown, thing.name || "\u00a0");
    changed();
  };
  const letters = [...words.letters].map((letter) =>
    press("key", () => set((fresh ? "" : thing.name) + (fresh || !thing.name ? letter : letter.toLowerCase())), letter),
  );
  const space = press("key wide", () => set(`${thing.name} `), words.space);
  const back = press("key wide", () => set(thing.name.slice(0, -1)), words.delete);
  const ready = words.kiosk_names.split(", ").map((name) =>
    press(
      "key word",
      () => {
        set(name.charAt(0).toUpperCase() + name.slice(1));
        close();
      },
      name,
    ),
  );
  const inner = el("div", "", make("h2", "", words.name), shown, el("div", "names", ...ready));
  inner.append(el("div", "letters", ...letters, space, back), press("go", close, words.done));
  const whole = el("div", "naming-sheet", inner);
  whole.setAttribute("role", "dialog");
  whole.setAttribute("aria-modal", "true");
  whole.setAttribute("aria-label", words.name);
  whole.addEventListener("click", (event) => {
    if (event.target === whole) close();
  });
  whole.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  document.querySelector(".teaching")?.append(whole);
  ready[0].focus({ preventScroll: true });

  function close() {
    whole.remove();
    before?.focus({ preventScroll: true });
  }
}
