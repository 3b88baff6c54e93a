/* Dress it up: pieces of a costume on the picture, and then it is asked again. */

import { thumbnail, yet } from "../pictures.js";
import { bar, button, capital, figure, find, group, loaded, make, numeral, painted, percent, say } from "../shared.js";
import { PIECES, wearing } from "./wearing.js";

const BEST = 5; // tries in the chart

/* What a try found out, for the list at the end and beside other pictures. */
function findingOf({ told, view, words, image }) {
  const [was, is] = [told.before, told.after].map((side) => percent(side.share, words));
  return {
    line: say(words.found, { costume: told.costume, before: was, after: is }),
    control: told.verdict,
    tried: `${was} → ${is}`,
    numbers: `${was} → ${is}`,
    label: told.label,
    picture: thumbnail(image, view.seen, (canvas) =>
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height),
    ),
    alt: told.costume,
    bars: [
      [words.before, told.before.share, was, true],
      [words.after, told.after.share, is, false],
    ],
    verdict: told.verdict,
    note: "",
    held: told.changed,
    together: words.three,
    each: words.each_time,
  };
}

/* The same costume on another picture. */
export async function repeat({ view, words, target, tries, ask }) {
  const told = await ask({ pieces: tries.at(-1).pieces, target });
  return told && findingOf({ told, view, words, image: await loaded(told.picture) });
}

/** @param {Stage} stage */
export default function open({
  words,
  constants,
  view,
  answer,
  word,
  target,
  tries,
  ask,
  drawMap,
  tell,
  file,
  begin,
  show: put,
  found,
  glows,
  onward,
  waiting,
  meanwhile,
}) {
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
  const stage = make("div", "dressing");
  stage.append(doll.element);
  const go = button("go", words.ask, look);
  const hint = make("p", "small");

  function chosen(one) {
    tools.classList.toggle("idle", !one);
    go.disabled = !one;
    hint.replaceChildren(...(one ? [words.how, make("span", "by-keys", ` ${words.keys}`)] : []));
  }

  function dressing() {
    begin({ panel: stage, foot: [tools], lead: words.lead, more: [tray, hint], buttons: [go] });
    chosen(doll.current());
  }

  /* --- asking, before and after --- */

  async function look() {
    const pieces = doll.pieces();
    const { label, confidence } = answer.top[0];
    const [map] = view.layers.filter((each) => each.name === view.default_layer);
    const two = make("div", "halves");
    two.append(
      shown(view.image, { share: word.confidence, map, answer: { label, confidence } }, words.before, false),
      yet({ words, image: view.image, title: words.after }),
    );
    const told = await meanwhile(words.asking, [two, waiting()], () => ask({ pieces, target }));
    if (!told) return;
    const image = await loaded(told.picture);
    tries.push({ costume: told.costume, share: told.after.share, pieces });
    found(findingOf({ told, view, words, image }));
    show(told, image);
  }

  function shown(image, side, text, changed) {
    return figure(
      painted(image, (canvas) => drawMap(canvas, image, view.seen, side.map)),
      glows(text, side.map),
      numeral(changed ? "big changed" : "big", percent(side.share, words), words),
      make("b", "", text),
      make("span", "", say(words.says, { answer: side.answer.label, percent: percent(side.answer.confidence, words) })),
    );
  }

  function bars(told) {
    const made = make("div", "bars");
    const row = (text, share) =>
      made.append(make("span", "", text), bar(share), numeral("num", percent(share, words), words));
    row(words.nothing, told.before.share);
    for (const each of [...tries].sort((one, other) => one.share - other.share).slice(0, BEST))
      row(each.costume, each.share);
    return made;
  }

  function show(told, image) {
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
    side.append(onward(button("link", words.again, dressing)));
    put(told.headline, two, last);
  }

  dressing();
}
