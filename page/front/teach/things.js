/* The things that a visitor teaches, each with its name, its view and its pictures. */

import { naming } from "./naming.js";
import { examples, offering } from "./ours.js";
import { el, icon, kiosk, newName, press, write } from "./pieces.js";
import { isFilm, takes } from "./takes.js";
import { balanceOf, isTaken, missing, MOST_THINGS } from "./telling.js";
import { thumbs } from "./thumbs.js";

const { make, photo, say, spoken } = window.seewhy.shared;
const SLOW = 1000; // milliseconds after which learning is told
const FEW = 4; // of the pictures that "none of these" begins with

export function things(teach) {
  const { lesson, words, film } = teach;
  const cards = new Map(); // by the thing's key
  const grid = el("div", "kinds");
  const uneven = el("p", "notes", make("b", "", words.not_even), make("span"));
  const more = press(
    "link",
    () => {
      lesson.addThing();
      cards.get(lesson.own.at(-1).key).focus();
    },
    words.add_thing,
  );
  const line = spoken("", "");
  const go = press("go try", tryIt, words.try, icon("onward"));
  const bar = el("div", "ask", el("div", "", line, el("span", "small", words.privacy)), go);
  const none = noneCard();
  const offered = {
    words,
    into: () => lesson.title(lesson.find(current())),
    add: (shot, twice) => lesson.add(lesson.find(current()), newName(), shot, undefined, twice),
  };
  const ours = offering({ ...offered, title: words.ours, all: examples });
  const wall = seewhy.wall?.length ? offering({ ...offered, title: words.wall, all: () => seewhy.wall ?? [] }) : null;
  const file = press("link", () => teach.go("keep"), words.open_title);
  const aside = el("div", "aside", none.element, uneven, more, ...(wall?.parts ?? []), ...ours.parts, file);
  const about = teach.advice ? advised() : el("p", "lead", words.lead);
  const element = el("div", "", el("div", "", make("h1", "say", words.title), about), grid, bar);
  // Where there is no room for it in the bar.
  element.append(el("p", "small privacy", ...(kiosk() ? [words.hold_how, " "] : []), words.privacy));
  let last = null; // the card that files come to which are pasted
  let since = 0; // when pictures began to travel
  let told = ""; // why there is nothing to try yet

  function advised() {
    return el("p", "lead", make("b", "", `${words.add_next}: `), teach.advice.text);
  }

  function card(thing) {
    const field = naming({ words, thing, lesson, changed: named });
    const taken = spoken("trouble", "");
    const hint = make("small");
    const count = el("p", "count1", make("span"), hint);
    const capture = takes({
      teach,
      film,
      words,
      waiting: () => (thing.pictures.length || lesson.own[0] === thing ? words.camera_here : words.film_next),
      add: (take, shot) => lesson.add(thing, take, shot),
      files: (take, files) => lesson.files(thing, take, files),
      filmed: () => teach.hear(counted(thing)),
      changed: draw,
    });
    const row = thumbs({ words, hear: teach.hear, remove: (picture) => lesson.remove(thing, picture) });
    const out = press("link out", () => lesson.takeOut(thing), words.take_out);
    const made = el("section", "kind", field.element, taken, capture.element, capture.told, row.list, count, row.line);
    for (const event of ["pointerdown", "focusin"]) made.addEventListener(event, () => touched(thing));
    if (lesson.own.indexOf(thing) > 1) field.element.append(out);
    return {
      element: made,
      capture,
      focus: () => field.focus(),
      draw(next) {
        const others = lesson.own.filter((each) => each !== thing).map(lesson.title);
        const twice = isTaken(thing.name, others);
        field.draw(twice);
        write(taken, twice ? say(words.taken, { name: thing.name.trim() }) : "");
        made.setAttribute("aria-label", lesson.title(thing));
        capture.draw(next);
        row.draw(thing.pictures);
        write(count.firstElementChild, counted(thing));
        write(hint, hintOf(thing));
      },
    };
  }

  function hintOf({ pictures, hint }) {
    if (!pictures.length) return words.none_help;
    if (hint !== "one_take") return hint === "alike" ? words.alike : "";
    return isFilm(pictures[0].take) ? words.one_film : pictures.length > 1 ? words.one_choice : "";
  }

  function counted({ pictures, different }) {
    if (!pictures.length) return words.none_yet;
    if (pictures.length === 1) return words.one_picture;
    return say(different > 1 ? words.counted : words.counted_alike, { count: pictures.length, different });
  }

  function noneCard() {
    const thing = lesson.none;
    const row = el("div", "thumbs four");
    const capture = takes({
      teach,
      film,
      words,
      waiting: () => words.camera_here,
      add: (take, shot) => lesson.add(thing, take, shot),
      files: (take, files) => lesson.files(thing, take, files),
      filmed: () => teach.hear(say(words.own_added, { count: thing.pictures.length })),
      changed: draw,
    });
    const count = make("p", "small");
    const add = press("link", () => made.classList.add("open"), words.add_own);
    const made = el(
      "section",
      "kind quiet",
      make("h2", "", words.none_of_these),
      el("p", "small", words.none_lead),
      row,
    );
    made.setAttribute("aria-label", words.none_of_these);
    made.append(count, capture.element, capture.told, add);
    if (teach.advice?.into === thing) made.classList.add("open");
    made.addEventListener("pointerdown", () => touched(thing));
    return {
      element: made,
      capture,
      draw() {
        capture.draw(teach.advice?.into === thing && !teach.advice.done());
        const own = thing.pictures.map((picture) => picture.thumb).filter(Boolean);
        const given = lesson.shownNone();
        const few = [...own.reverse(), ...given].slice(0, FEW);
        if (row.dataset.few !== few.join(" ")) row.replaceChildren(...few.map((address) => photo(address)));
        row.dataset.few = few.join(" ");
        count.hidden = !thing.pictures.length;
        write(count, say(words.own_added, { count: thing.pictures.length }));
        add.hidden = made.classList.contains("open");
      },
    };
  }

  function drawOffers() {
    ours.draw();
    wall?.draw();
  }

  function touched(thing) {
    last = thing.key;
    drawOffers();
  }

  /* The thing that is meant where none was said: the last one that was touched, or an empty one. */
  function current() {
    const there = lesson.find(last) && last;
    return there || (lesson.own.find((thing) => !thing.pictures.length) ?? lesson.own[0]).key;
  }

  function named() {
    draw();
    lesson.renamed();
  }

  const lacking = () => (lesson.taught().length > 1 ? null : missing(lesson.own));

  /* Which button is the one to press next: one thing after the other, then "Try it". */
  function nextOf(lack) {
    if (teach.advice) return teach.advice.done() ? null : teach.advice.into.key;
    return lack ? lesson.own.find((thing) => !thing.pictures.length)?.key : null;
  }

  function draw() {
    for (const thing of lesson.own) if (!cards.has(thing.key)) cards.set(thing.key, card(thing));
    const shown = lesson.own.map((thing) => cards.get(thing.key).element);
    for (const each of [...shown, aside]) if (!grid.contains(each)) grid.append(each);
    for (const [key, each] of cards) {
      if (lesson.find(key)) continue;
      each.element.remove();
      cards.delete(key);
    }
    if (grid.lastElementChild !== aside) grid.append(aside);
    const lack = lacking();
    const next = nextOf(lack);
    aside.style.setProperty("--rows", String(Math.ceil(lesson.own.length / 2)));
    const filming = captures().some((each) => each.running());
    for (const [key, each] of cards) each.draw(!filming && key === next);
    none.draw();
    const balance = balanceOf(lesson.own);
    uneven.hidden = !balance;
    if (balance) {
      const { more: much, less } = balance;
      const values = { more: lesson.title(much), more_count: much.pictures.length };
      uneven.lastElementChild.textContent = ` ${say(words.uneven, {
        ...values,
        less: lesson.title(less),
        less_count: less.pictures.length,
      })}`;
    }
    more.hidden = lesson.own.length >= MOST_THINGS;
    drawOffers();
    file.hidden = kiosk() || lesson.all().some((each) => each.pictures.length);
    if (!lack) told = "";
    since = lesson.coming() ? since || performance.now() : 0;
    const slow = since && performance.now() - since > SLOW;
    write(line, lesson.trouble() || told || (lack ? words.first : slow ? words.learning : words.any_time));
    go.className = `try ${lack ? "off" : next ? "alt" : "go"}`;
    write(/** @type {any} */ (go.firstChild), teach.advice ? words.test_again : words.try);
    go.setAttribute("aria-disabled", String(Boolean(lack)));
  }

  function tryIt() {
    const lack = lacking();
    if (!lack) return teach.go(teach.advice ? "exam" : "taught");
    told = say(words[lack.key], { name: lack.thing ? lesson.title(lack.thing) : "" });
    draw();
    teach.hear(told);
  }

  if (wall && !lesson.taught().length) wall.show(); // who comes from there came for these
  const captures = () => [...cards.values(), none].map((each) => each.capture);
  return {
    element,
    draw,
    leave: () => captures().forEach((each) => each.end()),
    trouble(sentence) {
      const at = captures().find((each) => each.square === film.at()) ?? captures().find((each) => each.running());
      at?.say(sentence);
    },
    given(files, target) {
      const over = [...cards].find(([, each]) => each.element.contains(target))?.[0];
      const key = none.element.contains(target) ? "none" : (over ?? current());
      (cards.get(key) ?? none).capture.take(files);
    },
  };
}
