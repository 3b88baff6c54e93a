/* A brain with nothing in it: the same map, of the same network with random numbers in the place of all it learned. */

import { checked, layers } from "../one_map.js";
import { thumbnail } from "../pictures.js";
import { button, figure, find, make, painted, say } from "../shared.js";
import { working } from "../working.js";

/** @param {Stage} stage */
export default function open({ root, words, view, target, layer, ask, drawMap, show: put, found, glows, onward }) {
  const drawn = (map) => painted(view.image, (made) => drawMap(made, view.image, view.seen, map));

  function show(told) {
    let at = 0;
    const of = say(words.map_of, { label: told.label });
    const halves = make("div", "halves");
    const empty = figure(
      drawn(told.others[0]),
      glows(words.random, told.others[0]),
      make("b", "", words.random),
      make("span", "try", told.tries[0]),
    );
    halves.append(
      figure(drawn(told.map), glows(of, told.map), make("b", "", words.learned), make("span", "", of)),
      empty,
    );
    const another = button("alt", words.another_one, () => {
      at = (at + 1) % told.others.length;
      drawMap(find(empty, "canvas"), view.image, view.seen, told.others[at]);
      find(empty, "canvas").setAttribute("aria-label", glows(words.random, told.others[at]));
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
      layers(view, words, layer(), (name) => {
        layer(name);
        look();
      }),
      curious,
    );
    found(
      checked({
        verdict: told.headline,
        control: words.limits,
        label: told.label,
        picture: thumbnail(view.image, view.seen, (canvas) => drawMap(canvas, view.image, view.seen, told.others[0])),
        alt: words.random,
      }),
    );
    side.append(onward());
    put(told.headline, make("p", "small", words.lead), halves, row, side);
  }

  async function look() {
    const told = await working(root, words.waiting, () => ask({ target, layer: layer() }));
    if (told) show(told);
  }
  put(words.card_title);
  look();
}
