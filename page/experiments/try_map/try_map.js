/* Is the map telling the truth? The brightest, a random and the coldest fifth are hidden, and the model asked again. */

import { asked, layers, replace } from "../one_map.js";
import { bar, decimal, figure, make, painted, percent, photo, say, spoken } from "../shared.js";
import { onward, working } from "../stage.js";

const SVG = "http://www.w3.org/2000/svg";
const draw = (tag, attributes) => {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};

/** @param {Stage} stage */
export default function open({ root, words, view, answer, ask, drawMap, cards, anotherPicture }) {
  const result = make("div", "result");
  root.append(make("h1", "", words.card_title), result);
  const target = asked(view, answer);
  let layer = view.default_layer;

  /* What was hidden, how sure the model still is, and a bar with a mark where it was before. */
  function hidden(told, at, share, name, detail) {
    const mark = make("span", "mark");
    mark.style.left = `${100 * told.before}%`;
    const filled = bar(share);
    filled.append(mark);
    return figure(
      photo(told.pictures[at]),
      name,
      make("span", "big", percent(share, words)),
      make("b", "", name),
      make("span", "", detail),
      filled,
    );
  }

  function chart({ shares, deletion, insertion }) {
    const lines = draw("svg", { viewBox: "-4 -4 208 108", role: "img", "aria-label": words.curves });
    const path = (values, name) =>
      draw("polyline", {
        class: name,
        points: values.map((value, i) => `${200 * shares[i]},${100 - 100 * value}`).join(" "),
      });
    lines.append(
      draw("path", { class: "axes", d: "M0 0V100H200" }),
      path(deletion, "deletion"),
      path(insertion, "insertion"),
    );
    return lines;
  }

  function area(name, sentence, value) {
    const line = make("p", `small key ${name}`);
    line.append(say(sentence, { area: decimal(value, seewhy.given.point) }));
    return line;
  }

  function curious() {
    const whole = make("details", "curious");
    whole.append(make("summary", "", words.curious));
    whole.addEventListener("toggle", async () => {
      if (!whole.open || whole.dataset.asked) return;
      whole.dataset.asked = "";
      const told = await working(whole, words.hiding, () => ask({ target, layer, curves: true }));
      if (!told) {
        delete whole.dataset.asked;
        whole.open = false;
        return;
      }
      const { curves } = told;
      whole.append(
        make("p", "small", words.curves),
        chart(curves),
        area("deletion", words.deletion, curves.deletion_area),
        area("insertion", words.insertion, curves.insertion_area),
      );
    });
    return whole;
  }

  function show(told) {
    const headline = spoken("headline", told.headline);
    const four = make("div", "four");
    four.append(
      hidden(told, 0, told.hottest, words.hottest, words.by_map),
      hidden(told, 1, told.random, words.random, say(words.draws, { count: told.draws.length })),
      hidden(told, 2, told.coldest, words.coldest, words.by_map),
      hidden(told, 3, told.middle, words.middle_hidden, words.no_map),
    );
    const map = painted(view.image, (made) => drawMap(made, view.image, view.seen, told.map));
    const halves = make("div", "halves");
    const side = make("div", "side");
    side.append(
      make("p", "limits", `${words.limits} ${told.proof}`),
      layers(view, words, layer, (name) => {
        layer = name;
        look();
      }),
      curious(),
    );
    halves.append(
      figure(map, say(words.map_of, { label: told.label }), make("span", "", say(words.map_of, { label: told.label }))),
      side,
    );
    replace(result, headline, make("p", "numbers", told.numbers), four, halves, onward(words, anotherPicture, cards));
  }

  async function look() {
    const told = await working(result, words.hiding, () => ask({ target, layer }));
    if (told) show(told);
  }
  look();
}
