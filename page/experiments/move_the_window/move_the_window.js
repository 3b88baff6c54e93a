/* Move the window: the square that the model sees, put somewhere else on the picture, and then it is asked again. */

import { bar, button, figure, make, painted, percent, say, sheet, spoken } from "../shared.js";
import { onward } from "../stage.js";
import { windowing } from "./windowing.js";

const BEST = 5; // tries in the chart

/** @param {Stage} stage */
export default function open({ root, words, view, tries, ask, drawMap, cards, anotherPicture }) {
  const body = make("div", "result");
  root.append(make("h1", "", words.card_title), body);

  /* --- the window and its tools --- */

  const go = button("go", words.ask, look);
  const why = make("p", "small why", words.first); // as long as there is nothing new to ask about
  why.id = "why-not-yet";
  go.setAttribute("aria-describedby", why.id);
  const frame = windowing({
    words,
    view,
    moved: (on) => {
      go.disabled = !on;
      why.hidden = on;
    },
  });

  function tool(text, sign, key) {
    const one = button("pill", sign, () => frame.press(key));
    one.setAttribute("aria-label", text);
    one.title = text;
    return one;
  }

  const tools = make("div", "tools-foot");
  tools.append(
    tool(words.smaller, "−", "-"),
    tool(words.larger, "+", "+"),
    button("pill wide", words.back, () => frame.reset()),
  );
  const stage = make("div", "panel windowing");
  stage.append(frame.element, tools);

  function moving() {
    const two = make("div", "two");
    const side = make("div", "side");
    const hint = make("p", "small", words.how);
    hint.append(make("span", "by-keys", ` ${words.keys}`));
    side.append(hint, go, why);
    two.append(stage, side);
    body.replaceChildren(make("p", "lead", words.lead), two);
  }

  /* --- asking, before and after --- */

  async function look() {
    go.disabled = true;
    const told = await ask({ window: frame.window() });
    go.disabled = false;
    if (!told) return;
    tries.push({ seen: told.after.seen, share: told.after.share });
    show(told);
  }

  /** @type {(part: Part) => Seen} */
  const boxed = ({ x, y, width, height }) => [x, y, width, height];

  /* The map with the window that it is of. */
  function framed(canvas, side) {
    const seen = boxed(side.seen);
    drawMap(canvas, view.image, seen, side.map);
    const pen = canvas.getContext("2d");
    const line = Math.max(2, canvas.width / 300);
    pen.setLineDash([5 * line, 4 * line]);
    pen.lineWidth = line;
    pen.strokeStyle = "#F8F0E4";
    pen.strokeRect(seen[0] * canvas.width, seen[1] * canvas.height, seen[2] * canvas.width, seen[3] * canvas.height);
  }

  function shown(side, text, changed) {
    return figure(
      painted(view.image, (canvas) => framed(canvas, side)),
      say(words.alt, { which: text, label: view.answer }),
      make("span", changed ? "big changed" : "big", percent(side.share, words)),
      make("b", "", text),
      make("span", "", say(words.says, { answer: side.answer.label, percent: percent(side.answer.confidence, words) })),
    );
  }

  /**
   * What was in the window, small.
   * @param {Seen} seen
   * @param {string} text
   */
  function inside([x, y, width, height], text) {
    const small = Object.assign(sheet(112, 112), { className: "inside" });
    const { naturalWidth: across, naturalHeight: down } = view.image;
    small.setAttribute("role", "img");
    small.setAttribute("aria-label", text);
    small.getContext("2d").drawImage(view.image, x * across, y * down, width * across, height * down, 0, 0, 112, 112);
    return small;
  }

  function bars(told) {
    const made = make("div", "bars");
    const row = (seen, text, share) =>
      made.append(inside(boxed(seen), text), bar(share), make("span", "num", percent(share, words)));
    row(told.before.seen, words.before, told.before.share);
    const numbered = tries.map((each, i) => ({ ...each, text: say(words.number, { number: i + 1 }) }));
    for (const each of numbered.sort((one, other) => other.share - one.share).slice(0, BEST))
      row(each.seen, each.text, each.share);
    return made;
  }

  function show(told) {
    const headline = spoken("headline", told.headline);
    const two = make("div", "halves");
    two.append(shown(told.before, words.before, false), shown(told.after, words.after, told.changed));
    const last = make("div", "halves");
    const side = make("div", "side");
    side.append(make("p", "verdict-line", told.verdict), make("p", "", told.holds), make("p", "limits", words.limits));
    last.append(side);
    if (tries.length > 1) {
      const chart = make("div", "side");
      chart.append(make("h2", "", say(words.tries, { label: told.label })), bars(told));
      last.append(chart);
    }
    body.replaceChildren(headline, two, last, onward(words, anotherPicture, cards, button("go", words.again, again)));
    headline.scrollIntoView({ block: "nearest" });
  }

  function again() {
    moving();
    frame.focus();
  }

  moving();
}
