/* From nothing: a grey picture is changed until the model is sure of a word. */

import { square } from "../pictures.js";
import { button, capital, figure, loaded, make, percent, photo, say } from "../shared.js";
import { drawn, waiting, wish } from "../wish.js";

/** @param {Stage} stage */
export default function open({ words, constants, answer, ask, drawMap, begin, show: put, found, onward }) {
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
    begin({ panel: make("div", "plain"), lead: words.lead, more: [form], buttons: [] });
  }

  async function show(told) {
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
    const share = percent(told.after.chosen, words);
    found({
      line: say(words.found, { label: told.label, percent: share }),
      control: words.limits,
      tried: last,
      numbers: share,
      label: told.label,
      picture: square(image),
      alt: last,
      bars: [],
      verdict: "",
      note: "",
      held: true,
    });
    put(
      told.headline,
      three,
      make("p", "limits", `${told.bound} ${words.limits}`),
      onward(button("link", words.again, picking)),
    );
  }

  picking();
}
