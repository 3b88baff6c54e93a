/* Dog, or cat? Two words, the map for each, and the map of one rather than the other. */

import { capital, figure, make, option, painted, percent, say, spoken } from "../shared.js";
import { onward, working } from "../stage.js";

/** @param {Stage} stage */
export default function open({ root, words, view, answer, ask, drawMap, cards, anotherPicture }) {
  const result = make("div", "result");
  root.append(make("h1", "", words.card_title), result);
  const own = answer.top.map((each) => each.label);
  let between = null; // what the server takes first
  let opened = false; // whether two other things are being picked

  function shown(text, side, share) {
    return figure(
      painted(view.image, (canvas) => drawMap(canvas, view.image, view.seen, side.map)),
      say(words.map_of, { label: text }),
      make("span", "big", share),
      make("b", "", text),
      make("span", "", side.map.maximum > 0 ? words.map_below : words.nothing),
    );
  }

  /* Any group, any of the five answers, or a word that is typed. */
  function picker(at, known) {
    const label = make("label", "", at ? words.second : words.first);
    const select = make("select");
    const other = make("input");
    other.type = "text";
    other.hidden = true;
    other.setAttribute("aria-label", words.type);
    other.placeholder = words.type;
    const all = [...new Set([between[at], ...known, ...own])];
    for (const each of all) select.append(option(capital(each), each));
    select.append(option(words.other, ""));
    select.addEventListener("change", () => {
      other.hidden = select.value !== "";
    });
    label.append(select, other);
    return { label, value: () => select.value || other.value };
  }

  function show(told) {
    const [first, second] = told.sides;
    between ??= [first.label, second.label];
    const three = make("div", "three");
    three.append(
      shown(capital(first.label), first, percent(first.share, words)),
      shown(capital(second.label), second, percent(second.share, words)),
      shown(capital(told.rather.label), told.rather, ""),
    );
    const side = make("div", "side");
    side.append(
      make("p", "small", words.rather),
      make("p", "limits", [told.words, words.limits].filter(Boolean).join(" ")),
    );
    const form = make("form", "side pickers");
    const pickers = [0, 1].map((at) => picker(at, told.known));
    const go = Object.assign(make("button", "alt", words.ask), { type: "submit" });
    form.append(...pickers.map((each) => each.label), go);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      between = pickers.map((each) => each.value());
      look();
    });
    const others = make("details", "curious");
    others.open = opened;
    others.append(make("summary", "", words.others), form);
    others.addEventListener("toggle", () => {
      opened = others.open;
    });
    const two = make("div", "halves");
    two.append(side, others);
    const headline = spoken("headline", told.headline);
    result.replaceChildren(headline, three, two, onward(words, anotherPicture, cards));
  }

  async function look() {
    const told = await working(result, words.waiting, () => ask({ between }));
    if (told) show(told);
  }
  look();
}
