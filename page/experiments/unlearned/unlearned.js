/* A brain with nothing in it: the same map, of the same network with random numbers in the place of all it learned. */

import { gallery } from "../gallery.js";
import { checked, layers } from "../one_map.js";
import { thumbnail } from "../pictures.js";
import { make, painted, say } from "../shared.js";

/** @param {Stage} stage */
export default function open({
  root,
  words,
  view,
  target,
  layer,
  ask,
  drawMap,
  show: put,
  found,
  glows,
  onward,
  working,
}) {
  const drawn = (map) => painted(view.image, (made) => drawMap(made, view.image, view.seen, map));

  function show(told) {
    const of = say(words.map_of, { label: told.label });
    const learned = { picture: drawn(told.map), alt: glows(of, told.map), title: words.learned, below: of };
    const random = told.others.map((map, i) => ({
      picture: drawn(map),
      alt: glows(words.random, map),
      title: told.tries[i],
      below: words.random,
    }));
    const { stage, rows } = gallery([learned, ...random], 1, {
      picture: drawn(told.map),
      alt: learned.alt,
      text: words.hold_map,
    });
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
      make("p", "", words.lead),
      rows,
      layers(view, words, layer(), (name) => {
        layer(name);
        look();
      }),
      make("p", "limits", words.limits),
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
    side.append(onward(), curious);
    const two = make("div", "two");
    two.append(stage, side);
    put(told.headline, two);
  }

  async function look() {
    const told = await working(root, words.waiting, () => ask({ target, layer: layer() }));
    if (told) show(told);
  }
  put(words.card_title);
  look();
}
