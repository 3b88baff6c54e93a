/* From nothing: a grey picture is changed until the model is sure of a word. */

import { square } from "../pictures.js";
import { progress, racing } from "../racing.js";
import { button, capital, figure, loaded, make, percent, photo, say, spoken } from "../shared.js";
import { drawn, wish } from "../wish.js";

/** @param {Stage} stage */
export default function open({ words, constants, answer, ask, drawMap, begin, show: put, found, onward, giveUp }) {
  function picking() {
    const form = wish({
      words,
      ideas: answer.vocabulary.ideas,
      ends: constants.starts.map((start) => words[start]),
      act: (word, place) => search(word, constants.starts[place]),
    });
    begin({ panel: make("div", "plain"), lead: words.lead, more: [form], buttons: [] });
  }

  /* Strength by strength, each a question of its own: so one sees it change, and can stop. The best is kept. */
  async function search(word, start) {
    const { strengths, seconds } = constants;
    const began = performance.now();
    let best = null;
    let stopped = false;
    const panel = make("div", "panel");
    panel.append(make("div", "plain"));
    const wanted = racing("wanted", word, 0, words);
    const note = spoken("small", "");
    const stop = button("alt", words.stop, () => {
      stopped = true;
      giveUp();
      finish();
    });
    const side = make("div", "side searching");
    side.append(wanted.line, note, stop, make("p", "small", say(words.at_most, { seconds })));
    const two = make("div", "two");
    two.append(panel, side);
    put(words.searching, two);
    stop.focus({ preventScroll: true });
    const late = setTimeout(() => best && stop.click(), 1000 * seconds); // who waited so long sees something

    async function finish() {
      clearTimeout(late);
      stop.disabled = true;
      if (best) await show(best);
      else picking();
    }

    for (const [place, strength] of strengths.entries()) {
      const tried = say(words.trying, { strength: place + 1, most: strengths.length });
      progress(note, tried, word, best?.after.chosen ?? 0, words);
      const told = await ask({ word, start, strength, noise: best?.noise.split(",")[1] ?? null });
      if (stopped || !side.isConnected) return;
      if (!told) break; // the visitor was told why
      if (!best || told.after.chosen >= best.after.chosen) best = told;
      panel.replaceChildren(photo(best.pictures.after));
      wanted.move(best.after.chosen);
      if (told.reached || performance.now() - began > 1000 * seconds) break;
    }
    await finish();
  }

  async function show(told) {
    const named = (label, share) => capital(say(words.answer, { label, percent: percent(share, words) }));
    const [first, last] = [named(told.before.label, told.before.share), named(told.label, told.after.chosen)];
    const map = say(words.map_after, { label: told.label });
    const image = await loaded(told.pictures.after);
    const three = make("div", "three");
    three.append(
      figure(photo(told.pictures.before), first, make("b", "", first), make("span", "", words.before)),
      figure(photo(told.pictures.after), last, make("b", "changed", last), make("span", "", words.after)),
      figure(drawn(image, told.seen, told.after.map, drawMap), map, make("span", "", map)),
    );
    const share = percent(told.after.chosen, words);
    found({
      line: say(words.found, { label: told.label, percent: share }),
      control: words.limits,
      tried: last,
      numbers: share,
      label: told.label,
      picture: square(image),
      alt: last,
      bars: [],
      verdict: "",
      note: "",
      held: true,
    });
    put(
      told.headline,
      three,
      make("p", "limits", `${told.bound} ${words.limits}`),
      onward(button("link", words.again, picking)),
    );
  }

  picking();
}
