/* What did it latch on to? Four tests, each can be skipped and ends in a sentence; and what they say together. */

import { figures } from "./figures.js";
import { el, icon, press, write } from "./pieces.js";
import { result } from "./result.js";
import { away } from "./step_away.js";
import { elsewhere } from "./step_elsewhere.js";
import { paint } from "./step_paint.js";
import { swap } from "./step_swap.js";
import { KEYS, said } from "./verdict.js";

const { make, say, spoken } = window.seewhy.shared;
const STEPS = { away, elsewhere, paint, swap };

/* Tests of a thing that have not begun; `other` is the one whose place it takes. */
const about = (thing, other) => ({
  thing,
  other,
  step: 0,
  answered: false, // whether the step was made, and what came of it is shown
  place: "", // what the visitor says is left without the thing
  empty: null, // the scene without the thing: { blob, thumb }
  painted: new Map(), // by the picture: its marks
  skipped: new Set(),
  told: null, // what the server says of all that
});

export function exam(teach) {
  const { lesson, words, server } = teach;
  const own = lesson.taught();
  const [thing, other] = own;
  const asked = (teach.asked ??= {
    ...about(thing, other),
    unseen: new Map(own.map((each) => [each, []])), // of each thing, from another place: { blob, thumb }
    unseenBegan: false, // whether the server has begun a new one
    filmed: false, // whether any of these were filmed
    added: null, // the advice that was followed last
  });
  if (!own.includes(asked.thing) || !own.includes(asked.other)) Object.assign(asked, about(thing, other));
  for (const each of own) if (!asked.unseen.has(each)) asked.unseen.set(each, []);
  const names = {
    away: [words.step_away, words.step_away_how],
    elsewhere: [words.step_elsewhere, words.step_elsewhere_how],
    paint: [words.step_paint, words.step_paint_how],
    swap: [words.step_swap, words.step_swap_how],
  };
  const element = el("div", "");
  const trouble = spoken("trouble", "");
  let now = null; // what the step or the result gives
  let here = true;
  let busy = false;

  /* Asks, then about all that is there; false where there was no answer, which was told. */
  async function ask(first) {
    if (busy) return false;
    busy = true;
    write(trouble, words.asking);
    try {
      await lesson.settled();
      await first?.();
      asked.told = await server.latched(asked.thing.id);
      lesson.sync(await server.state()); // only there it tells which things look the same to it
      write(trouble, "");
      return here;
    } catch (/** @type {any} */ error) {
      write(trouble, error.sentence ?? words.broken);
      return false;
    } finally {
      busy = false;
    }
  }

  /* One test is over, by what `first` asks, or skipped. The next one follows, or what they say together; unless
     `objects` to what was told, and the step goes on. */
  async function onward(first, objects = (_told) => false) {
    const key = KEYS[asked.step];
    if (first) {
      if (!(await ask(first)) || objects(asked.told)) return;
      asked.skipped.delete(key);
      if (said(key, asked, teach)) {
        asked.answered = true;
        return show();
      }
    } else {
      await now?.skipped?.();
      asked.skipped.add(key);
    }
    await next();
  }

  /* To the next test that can be made, or to what they say together. */
  async function next() {
    asked.answered = false;
    asked.step += 1;
    // What is not painted can't be cut out, and what came out of a file has no pictures to paint on.
    while (cannot(KEYS[asked.step])) {
      asked.skipped.add(KEYS[asked.step]);
      asked.step += 1;
    }
    if (asked.step >= KEYS.length && !asked.told && !(await ask())) asked.step = KEYS.length - 1;
    if (here) show();
  }

  const cannot = (key) => (key === "swap" && !asked.told?.swap) || (key === "paint" && !asked.thing.pictures.length);

  function steps() {
    const list = make("ol", "steps");
    KEYS.forEach((key, i) => {
      const [title, how] = names[key];
      const done = i < asked.step || (i === asked.step && asked.answered);
      const text = el("span", "", make("strong", "", title), done ? outcome(key) : how);
      const ticked = done && !asked.skipped.has(key) && said(key, asked, teach)?.share !== null;
      const mark = el("b", "", ticked ? icon("right") : String(i + 1));
      const item = el("li", `${i === asked.step ? "on" : ""}${ticked ? " done" : ""}`, mark, text);
      if (ticked) mark.append(make("span", "sr", words.step_done));
      if (i === asked.step) item.setAttribute("aria-current", "step");
      list.append(item);
    });
    return list;
  }

  /* The sentence with numbers that a test ended in. */
  function outcome(key) {
    const figure = asked.told && said(key, asked, teach);
    return figure && !asked.skipped.has(key) ? figure.sentence : words.skipped;
  }

  const over = () => `${words.latch} ${say(words.test_of, { number: asked.step + 1, count: KEYS.length })}`;

  /* What a test has shown: its sentence, and its picture with the map. */
  function answer(/** @type {string} */ key, figure) {
    const head = el("div", "head", make("p", "over", over()), make("h1", "say", figure.sentence));
    const number = el("p", figure.hot ? "hot" : "", make("span", "pctbig", figure.number), make("b", "", figure.title));
    number.append(make("br"), make("span", "small", figure.detail));
    const doubtful = typeof figure.doubt === "string";
    const doubt = doubtful ? el("div", "", make("p", "small", figure.doubt), press("link", anew, words.redo)) : null;
    const last = KEYS.slice(asked.step + 1).every((each) => cannot(each));
    const on = press("go keep wide", next, make("span", "", last ? words.together : words.next_test), icon("onward"));
    const right = el("div", "stack", head, number, on, doubt, trouble, steps());
    element.replaceChildren(el("div", "result after", figures(teach, asked)[key](figure), right));
    now = null;
  }

  /* The same test once more. */
  function anew() {
    asked.answered = false;
    show();
  }

  /* Which thing the tests are about, before the first of them; null where there is nothing to choose. */
  function which() {
    if (asked.step || own.length < 2) return null;
    const row = el("div", "choice");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", words.which_thing);
    for (const each of own) {
      const one = press("", () => choose(each), lesson.title(each));
      one.setAttribute("aria-pressed", String(each === asked.thing));
      row.append(one);
    }
    return el("div", "which", make("span", "over", words.which_thing), row);
  }

  function choose(each) {
    if (each !== asked.thing)
      Object.assign(
        asked,
        about(
          each,
          /** @type {any} */ (own.find((one) => one !== each)),
        ),
      );
    show();
    /** @type {HTMLElement | null} */ (element.querySelector(".which [aria-pressed=true]"))?.focus();
  }

  function show() {
    now?.leave?.();
    write(trouble, "");
    if (asked.step >= KEYS.length) {
      now = result(teach, asked);
      element.replaceChildren(now.element);
    } else if (asked.answered) answer(KEYS[asked.step], said(KEYS[asked.step], asked, teach));
    else {
      now = STEPS[KEYS[asked.step]](teach, { asked, onward, trouble });
      const head = el("div", "head", make("p", "over", over()), make("h1", "say", now.title));
      if (now.lead) head.append(make("p", "lead", now.lead));
      const skip = press("link skip", () => onward(null), words.skip);
      const right = el("div", "stack", head, which(), ...now.parts, trouble, now.anyway, steps(), skip);
      element.replaceChildren(el("div", "result", el("div", "stack", now.stage), right));
    }
    now?.draw?.();
    now?.shown?.();
    scrollTo({ top: 0 });
    const head = element.querySelector("h1");
    head?.setAttribute("tabindex", "-1");
    head?.focus({ preventScroll: true });
  }

  /* The same questions once more: what was taught may be other pictures now, and what was proposed may be added. */
  async function again() {
    element.replaceChildren(el("div", "stack", make("h1", "say", words.latch), trouble));
    const advice = teach.advice?.done() ? teach.advice : null;
    if (!(await ask())) return;
    asked.added = advice ?? asked.added;
    teach.advice = null;
    show();
  }

  if (asked.step >= KEYS.length) again();
  else show();

  return {
    element,
    draw: () => now?.draw?.(),
    leave() {
      here = false;
      now?.leave?.();
      teach.film.stop();
    },
    trouble: (sentence) => write(trouble, sentence),
    given: (files, target) => now?.given?.(files, target),
  };
}
