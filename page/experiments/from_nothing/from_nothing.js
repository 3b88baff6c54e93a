/* From nothing: a grey picture is changed until the model is sure of a word. */

import { button, capital, figure, loaded, make, percent, photo, say, spoken } from "../shared.js";
import { drawn, waiting, wish } from "../wish.js";

/** @param {Stage} stage */
export default function open({ root, words, constants, answer, ask, drawMap, cards }) {
  const body = make("div", "body");
  root.append(make("h1", "", words.title), body);

  function picking() {
    const form = wish({
      words,
      ideas: answer.vocabulary.ideas,
      ends: constants.starts.map((start) => words[start]),
      act: (word, place) =>
        waiting(form, words.searching, async () => {
          const told = await ask({ word, start: constants.starts[place] });
          if (told) await show(told);
        }),
    });
    const two = make("div", "two");
    const grey = make("div", "panel plain");
    const side = make("div", "side");
    side.append(make("p", "lead", words.lead), form);
    two.append(grey, side);
    body.replaceChildren(two);
  }

  async function show(told) {
    const headline = spoken("headline", told.headline);
    const named = (label, share) => capital(say(words.answer, { label, percent: percent(share, words) }));
    const [first, last] = [named(told.before.label, told.before.share), named(told.label, told.after.chosen)];
    const map = say(words.map_after, { label: told.label });
    const image = await loaded(told.pictures.after);
    const three = make("div", "three");
    three.append(
      figure(photo(told.pictures.before), first, make("b", "", first), make("span", "", words.before)),
      figure(photo(told.pictures.after), last, make("b", "changed", last), make("span", "", words.after)),
      figure(drawn(image, told.seen, told.after.map, drawMap), map, make("span", "", map)),
    );
    const row = make("div", "row");
    row.append(button("go", words.again, picking));
    body.replaceChildren(
      headline,
      three,
      make("p", "limits", `${told.bound} ${words.limits}`),
      row,
      button("link", words.all, cards),
    );
  }

  picking();
}
