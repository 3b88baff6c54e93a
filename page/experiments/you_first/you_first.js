/* You first: the visitor marks where they would look, and then sees the map, and how far both agree. */

import { painter } from "../painter.js";
import { thumbnail } from "../pictures.js";
import { button, figure, find, make, painted, percent, say } from "../shared.js";

const PARTS = 10;

/** @param {Stage} stage */
export default function open({
  root,
  words,
  view,
  target,
  ask,
  places,
  drawMap,
  glows,
  go,
  hidden,
  toAnswer,
  guessFirst,
  show: put,
  found,
  onward,
  offers,
  kiosk,
  working,
}) {
  /* Whoever has seen the answer can't guess any more: another picture is the honest way. */
  function late() {
    const side = make("div", "side");
    const row = make("div", "row");
    row.append(button("go", words.guess, guessFirst), button("alt", words.anyway, paint));
    side.append(make("p", "", words.late), row);
    put(words.card_title, side);
  }

  function paint() {
    const head = Object.assign(make("h1", "", words.card_title), { tabIndex: -1 });
    const side = make("div", "side");
    let compare = null;
    const brush = painter({
      view,
      words,
      places,
      drawMap,
      changed: (some) => {
        if (compare) compare.disabled = !some;
      },
    });
    compare = button("go", words.ask, async () => {
      compare.disabled = true;
      const told = await working(side, words.asking, () => ask({ mask: brush.mask(), target }));
      compare.disabled = brush.empty();
      if (told) show(told, brush);
    });
    compare.disabled = true;
    const row = make("div", "row");
    row.append(compare);
    if (hidden()) row.append(button("alt", words.skip, toAnswer));
    side.append(make("p", "", words.how), row);
    const two = make("div", "two");
    two.append(brush.element, side);
    root.replaceChildren(head, make("p", "lead", words.lead), two);
    scrollTo({ top: 0 });
    head.focus({ preventScroll: true });
  }

  function both(told, brush) {
    const { x, y, width, height } = told.seen;
    const canvas = painted(view.image, (drawn) => {
      drawMap(drawn, view.image, [x, y, width, height], told.map);
      brush.outline(drawn);
    });
    const [yours, its] = [make("span", "yours", words.yours), make("span", "its", words.its)];
    const made = figure(canvas, glows(say(words.alt, { label: told.label }), told.map), yours, its);
    find(made, "figcaption").className = "legend-both";
    return made;
  }

  function dots(count) {
    const made = make("div", "dots");
    made.setAttribute("role", "img");
    made.setAttribute("aria-label", say(words.dots, { count }));
    for (let i = 0; i < PARTS; i++) made.append(make("i", i < count ? "full" : ""));
    return made;
  }

  function show(told, brush) {
    hidden(false);
    found({
      line: say(words.found_line, { count: told.tenths ?? 0 }),
      control: told.explained || told.headline,
      tried: say(words.dots, { count: told.tenths ?? 0 }),
      numbers: percent(told.share, words),
      label: told.label,
      picture: thumbnail(view.image, view.seen, (canvas) => {
        drawMap(canvas, view.image, view.seen, told.map);
        brush.outline(canvas);
      }),
      alt: say(words.alt, { label: told.label }),
      bars: [],
      verdict: told.headline,
      note: "",
      held: true,
    });
    const side = make("div", "side");
    if (told.tenths !== null) side.append(dots(told.tenths));
    side.append(make("p", "small", [told.explained, told.compared, told.unseen].filter(Boolean).join(" ")));
    side.append(
      make("p", "", [told.answer, told.found_words].filter(Boolean).join(" ")),
      make("p", "limits", words.limits),
    );
    const card = offers("memory_card") && !kiosk ? [button("link", words.make_card, () => go("memory_card"))] : [];
    side.append(onward(button("link", words.guess, guessFirst), button("link", words.to_answer, toAnswer), ...card));
    const two = make("div", "two");
    two.append(both(told, brush), side);
    put(told.headline, two);
  }

  if (hidden()) paint();
  else late();
}
