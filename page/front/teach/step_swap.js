/* The fourth test: the painted thing, cut out and put where the other one stood. */

import { el, press } from "./pieces.js";

const { make, photo } = window.seewhy.shared;

export function swap(teach, { asked, onward }) {
  const { words, lesson } = teach;
  const { thing, other } = asked;
  const [painted] = asked.painted.keys();
  const place = other.pictures[Math.floor(other.pictures.length / 2)];
  const pair = el(
    "div",
    "plus",
    photo(painted.thumb, lesson.title(thing)),
    make("b", "", "+"),
    photo(place.thumb, lesson.title(other)),
  );
  return {
    title: words.swap_places,
    parts: [make("p", "lead", words.swap_how), press("go keep wide", () => onward(() => null), words.ask)],
    stage: el("div", "stage swapping", pair),
  };
}
