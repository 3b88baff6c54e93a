/* Can you fool it? A faint pattern is added, and the model is asked again. */

import { square } from "../pictures.js";
import { progress, racing } from "../racing.js";
import { button, capital, figure, find, loaded, make, percent, photo, say, spoken } from "../shared.js";
import { drawn, wish } from "../wish.js";
import { outcome } from "./outcome.js";

/* What a try found out, for the list at the end and beside other pictures. */
async function findingOf({ told, word, words }) {
  const { before, after } = told;
  const { line, control } = outcome(told, words);
  const share = percent(after.share, words);
  const image = await loaded(told.pictures.after);
  return {
    line: say(line, { word, label: after.label, percent: share }),
    control,
    tried: say(words.answer, { label: after.label, percent: share }),
    numbers: `${percent(before.share, words)} → ${capital(after.label)}, ${share}`,
    label: before.label,
    picture: square(image),
    alt: say(words.answer, { label: after.label, percent: share }),
    bars: [
      [words.before, before.share, percent(before.share, words), true],
      [after.label, after.share, share, false],
    ],
    verdict: told.control,
    note: "",
    held: told.reached,
    together: words.three,
    each: words.each_time,
  };
}

/* The same with another picture, and the same word. */
export async function repeat({ words, answer, tries, ask }) {
  const word = tries.at(-1)?.word;
  const told = await ask({ word: word === answer.top[0].label ? null : word });
  return told && findingOf({ told, word, words });
}

