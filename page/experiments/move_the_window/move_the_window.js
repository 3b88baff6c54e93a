/* Move the window: the square that the model sees, put somewhere else on the picture, and then it is asked again. */

import { caption } from "../opening.js";
import { thumbnail, yet } from "../pictures.js";
import {
  bar,
  brightest,
  button,
  capital,
  figure,
  layerNamed,
  make,
  numeral,
  painted,
  percent,
  say,
  sheet,
} from "../shared.js";
import { windowing } from "./windowing.js";

const BEST = 5; // tries in the chart

/** @type {(part: Part) => Seen} */
const boxed = ({ x, y, width, height }) => [x, y, width, height];

/* What was in the window, bright in the dimmed picture. */
function picture(view, seen) {
  return thumbnail(view.image, [0, 0, 1, 1], (canvas) => {
    const pen = canvas.getContext("2d");
    pen.drawImage(view.image, 0, 0);
    pen.fillStyle = "rgba(14, 11, 9, .66)";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const box = [seen[0] * canvas.width, seen[1] * canvas.height, seen[2] * canvas.width, seen[3] * canvas.height];
    pen.drawImage(view.image, box[0], box[1], box[2], box[3], box[0], box[1], box[2], box[3]);
    pen.lineWidth = Math.max(3, canvas.width / 120);
    pen.strokeStyle = "#5FD0E0";
    pen.strokeRect(box[0], box[1], box[2], box[3]);
  });
}

/* What a try found out, for the list at the end and beside other pictures. */
function findingOf({ told, view, words }) {
  const { before, after, label, changed } = told;
  const [was, is] = [percent(before.share, words), percent(after.share, words)];
  const now = percent(after.answer.confidence, words);
  const values = { answer: after.answer.label, percent: now };
  const numbers = changed ? say(words.answer_now, { ...values, answer: capital(values.answer) }) : `${was} → ${is}`;
  const said = say(words.found_before, { label: capital(label), after: is, before: was });
  return {
    line: say(changed ? words.found_other : words.found_same, values),
    mine: say(changed ? words.mine_other : words.mine_same, values),
    control: [said, changed ? words.matters : told.verdict].join(" "),
    tried: say(words.answer_now, values),
    numbers,
    label,
    picture: picture(view, boxed(after.seen)),
    alt: words.after,
    bars: [
      [words.before, before.share, was, true],
      [words.after, after.share, is, false],
    ],
    verdict: told.verdict,
    note: "",
    held: changed,
    together: words.three,
    each: words.each_time,
  };
}

/* A window as large as the usual one, or smaller where there is no room, as far from the brightest place as can be. */
function opposite(view) {
  const { naturalWidth: across, naturalHeight: down } = view.image;
  const [x, y] = brightest(layerNamed(view.layers, view.default_layer), view.seen);
  const side = 0.62 * Math.min(view.seen[2] * across, view.seen[3] * down);
  const [width, height] = [side / across, side / down];
  return { x: x > 0.5 ? 0 : 1 - width, y: y > 0.5 ? 0 : 1 - height, width, height };
}

export async function repeat({ view, words, target, ask }) {
  const told = await ask({ window: opposite(view), target });
  return told && findingOf({ told, view, words });
}

/** @param {Stage} stage */
export default function open({
  words,
  view,
  answer,
  word,
  target,
  tries,
  ask,
  drawMap,
  begin,
  show: put,
  found,
  glows,
  onward,
  waiting,
  meanwhile,
}) {
  /* --- the window and its tools --- */

  const go = button("go", words.ask, look);
  const why = make("p", "small why", words.first); // as long as there is nothing new to ask about
  why.id = "why-not-yet";
  go.setAttribute("aria-describedby", why.id);
  const frame = windowing({
    words,
    view,
    start: opposite(view),
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
  const stage = make("div", "windowing");
  stage.append(frame.element);

  function moving() {
    const hint = make("p", "small", words.how);
    hint.append(make("span", "by-keys", ` ${words.keys}`));
    begin({
      panel: stage,
      foot: [caption(words.window_now), tools],
      lead: words.lead,
      more: [hint, why],
      buttons: [go],
    });
  }

  /* --- asking, before and after --- */

  async function look() {
    const two = make("div", "halves");
    const { label, confidence: share } = answer.top[0];
    const [map] = view.layers.filter((each) => each.name === view.default_layer);
    const [x, y, width, height] = view.seen;
    const before = { share: word.confidence, map, seen: { x, y, width, height }, answer: { label, confidence: share } };
    two.append(shown(before, words.before, false), yet({ words, image: view.image, title: words.after }));
    const window = frame.window();
    const told = await meanwhile(words.asking, [two, waiting()], () => ask({ window, target }));
    if (!told) return;
    tries.push({ seen: told.after.seen, share: told.after.share });
    found(findingOf({ told, view, words }));
    show(told);
  }

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
      glows(say(words.alt, { which: text, label: view.answer }), side.map),
      numeral(changed ? "big changed" : "big", percent(side.share, words), words),
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
      made.append(inside(boxed(seen), text), bar(share), numeral("num", percent(share, words), words));
    row(told.before.seen, words.before, told.before.share);
    const numbered = tries.map((each, i) => ({ ...each, text: say(words.number, { number: i + 1 }) }));
    for (const each of numbered.sort((one, other) => other.share - one.share).slice(0, BEST))
      row(each.seen, each.text, each.share);
    return made;
  }

  function show(told) {
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
    side.append(onward(button("link", words.again, again)));
    put(told.headline, two, last);
  }

  function again() {
    moving();
    frame.focus();
  }

  moving();
}
