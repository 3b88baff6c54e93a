/* Is the map telling the truth? The brightest, a random and the coldest fifth are hidden, and the model asked again. */

import { holding } from "../holding.js";
import { layers } from "../one_map.js";
import { square } from "../pictures.js";
import { bar, decimal, loaded, make, numeral, painted, percent, photo, say } from "../shared.js";

const SVG = "http://www.w3.org/2000/svg";
const draw = (tag, attributes) => {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
};

/** @param {Stage} stage */
export default function open({ root, words, view, target, layer, ask, drawMap, show: put, found, onward, working }) {
  /* What was hidden, and how sure the model still is; the picture on the stage is that of the row one points at. */
  function rows(told, shown) {
    const list = make("div", "five");
    const all = [
      [view.image.src, words.nothing_hidden, told.before, true],
      [told.pictures[0], words.hottest, told.hottest, false],
      [told.pictures[1], say(words.random, { count: told.draws.length }), told.random, true],
      [told.pictures[2], words.coldest, told.coldest, true],
      [told.pictures[3], words.middle_hidden, told.middle, true],
    ];
    for (const [address, text, share, was] of all) {
      const row = make("button", was ? "was" : "");
      row.type = "button";
      row.append(photo(address), make("span", "", text), bar(share), numeral("num", percent(share, words), words));
      row.addEventListener("click", () => shown(address, text));
      list.append(row);
    }
    return list;
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

  /* Which of the model's ways of drawing pass, one a line. */
  function verdicts(methods) {
    const list = make("dl", "ways small");
    for (const { title, verdict, word } of methods) list.append(make("dt", "", title), make("dd", verdict, word));
    return list;
  }

  function curious() {
    const whole = make("details", "curious");
    whole.append(make("summary", "", words.curious));
    whole.addEventListener("toggle", async () => {
      if (!whole.open || whole.dataset.asked) return;
      whole.dataset.asked = "";
      const asked = { target, layer: layer(), curves: true, methods: true };
      const told = await working(whole, words.hiding, () => ask(asked));
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
        make("p", "small", words.each_method),
        verdicts(told.methods),
      );
    });
    return whole;
  }

  async function show(told) {
    const stage = make("div", "panel ready");
    const image = photo(told.pictures[0], words.hottest);
    const below = make("p");
    const title = view.layers.find((each) => each.name === layer())?.title ?? "";
    const shown = (address, text) => {
      Object.assign(image, { src: address, alt: text });
      below.replaceChildren(make("b", "", text), say(words.of_layer, { layer: title }));
    };
    shown(told.pictures[0], words.hottest);
    const foot = make("div", "foot2");
    const map = painted(view.image, (canvas) => drawMap(canvas, view.image, view.seen, told.map));
    foot.append(
      below,
      holding(stage, image, {
        picture: map,
        alt: say(words.map_of, { label: told.label }),
        text: words.hold_map,
      }),
    );
    stage.append(image, foot);
    const side = make("div", "side");
    const verdict = make("p");
    verdict.append(make("b", "", told.headline));
    side.append(
      verdict,
      rows(told, shown),
      layers(view, words, layer(), (name) => {
        layer(name);
        look();
      }),
      make("p", "limits", [words.limits, told.proof].filter(Boolean).join(" ")),
      onward(),
      curious(),
    );
    const two = make("div", "two");
    two.append(stage, side);
    const numbers = `${percent(told.before, words)} → ${percent(told.hottest, words)}`;
    found({
      line: say(words.found, { before: percent(told.before, words), after: percent(told.hottest, words) }),
      control: told.headline,
      tried: numbers,
      numbers,
      label: told.label,
      picture: square(await loaded(told.pictures[0])),
      alt: words.hottest,
      bars: [],
      verdict: told.headline,
      note: "",
      held: true,
    });
    put(say(words.found, { before: percent(told.before, words), after: percent(told.hottest, words) }), two);
  }

  async function look() {
    const told = await working(root, words.hiding, () => ask({ target, layer: layer() }));
    if (told) await show(told);
  }
  put(words.card_title);
  look();
}
