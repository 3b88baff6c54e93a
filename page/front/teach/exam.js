/* What did it latch on to? Four tests, each can be skipped, and what they say together. */

import { result } from "./result.js";
import { el, press, write } from "./pieces.js";
import { away } from "./step_away.js";
import { elsewhere } from "./step_elsewhere.js";
import { paint } from "./step_paint.js";
import { swap } from "./step_swap.js";
import { KEYS, said } from "./verdict.js";

const { make, say, spoken } = window.seewhy.shared;
const STEPS = { away, elsewhere, paint, swap };

export function exam(teach) {
  const { lesson, words, server } = teach;
  const own = lesson.taught();
  const [thing, other] = own;
  const asked = (teach.asked ??= {
    step: 0,
    thing,
    other,
    place: "", // what the visitor says is left without the thing
    empty: null, // the scene without the thing: { blob, thumb }
    unseen: new Map(own.map((each) => [each, []])), // of each thing, from another place: { blob, thumb }
    unseenBegan: false, // whether the server has begun a new one
    painted: new Map(), // by the picture: its marks
    skipped: new Set(),
    told: null, // what the server says of all that
    added: null, // the advice that was followed last
  });
  if (!own.includes(asked.thing) || !own.includes(asked.other)) Object.assign(asked, { thing, other, step: 0 });
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

  /* One test is over, by what `first` asks, or skipped. The next one follows, or what they say together. */
  async function onward(first) {
    const key = KEYS[asked.step];
    if (!first) asked.skipped.add(key);
    else if (!(await ask(first))) return;
    asked.step += 1;
    // What is not painted can't be cut out, and what came out of a file has no pictures to paint on.
    while (cannot(KEYS[asked.step])) {
      asked.skipped.add(KEYS[asked.step]);
      asked.step += 1;
    }
    if (asked.step >= KEYS.length && !asked.told && !(await ask())) asked.step = KEYS.length - 1;
    if (here) show();
  }

  const cannot = (key) => (key === "swap" && !asked.painted.size) || (key === "paint" && !asked.thing.pictures.length);

  function steps() {
    const list = make("ol", "steps");
    KEYS.forEach((key, i) => {
      const [title, how] = names[key];
      const text = el("span", "", make("strong", "", title), i < asked.step ? outcome(key) : how);
      const item = el("li", i === asked.step ? "on" : "", make("b", "", String(i + 1)), text);
      if (i === asked.step) item.setAttribute("aria-current", "step");
      list.append(item);
    });
    return list;
  }

  /* The sentence with numbers that a test ended in. */
  function outcome(key) {
    const figure = asked.told && said(key, asked, teach);
    return figure && !asked.skipped.has(key) ? `${figure.number}: ${figure.title}, ${figure.detail}.` : words.skipped;
  }

  function show() {
    now?.leave?.();
    write(trouble, "");
    if (asked.step >= KEYS.length) {
      now = result(teach, asked);
      element.replaceChildren(now.element);
    } else {
      now = STEPS[KEYS[asked.step]](teach, { asked, onward, trouble });
      const over = `${words.latch} ${say(words.test_of, { number: asked.step + 1, count: KEYS.length })}`;
      const head = el("div", "head", make("p", "over", over), make("h1", "say", now.title));
      const skip = press("link skip", () => onward(null), words.skip);
      const right = el("div", "stack", head, ...now.parts, trouble, steps(), skip);
      element.replaceChildren(el("div", "result", el("div", "stack", now.stage), right));
    }
    now.draw?.();
    now.shown?.();
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
