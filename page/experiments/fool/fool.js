/* Can you fool it? A faint pattern is added, and the model is asked again. */

import { square } from "../pictures.js";
import { button, capital, figure, find, loaded, make, percent, photo, say } from "../shared.js";
import { drawn, waiting, wish } from "../wish.js";

const fooled = (told) => told.before.label !== told.after.label;

/* What a try found out, for the list at the end and beside other pictures. */
async function findingOf({ told, words }) {
  const { before, after } = told;
  const share = percent(after.share, words);
  const image = await loaded(told.pictures.after);
  return {
    line: say(fooled(told) ? words.found : words.found_nothing, { label: after.label, percent: share }),
    control: fooled(told) ? `${words.speckle} ${told.control}` : words.no_proof,
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
    held: fooled(told),
    together: words.three,
    each: words.each_time,
  };
}

/* The same with another picture, and the same word. */
export async function repeat({ words, answer, tries, ask }) {
  const word = tries.at(-1)?.word;
  const told = await ask({ word: word === answer.top[0].label ? null : word, strength: null });
  return told && findingOf({ told, words });
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
  onward,
  offers,
}) {
  let word = null;
  const named = (side) => capital(say(words.answer, { label: side.label, percent: percent(side.share, words) }));

  function picking() {
    const form = wish({
      words,
      ideas: answer.vocabulary.ideas,
      first: words.anything,
      not: own.label,
      ends: [words.ask],
      act: (picked) => {
        word = picked;
        waiting(form, words.searching, () => fool(null));
      },
    });
    begin({ panel: photo(view.image.src), lead: words.lead, more: [form], buttons: [] });
  }

  async function fool(strength) {
    const told = await ask({ word, strength });
    if (!told) return told;
    if (strength === null) {
      tries.push({ word });
      found(await findingOf({ told, words }));
    }
    await show(told);
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
      both.append(figure(drawn(images[i], told.seen, side.map, drawMap), caption, make("span", "", caption)));
    });
    return both;
  }

  function slider(told) {
    const label = make("label", "slider");
    const { weakest, strongest } = constants;
    const bounds = { min: weakest, max: strongest, step: 1 };
    const input = Object.assign(make("input"), { type: "range", ...bounds, value: told.strength });
    const text = make("span", "num");
    const tell = () => {
      text.textContent = say(words.of, { strength: input.value, most: strongest });
      input.setAttribute("aria-valuetext", text.textContent);
      input.style.setProperty("--value", `${(100 * (Number(input.value) - weakest)) / (strongest - weakest)}%`);
    };
    tell();
    input.addEventListener("input", tell);
    input.addEventListener("change", async () => {
      input.disabled = true;
      const asked = Number(input.value);
      if (await fool(asked)) find(root, ".slider input").focus({ preventScroll: true });
      else {
        input.value = told.strength;
        tell();
      }
      input.disabled = false;
    });
    label.append(make("span", "", words.strength), input, text);
    return label;
  }

  async function show(told) {
    const both = await maps(told);
    const left = make("div", "side");
    left.append(both, make("p", "small", told.maps));
    const middle = make("div", "side");
    const control = make("p", "control");
    control.append(make("b", "", words.speckle), ` ${told.control}`);
    middle.append(slider(told), control, make("p", "limits", `${told.bound} ${told.least}`));
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
