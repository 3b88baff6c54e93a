/* Dog, or cat? Two words, the map for each, and the map of one rather than the other. */

import { capital, make, onward, percent, say, working } from "../stage.js";

export default function open({ root, words, view, answer, ask, drawMap, cards, anotherPicture }) {
  root.append(make("h1", "", words.card_title), make("div", "result"));
  const result = root.querySelector(".result");
  const own = answer.top.map((each) => each.label);
  let between = ["dogs", "cats"];
  let opened = false; // whether two other things are being picked

  function figure(text, side, shown) {
    const made = make("figure");
    const panel = make("div", "panel");
    const canvas = Object.assign(make("canvas"), { width: view.image.naturalWidth, height: view.image.naturalHeight });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", say(words.map_of, { label: text }));
    drawMap(canvas, view.image, view.seen, side.map);
    panel.append(canvas);
    const caption = make("figcaption");
    caption.append(
      make("span", "big", shown),
      make("b", "", text),
      make("span", "", side.map.maximum > 0 ? words.map_below : words.nothing),
    );
    made.append(panel, caption);
    return made;
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
    for (const each of all) select.append(Object.assign(make("option", "", capital(each)), { value: each }));
    select.append(Object.assign(make("option", "", words.other), { value: "" }));
    select.addEventListener("change", () => {
      other.hidden = select.value !== "";
    });
    label.append(select, other);
    return { label, value: () => select.value || other.value };
  }

  function show(told) {
    const [first, second] = told.sides;
    const three = make("div", "three");
    three.append(
      figure(capital(first.label), first, percent(first.share, words)),
      figure(capital(second.label), second, percent(second.share, words)),
      figure(capital(told.rather.label), told.rather, ""),
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
    const headline = make("p", "headline", told.headline);
    headline.setAttribute("role", "status");
    result.replaceChildren(headline, three, two, onward(words, anotherPicture, cards));
  }

  async function look() {
    const told = await working(result, words.waiting, () => ask({ between }));
    if (told) show(told);
  }
  look();
}