/** @param {Stage} stage */
export default function open({
  root,
  words,
  constants,
  view,
  answer,
  word: own,
  tries,
  ask,
  drawMap,
  go,
  begin,
  show: put,
  found,
  glows,
  onward,
  offers,
}) {
  let word = "";
  /** @type {{strength: number, share: number, label: string, reached: boolean, noise: string}[]} */
  let stair = []; // the best that was found at each strength
  const named = (side) => capital(say(words.answer, { label: side.label, percent: percent(side.share, words) }));

  function picking() {
    const form = wish({
      words,
      ideas: answer.vocabulary.ideas,
      not: [own.label, ...answer.top.map((each) => each.label)], // a far word: those that come near are no wonder
      ends: [words.ask],
      act: (picked) => {
        word = picked;
        search();
      },
    });
    begin({ panel: photo(view.image.src), lead: words.lead, more: [form], buttons: [] });
  }

  /* Strength by strength, each a question of its own: so the bars move, others get their turn, and one can stop. */
  async function search() {
    const { weakest, strongest, enough, half, seconds } = constants;
    const [first] = answer.top;
    const began = performance.now();
    let stopped = false;
    stair = [];
    const before = racing("own", first.label, first.confidence, words, first.confidence);
    const wanted = racing("wanted", word, 0, words);
    const note = spoken("small", "");
    const stop = button("alt", words.stop, () => {
      stopped = true;
      finish(false);
    });
    const side = make("div", "side searching");
    const steps = make("ol", "stair trying");
    steps.setAttribute("aria-hidden", "true"); // the note says it
    const marks = Array.from({ length: strongest - weakest + 1 }, () => make("li"));
    steps.append(...marks);
    const mark = (now) =>
      marks.forEach((step, i) => {
        step.classList.toggle("now", i + weakest === now);
        step.style.setProperty("--share", String(stair[i]?.share ?? 0));
      });
    side.append(
      before.line,
      wanted.line,
      make("p", "small", say(words.start_line, { label: first.label, percent: percent(first.confidence, words) })),
      note,
      steps,
      stop,
      make("p", "small", say(words.at_most, { seconds })),
    );
    const two = make("div", "two");
    two.append(figure(photo(view.image.src), ""), side);
    put(say(words.looking, { label: word }), two);
    stop.focus({ preventScroll: true });

    /* The next strength: on a busy machine some are left out, so that the strongest still gets its turn. */
    function after(strength, spent) {
      const pace = spent / (strength - weakest + 1);
      const turns = Math.max(1, Math.floor((1000 * seconds - spent) / pace));
      return strength + Math.max(1, Math.ceil((strongest - strength) / turns));
    }

    /* Shows the first that has half of the share, or the strongest. */
    async function finish(late) {
      const shown = stair.find((each) => each.share >= half) ?? stair.at(-1);
      stop.disabled = true;
      if (!shown || !(await fool(shown.strength, late ? say(words.stopped, { seconds }) : ""))) picking();
    }

    let best = { strength: 0, share: 0, label: first.label, reached: false, noise: "" };
    for (let strength = weakest; strength <= strongest;) {
      progress(note, say(words.trying, { strength, most: strongest }), word, best.share, words);
      mark(strength);
      const told = await ask({ word, strength, noise: best.noise || null }, "fool_step");
      if (stopped || !side.isConnected) return;
      if (!told) break; // the visitor was told why
      // What was found for a weaker one is allowed here, too: so the share never falls.
      const better = { ...told, strength, noise: told.noise.split(",")[1] };
      best = better.share < best.share ? { ...best, strength } : better;
      stair.push(best);
      before.move(told.kept);
      wanted.move(best.share);
      const spent = performance.now() - began;
      const next = best.share >= enough ? strongest + 1 : after(strength, spent);
      while (++strength < next) stair.push({ ...best, strength });
      if (spent > 1000 * seconds) return finish(true);
    }
    await finish(false);
  }

  /* Adds what was found for a strength, and shows it; the first time it is a try. */
  async function fool(strength, late = "", again = false) {
    const noise = stair.find((each) => each.strength === strength)?.noise ?? null;
    const told = await ask({ word, strength, noise });
    if (!told) return told;
    if (!again) {
      tries.push({ word });
      found(await findingOf({ told, word, words }));
    }
    await show(told, late);
    return told;
  }

  function sum(told) {
    const { before, noise, after } = told.pictures;
    const three = make("div", "three sum");
    three.append(
      figure(photo(before), named(told.before), make("b", "", named(told.before)), make("span", "", words.before)),
      figure(
        photo(noise),
        words.noise,
        make("b", "", words.noise),
        make("span", "", say(words.stronger, { times: told.times })),
      ),
      figure(
        photo(after),
        named(told.after),
        make("b", told.before.label === told.after.label ? "" : "changed", named(told.after)),
        make("span", "", words.after),
      ),
    );
    return three;
  }

  async function maps(told) {
    const images = await Promise.all([told.pictures.before, told.pictures.after].map(loaded));
    const both = make("div", "maps");
    [
      [told.before, words.map_before],
      [told.after, words.map_after],
    ].forEach(([side, text], i) => {
      const caption = say(text, { label: side.label });
      const canvas = drawn(images[i], told.seen, side.map, drawMap);
      both.append(figure(canvas, glows(caption, side.map), make("span", "", caption)));
    });
    return both;
  }

  function slider(told) {
    const label = make("label", "slider");
    const { weakest, strongest } = constants;
    const bounds = { min: weakest, max: stair.at(-1)?.strength ?? strongest, step: 1 };
    const input = Object.assign(make("input"), { type: "range", ...bounds, value: told.strength });
    const text = make("span", "num");
    const tell = () => {
      const at = stair.find((each) => each.strength === Number(input.value));
      text.textContent = say(words.of, { strength: input.value, most: strongest });
      const said = at && { strength: at.strength, most: strongest, label: word, percent: percent(at.share, words) };
      input.setAttribute("aria-valuetext", said ? say(words.strength_says, said) : text.textContent);
      input.style.setProperty("--value", `${(100 * (Number(input.value) - weakest)) / (strongest - weakest)}%`);
    };
    tell();
    input.addEventListener("input", tell);
    input.addEventListener("change", async () => {
      input.disabled = true;
      const asked = Number(input.value);
      if (await fool(asked, "", true)) find(root, ".slider input").focus({ preventScroll: true });
      else {
        input.value = told.strength;
        tell();
      }
      input.disabled = false;
    });
    label.append(make("span", "", words.strength), input, text);
    return label;
  }

  /* A bar for each strength: how sure it is of the word; the faintest that says it is marked. */
  function stairs() {
    const list = make("ol", "stair");
    list.setAttribute("aria-label", say(words.stair, { label: word }));
    const faintest = stair.find((each) => each.reached);
    for (const each of stair) {
      const step = make("li", each === faintest ? "faintest" : "");
      step.style.setProperty("--share", String(each.share));
      const text = { strength: each.strength, most: constants.strongest, label: word };
      step.setAttribute("aria-label", say(words.strength_says, { ...text, percent: percent(each.share, words) }));
      list.append(step);
    }
    const marked = faintest && { strength: faintest.strength, label: word, percent: percent(faintest.share, words) };
    return [list, make("p", "faintest-line", marked ? say(words.least, marked) : "")];
  }

  async function show(told, late) {
    const both = await maps(told);
    const left = make("div", "side");
    left.append(both, make("p", "small", told.maps));
    const middle = make("div", "side");
    const control = make("p", "control");
    control.append(make("b", "", words.speckle), ` ${told.control}`);
    const limits = [told.no_proof, late, told.bound].filter(Boolean).join(" ");
    middle.append(...stairs(), slider(told), control, make("p", "limits", limits));
    const right = make("div", "side");
    const nothing = offers("from_nothing") ? [button("link", words.nothing, () => go("from_nothing"))] : [];
    right.append(
      make("p", "", words.doors),
      make("p", "limits", words.limits),
      onward(button("link", words.again, picking), ...nothing),
    );
    const three = make("div", "three");
    three.append(left, middle, right);
    put(told.headline, sum(told), three);
  }

  picking();
}
