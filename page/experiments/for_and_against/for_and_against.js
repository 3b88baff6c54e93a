/* For and against: one word's map in two colours, and then that word beside another one. */

import { asked, figure, layers, photo, replace } from "../one_map.js";
import { button, make, onward, say, working } from "../stage.js";

export default function open({ root, words, view, answer, ask, cards, anotherPicture }) {
  const result = make("div", "result");
  root.append(make("h1", "", words.card_title), result);
  const target = asked(view, answer);
  // Against what a single word is weighed: the first answer, or the second when it is that one.
  const rival = Number.isInteger(answer.index) ? answer.top.find((each) => each.index !== answer.index) : null;
  let layer = view.default_layer;
  let weighed = false;

  function side(told) {
    const headline = make("p", "headline", told.headline);
    headline.setAttribute("role", "status");
    const made = figure(photo(told.picture), say(words.map_of, { label: told.label }), make("b", "", say(words.map_of, { label: told.label })));
    made.prepend(headline);
    return made;
  }

  /* The scale in the colours of the maps. */
  function legend({ colours }) {
    const made = make("div", "legend");
    const scale = make("i");
    scale.style.background = `linear-gradient(90deg, ${colours.map((colour) => `rgb(${colour.join(" ")})`).join(", ")})`;
    made.append(scale, make("span", "", words.against), make("span", "", words.little), make("span", "", words.in_favour));
    return made;
  }

  function show(alone, beside) {
    const maps = make("div", beside ? "halves" : "two");
    const more = make("div", "side");
    more.append(legend(alone), make("p", "limits", words.limits), layers(view, words, layer, (name) => { layer = name; look(); }));
    if (rival && !beside) {
      const row = make("div", "row");
      row.append(button("go", say(words.weigh, { label: rival.label }), () => { weighed = true; look(alone); }));
      more.prepend(row);
    }
    maps.append(side(alone), beside ? side(beside) : more);
    replace(result, maps, ...(beside ? [more] : []), onward(words, anotherPicture, cards));
  }

  async function look(known) {
    const told = await working(result, words.waiting, async () => {
      const alone = known ?? (await ask({ target, layer }));
      return alone && [alone, weighed ? await ask({ target, rival: String(rival.index), layer }) : null];
    });
    if (told) show(...told);
  }
  look();
}
