/* The fourth test: the painted thing, cut out and put where the other one stood. */

import { el, press } from "./pieces.js";

const { make, photo, say } = window.seewhy.shared;

export function swap(teach, { asked, onward }) {
  const { words, lesson, server } = teach;
  const { picture, ground, other } = asked.told.swap; // of which pictures it is made
  const pair = el(
    "div",
    "plus",
    photo(server.square(picture), lesson.title(asked.thing)),
    make("b", "", "+"),
    photo(server.square(ground), lesson.title(lesson.byId(other))),
  );
  return {
    title: say(words.swap_places, { name: lesson.title(asked.thing), other: lesson.title(lesson.byId(other)) }),
    lead: words.swap_how,
    parts: [press("go keep wide", () => onward(() => null), words.ask)],
    stage: el("div", "stage swapping", pair),
  };
}
