/* What the tests say: one sentence, four figures, and the one thing to add; later the same figures before and after. */

import { advice } from "./advice.js";
import { figures as drawings } from "./figures.js";
import { el, icon, press } from "./pieces.js";
import { KEYS, said, unclear, verdict } from "./verdict.js";

const { bar, capital, make, say } = window.seewhy.shared;

export function result(teach, asked) {
  const { words } = teach;
  const { told } = asked;
  const figures = new Map();
  for (const key of KEYS) {
    const figure = said(key, asked, teach);
    if (figure) figures.set(key, figure);
  }
  const before =
    told.before && asked.added && Object.fromEntries(KEYS.map((key) => [key, said(key, asked, teach, told.before)]));
  const next = advice(asked, teach);

  const drawn = drawings(teach, asked);

  function figureOf(key, figure) {
    const text = el("span", "", make("b", "", figure.title), figure.detail);
    const caption = el("figcaption", figure.hot ? "hot" : "", make("span", "pctbig", figure.number), text);
    return el("figure", "", drawn[key](figure), caption);
  }

  function compared() {
    const made = el("div", "ba");
    for (const [key, now] of figures) {
      if (now.share === null) continue;
      const head = make("h3", "", now.title);
      head.append(make("small", "", now.more ? words.more_better : words.less_better));
      made.append(el("div", "", head, ...lineOf("was", before[key]), ...lineOf("", now)));
    }
    return made;
  }

  function lineOf(kind, figure) {
    if (!figure || figure.share === null) return [];
    const filled = bar(figure.share);
    filled.className = `t ${kind}`;
    return [filled, make("span", kind ? "num o" : "num", figure.beside ?? figure.number)];
  }

  /* All tests once more, from the first. */
  function again() {
    teach.asked = teach.advice = null;
    teach.go("exam");
  }

  const change = before && next.changed(figures, before);
  const over = before ? say(words.added, { count: next.added, text: next.last }) : words.latch;
  const reason = change ? null : unclear(asked, teach);
  const head = el("div", "", make("p", "over", over), make("h1", "say", change || verdict(asked, teach)));
  if (reason) head.append(make("p", "lead", reason));
  const tests = el("div", `tests exam of-${figures.size}`, ...[...figures].map(([key, each]) => figureOf(key, each)));
  const plus = el("div", `plus of-${next.pictures.length}`, ...next.pictures, make("p", "", capital(next.text)));
  const why = make("p", "small", before ? words.same_pictures : next.why);
  const anew = press("link", again, words.tests_again);
  const missing = told.next.kind === "test"; // tests that were left out
  const add = el("div", "stack add-next", make("h2", "sect", words.add_next), plus, why, anew);
  if (missing) add.replaceChildren();
  const long = make("span", "long", words.film_now);
  const actions = el(
    "div",
    "actions",
    missing
      ? press("go", again, words.tests_again)
      : press("go film-it", next.begin, icon("film"), long, make("span", "short", words.film_missing)),
    before && next.worse ? press("alt", () => next.undo().then(() => teach.go("things")), words.take_them_out) : null,
    before ? press("alt", () => teach.go("keep"), words.keep) : press("alt", () => teach.go("taught"), words.show_else),
  );
  const swatch = el(
    "div",
    "swatch",
    el("span", "", make("i", "w"), words.before),
    el("span", "", make("i"), words.after),
  );
  const lower = before
    ? [
        el("div", "stack", el("div", "line", make("h2", "sect", words.before_after), swatch), compared()),
        el("div", "stack", add, actions),
      ]
    : [add, el("div", "stack", ...next.reasons.map(([kind, ...parts]) => el("p", kind, ...parts)), actions)];
  const element = el("div", "stack outcome", head, tests, el("div", "result lower", ...lower));
  return { element };
}
