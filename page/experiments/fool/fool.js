/* Can you fool it? A faint pattern is added, and the model is asked again. */

import { button, capital, figure, find, loaded, make, percent, photo, say, spoken } from "../shared.js";
import { drawn, waiting, wish } from "../wish.js";

/** @param {Stage} stage */
export default function open({ root, words, constants, view, answer, ask, drawMap, go, cards, anotherPicture }) {
  const body = make("div", "body");
  root.append(make("h1", "", words.card_title), body);
  let word = null;
  const named = (side) => capital(say(words.answer, { label: side.label, percent: percent(side.share, words) }));

  function picking() {
    const own = figure(photo(view.image.src), "");
    const form = wish({
      words,
      ideas: answer.vocabulary.ideas,
      first: words.anything,
      not: answer.top[0].label,
      ends: [words.ask],
      act: (picked) => {
        word = picked;
        waiting(form, words.searching, () => fool(null));
      },
    });
    const side = make("div", "side");
    side.append(make("p", "lead", words.lead), form);
    const two = make("div", "two");
    two.append(own, side);
    body.replaceChildren(two);
  }

  async function fool(strength) {
    const told = await ask({ word, strength });
    if (told) await show(told);
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
      if (await fool(asked)) find(body, ".slider input").focus({ preventScroll: true });
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
    const headline = spoken("headline", told.headline);
    const both = await maps(told);
    const left = make("div", "side");
    left.append(both, make("p", "small", told.maps));
    const middle = make("div", "side");
    const control = make("p", "control");
    control.append(make("b", "", words.speckle), ` ${told.control}`);
    middle.append(slider(told), control, make("p", "limits", `${told.bound} ${told.least}`));
    const right = make("div", "side");
    const row = make("div", "row");
    row.append(button("go", words.again, picking), button("alt", words.another, anotherPicture));
    right.append(
      make("p", "", words.doors),
      row,
      button("link", words.nothing, () => go("from_nothing")),
    );
    const three = make("div", "three");
    three.append(left, middle, right);
    body.replaceChildren(
      headline,
      sum(told),
      three,
      make("p", "limits", words.limits),
      button("link", words.all, cards),
    );
    headline.scrollIntoView({ block: "nearest" });
  }

  picking();
}
