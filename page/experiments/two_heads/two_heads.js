/* Two heads: the same picture at every layer, in two ways of drawing, or in two models, and how far they agree. */

import { gallery } from "../gallery.js";
import { checked } from "../one_map.js";
import { thumbnail } from "../pictures.js";
import { button, group, loaded, make, option, painted, pressOnly, say } from "../shared.js";

/** @param {Stage} stage */
export default function open({ root, words, view, target, ask, drawMap, show: put, found, glows, onward, working }) {
  const ways = { methods: words.by_methods, layers: words.by_layers, models: words.by_models };
  const choices = group("choice", words.compare);
  for (const [by, text] of Object.entries(ways)) {
    const one = button("", text, () => look(by));
    one.dataset.by = by;
    choices.append(one);
  }

  function side(each, by, percent) {
    const { x, y, width, height } = each.seen;
    const drawn = painted(view.image, (made) => drawMap(made, view.image, [x, y, width, height], each.map));
    const answered = by === "models" ? say(words.says, { answer: each.answer, percent }) : "";
    const text = answered || (each.map.maximum > 0 ? "" : words.nothing);
    return {
      picture: drawn,
      alt: glows(say(words.alt, { title: each.title, label: each.label }), each.map),
      title: each.title,
      below: text,
      text,
    };
  }

  /* Where the first and the last agree, and where not. */
  async function together(told) {
    const picture = await loaded(told.where);
    return { picture, alt: words.alt_where, title: words.where, below: "" };
  }

  /* The colours of that picture. */
  function parts(told) {
    const [first, last] = [told.sides[0].title, told.sides.at(-1).title];
    const made = make("p", "parts small");
    const each = [words.both, say(words.only, { title: first }), say(words.only, { title: last })].map((text, i) => {
      const part = make("span", "part", text);
      part.style.setProperty("--part", `rgb(${told.colours[i].join(" ")})`);
      return part;
    });
    made.append(...each);
    return made;
  }

  async function show(told, by) {
    const all = [
      ...(told.where ? [await together(told)] : []),
      ...told.sides.map((each, i) => side(each, by, told.percents[i])),
    ];
    const { stage, rows } = gallery(all, 0);
    const below = make("div", "side");
    below.append(choices, rows, ...(told.where ? [parts(told)] : []));
    if (told.names) below.append(make("p", "verdict-line", told.names));
    if (by === "models" && told.models.length > 1) below.append(others(told));
    below.append(make("p", "limits", by === "layers" ? words.limits_layers : words.limits));
    const [first] = told.sides;
    found(
      checked({
        verdict: told.headline,
        control: words.limits,
        label: view.label,
        picture: thumbnail(view.image, view.seen, (canvas) => drawMap(canvas, view.image, view.seen, first.map)),
        alt: say(words.alt, { title: first.title, label: first.label }),
      }),
    );
    below.append(onward());
    const two = make("div", "two");
    two.append(stage, below);
    put(told.headline, two);
  }

  function others(told) {
    const label = make("label", "", words.second);
    const select = make("select");
    for (const each of told.models) select.append(option(each.title, each.name));
    select.value = told.models.find((each) => each.title === told.sides[1].title)?.name ?? "";
    select.addEventListener("change", () => look("models", select.value));
    label.append(select);
    return label;
  }

  /**
   * @param {string} by
   * @param {string | null} second the other model
   */
  async function look(by, second = null) {
    const told = await working(root, words.waiting, () => ask({ by, second, target }));
    if (!told) return;
    if (!told.models.length) choices.querySelector("[data-by=models]")?.remove(); // there is only one
    pressOnly(choices, (one) => one.dataset.by === by);
    await show(told, by);
  }
  put(words.card_title, choices);
  look("methods");
}
