/* A brain with nothing in it: the same map, of the same network with random numbers in the place of all it learned. */

import { asked, layers, replace } from "../one_map.js";
import { button, figure, find, make, painted, say, spoken } from "../shared.js";
import { onward, working } from "../stage.js";

/** @param {Stage} stage */
export default function open({ root, words, view, answer, ask, drawMap, cards, anotherPicture }) {
  const result = make("div", "result");
  root.append(make("h1", "", words.card_title), make("p", "lead", words.lead), result);
  const target = asked(view, answer);
  let layer = view.default_layer;

  const drawn = (map) => painted(view.image, (made) => drawMap(made, view.image, view.seen, map));

  function show(told) {
    let at = 0;
    const headline = spoken("headline", told.headline);
    const of = say(words.map_of, { label: told.label });
    const halves = make("div", "halves");
    const empty = figure(
      drawn(told.others[0]),
      words.random,
      make("b", "", words.random),
      make("span", "try", told.tries[0]),
    );
    halves.append(figure(drawn(told.map), of, make("b", "", words.learned), make("span", "", of)), empty);
    const another = button("alt", words.another_one, () => {
      at = (at + 1) % told.others.length;
      drawMap(find(empty, "canvas"), view.image, view.seen, told.others[at]);
      find(empty, ".try").textContent = told.tries[at];
    });
    find(empty, ".try").setAttribute("role", "status");
    const row = make("div", "row");
    row.append(another);
    const side = make("div", "side");
    const curious = make("details", "curious");
    const each = make("ul");
    each.append(...told.each.map((text) => make("li", "", text)));
    curious.append(
      make("summary", "", words.curious),
      make("p", "small", [told.numbers, told.empty].filter(Boolean).join(" ")),
      each,
    );
    side.append(
      make("p", "limits", words.limits),
      layers(view, words, layer, (name) => {
        layer = name;
        look();
      }),
      curious,
    );
    replace(result, headline, halves, row, side, onward(words, anotherPicture, cards));
  }

  async function look() {
    const told = await working(result, words.waiting, () => ask({ target, layer }));
    if (told) show(told);
  }
  look();
}
