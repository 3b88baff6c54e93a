/* Dress it up: pieces of a costume on the picture, and then it is asked again. */

import { bar, button, capital, figure, find, group, loaded, make, painted, percent, say, spoken } from "../shared.js";
import { onward } from "../stage.js";
import { PIECES, wearing } from "./wearing.js";

const BEST = 5; // tries in the chart

/** @param {Stage} stage */
export default function open({ root, words, constants, view, tries, ask, drawMap, tell, file, cards, anotherPicture }) {
  const body = make("div", "result");
  root.append(make("h1", "", words.card_title), body);

  /* --- the picture, the wardrobe and the tools --- */

  const doll = wearing({
    words,
    constants,
    view,
    file,
    chosen,
    full: (limit) => tell(say(words.many, { limit })),
    bare: () => find(tray, "button").focus({ preventScroll: true }),
  });
  const tray = group("tray", words.wardrobe);
  for (const name of Object.keys(PIECES)) {
    const one = button("", "", () => doll.put(name));
    one.style.backgroundImage = `url("${file(`dress_up/pieces/${name}.svg`)}")`;
    one.setAttribute("aria-label", capital(words[name]));
    tray.append(one);
  }

  function tool(text, sign, act) {
    const one = button("pill", sign, act);
    one.setAttribute("aria-label", text);
    one.title = text;
    return one;
  }

  const tools = make("div", "tools-foot");
  tools.append(
    tool(words.smaller, "−", () => doll.press("-")),
    tool(words.larger, "+", () => doll.press("+")),
    tool(words.turn_left, "↺", () => doll.press("[")),
    tool(words.turn_right, "↻", () => doll.press("]")),
    tool(words.take_off, "×", () => doll.takeOff()),
  );
  const stage = make("div", "panel dressing");
  stage.append(doll.element, tools);
  const go = button("go", words.ask, look);
  const hint = make("p", "small");

  function chosen(one) {
    tools.classList.toggle("idle", !one);
    go.disabled = !one;
    hint.replaceChildren(...(one ? [words.how, make("span", "by-keys", ` ${words.keys}`)] : []));
  }

  function dressing() {
    const two = make("div", "two");
    const side = make("div", "side");
    side.append(tray, go, hint);
    two.append(stage, side);
    body.replaceChildren(make("p", "lead", words.lead), two);
    chosen(doll.current());
  }

  /* --- asking, before and after --- */

  async function look() {
    go.disabled = true;
    const told = await ask({ pieces: doll.pieces() });
    go.disabled = false;
    if (!told) return;
    const image = await loaded(told.picture);
    tries.push({ costume: told.costume, share: told.after.share });
    show(told, image);
  }

  function shown(image, side, text, changed) {
    return figure(
      painted(image, (canvas) => drawMap(canvas, image, view.seen, side.map)),
      text,
      make("span", changed ? "big changed" : "big", percent(side.share, words)),
      make("b", "", text),
      make("span", "", say(words.says, { answer: side.answer.label, percent: percent(side.answer.confidence, words) })),
    );
  }

  function bars(told) {
    const made = make("div", "bars");
    const row = (text, share) =>
      made.append(make("span", "", text), bar(share), make("span", "num", percent(share, words)));
    row(words.nothing, told.before.share);
    for (const each of [...tries].sort((one, other) => one.share - other.share).slice(0, BEST))
      row(each.costume, each.share);
    return made;
  }

  function show(told, image) {
    const headline = spoken("headline", told.headline);
    const two = make("div", "halves");
    two.append(
      shown(view.image, told.before, words.before, false),
      shown(image, told.after, words.after, told.changed),
    );
    const last = make("div", "halves");
    const side = make("div", "side");
    side.append(make("p", "verdict-line", told.verdict), make("p", "limits", words.limits));
    last.append(side);
    if (tries.length > 1) {
      const chart = make("div", "side");
      chart.append(make("h2", "", say(words.tries, { label: told.label })), bars(told));
      last.append(chart);
    }
    body.replaceChildren(
      headline,
      two,
      last,
      onward(words, anotherPicture, cards, button("go", words.again, dressing)),
    );
    headline.scrollIntoView({ block: "nearest" });
  }

  dressing();
}
