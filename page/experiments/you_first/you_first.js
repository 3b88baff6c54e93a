/* You first: the visitor marks where they would look, and then sees the map, and how far both agree. */

import { painter } from "../painter.js";
import { button, figure, find, make, painted, say } from "../shared.js";

const PARTS = 10;

/** @param {Stage} stage */
export default function open({ root, words, view, ask, drawMap, go, hidden, toAnswer, guessFirst }) {
  /* Whoever has seen the answer can't guess any more: another picture is the honest way. */
  function late() {
    const side = make("div", "side");
    const row = make("div", "row");
    row.append(
      button("go", words.guess, guessFirst),
      button("alt", words.anyway, () => paint().focus({ preventScroll: true })),
    );
    side.append(make("p", "", words.late), row);
    root.replaceChildren(make("h1", "", words.card_title), side);
  }

  function paint() {
    const head = Object.assign(make("h1", "", words.card_title), { tabIndex: -1 });
    let compare = null;
    const brush = painter({
      view,
      words,
      drawMap,
      changed: (some) => {
        if (compare) compare.disabled = !some;
      },
    });
    compare = button("go", words.ask, async () => {
      compare.disabled = true;
      const told = await ask({ mask: brush.mask() });
      compare.disabled = brush.empty();
      if (told) show(told, brush);
    });
    compare.disabled = true;
    const side = make("div", "side");
    const row = make("div", "row");
    row.append(compare);
    if (hidden()) row.append(button("alt", words.skip, toAnswer));
    side.append(make("p", "", words.how), row);
    const two = make("div", "two");
    two.append(brush.element, side);
    root.replaceChildren(head, make("p", "lead", words.lead), two);
    scrollTo({ top: 0 });
    return head;
  }

  function both(told, brush) {
    const { x, y, width, height } = told.seen;
    const canvas = painted(view.image, (drawn) => {
      drawMap(drawn, view.image, [x, y, width, height], told.map);
      brush.outline(drawn);
    });
    const [yours, its] = [make("span", "yours", words.yours), make("span", "its", words.its)];
    const made = figure(canvas, say(words.alt, { label: told.label }), yours, its);
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
    const head = Object.assign(make("h1", "headline", told.headline), { tabIndex: -1 });
    const side = make("div", "side");
    side.append(head);
    if (told.tenths !== null) side.append(dots(told.tenths));
    side.append(make("p", "small", [told.explained, told.compared, told.unseen].filter(Boolean).join(" ")));
    side.append(
      make("p", "", [told.answer, told.found_words].filter(Boolean).join(" ")),
      make("p", "limits", words.limits),
    );
    const row = make("div", "row");
    row.append(
      button("go", words.cover, () => go("cover")),
      button("alt", words.guess, guessFirst),
      button("link", words.to_answer, toAnswer),
    );
    side.append(row);
    const two = make("div", "two");
    two.append(both(told, brush), side);
    root.replaceChildren(two);
    scrollTo({ top: 0 });
    head.focus({ preventScroll: true });
  }

  if (hidden()) paint();
  else late();
}
