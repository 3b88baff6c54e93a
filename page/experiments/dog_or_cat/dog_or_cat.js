/* Dog, or cat? Two words, the map for each, and the map of one rather than the other. */

import { icon } from "../icons.js";
import { thumbnail, yet } from "../pictures.js";
import { button, capital, figure, make, numeral, option, painted, say } from "../shared.js";

/* What a try found out, for the list at the end and beside other pictures. */
function findingOf({ told, view, words }) {
  const [first, second] = told.sides;
  const shares = told.percents;
  return {
    line: say(words.shares, {
      first: capital(first.label),
      first_share: shares[0],
      second: capital(second.label),
      second_share: shares[1],
    }),
    control: told.rest_words,
    tried: `${shares[0]}, ${shares[1]}`,
    numbers: shares[0],
    label: first.label,
    picture: thumbnail(view.image, view.seen, (canvas) => seewhy.drawMap(canvas, view.image, view.seen, first.map)),
    alt: say(words.map_of, { label: first.label }),
    bars: [
      [capital(first.label), first.share, shares[0], false],
      [capital(second.label), second.share, shares[1], true],
      ...(told.rest_words ? [[words.rest_short, told.rest, shares[2], true]] : []),
    ],
    verdict: "",
    note: told.words,
    held: first.share > second.share,
  };
}

export async function repeat({ view, words, answer, ask }) {
  const told = await ask({ between: pairOf(answer) });
  return told && findingOf({ told, view, words });
}

/* Two kinds of things where there are two, or else the first two answers. */
const pairOf = (answer) =>
  (answer.kinds ?? answer.top.slice(0, 2).map(({ index }) => ({ asked: index }))).map((each) => each.asked);

/** @param {Stage} stage */
export default function open({
  words,
  view,
  answer,
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
  const own = answer.top.map((each) => each.label);
  let between = pairOf(answer);
  let opened = false; // whether two other things are being picked

  function shown(text, side, share) {
    return figure(
      painted(view.image, (canvas) => drawMap(canvas, view.image, view.seen, side.map)),
      glows(say(words.map_of, { label: text }), side.map),
      numeral("big", share, words),
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
    const chosen = typeof between[at] === "number" ? own[at] : between[at];
    const all = [...new Set([chosen, ...known, ...own])];
    for (const each of all) select.append(option(capital(each), each));
    select.append(option(words.other, ""));
    select.addEventListener("change", () => {
      other.hidden = select.value !== "";
    });
    label.append(select, other);
    return { label, value: () => select.value || other.value };
  }

  /* One bar of three parts: both words, and the rest. */
  function stack(told) {
    const whole = make("div", "stack3");
    whole.setAttribute("aria-hidden", "true"); // the sentences say the same
    for (const share of [...told.sides.map((each) => each.share), told.rest]) {
      const part = make("i");
      part.style.flexGrow = String(share);
      whole.append(part);
    }
    return whole;
  }

  function show(told) {
    const [first, second] = told.sides;
    between ??= [first.label, second.label];
    const three = make("div", "three");
    three.append(
      shown(capital(first.label), first, told.percents[0]),
      shown(capital(second.label), second, told.percents[1]),
      shown(capital(told.rather.label), told.rather, ""),
    );
    const side = make("div", "side");
    if (told.rest_words) side.append(make("p", "rest", told.rest_words));
    side.append(
      make("p", "small", `${words.rather} ${words.own_scale}`),
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
    two.append(side);
    if (answer.vocabulary.classes > 2) two.append(others); // of two words there are no two others
    side.append(onward());
    put(told.headline, stack(told), three, two);
  }

  async function look() {
    const names = answer.kinds?.map(({ label }) => label) ?? answer.top.slice(0, 2).map(({ label }) => label);
    const titles = between?.every((each) => typeof each === "string") ? between : names;
    const three = make("div", "three");
    three.append(
      ...[...titles, words.rest_short].map((title) => yet({ words, image: view.image, title: capital(title) })),
    );
    const told = await meanwhile(words.asking, [three, waiting()], () => ask({ between }));
    if (!told) return;
    found(findingOf({ told, view, words }));
    show(told);
  }

  const go = button("go", words.ask, look);
  go.append(icon("next"));
  begin({
    title: answer.kinds ? `${words.two_kinds} ${words.card_title}` : words.card_title,
    panel: painted(view.image, (canvas) =>
      drawMap(canvas, view.image, view.seen, view.layers.find((each) => each.name === view.default_layer) ?? null),
    ),
    lead: words.lead,
    buttons: [go],
  });
}
