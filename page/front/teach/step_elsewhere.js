/* The second test: pictures of all things in another place, which it never saw. */

import { cameIn, el, press, shotOf, write } from "./pieces.js";
import { takes } from "./takes.js";
import { LEAST_UNSEEN, MOST_UNSEEN, spread } from "./telling.js";

const { make, photo, say } = window.seewhy.shared;
const SHOWN = 6;
const ASKED = 10; // of all things together

export function elsewhere(teach, { asked, onward, trouble }) {
  const { words, film, lesson, server } = teach;
  const cards = [...asked.unseen].map(([thing, shots]) => {
    const row = el("div", "thumbs");
    const count = make("p", "count1");
    const capture = takes({
      film,
      words,
      teach,
      waiting: () => words.camera_here,
      add(_take, shot) {
        asked.filmed = true;
        return shots.length < MOST_UNSEEN && Boolean(shots.push(shot));
      },
      async files(_take, files) {
        const fit = files.filter((file) => !seewhy.refusal(file));
        const found = await Promise.allSettled(fit.map((file) => shotOf(file, server)));
        shots.push(...found.flatMap((each) => (each.status === "fulfilled" ? [each.value] : [])));
        const left = files.filter((file) => seewhy.refusal(file) || found[fit.indexOf(file)].status === "rejected");
        return cameIn(words, files.length - left.length, left);
      },
      filmed: () => teach.hear(counted(shots)),
      changed: draw,
    });
    const name = lesson.title(thing);
    const element = el("section", "kind", make("h2", "", name), capture.element, capture.told, row, count);
    element.setAttribute("aria-label", name);
    return { element, capture, shots, row, count, thing };
  });
  const least = () => Math.min(...cards.map((card) => card.shots.length));
  const go = press("go keep wide", ask, words.ask);
  let refused = null; // of the thing with fewest, how many pictures were too few

  const counted = ({ length }) =>
    say(length < LEAST_UNSEEN ? words.of_five_there : words.pictures_there, { count: length, least: LEAST_UNSEEN });

  function draw() {
    const next = cards.find((card) => card.shots.length < LEAST_UNSEEN);
    for (const card of cards) {
      card.capture.draw(card === next);
      const last = card.shots.slice(-SHOWN);
      const empty = Array.from({ length: SHOWN - last.length }, () => make("span", "empty"));
      card.row.replaceChildren(...last.map((shot) => photo(shot.thumb)), ...empty);
      write(card.count, counted(card.shots));
    }
    if (refused !== least()) write(trouble, ""); // what was missing is there, or less of it
    go.className = `keep wide ${next ? "off" : "go"}`;
    go.setAttribute("aria-disabled", String(Boolean(next)));
  }

  async function ask() {
    if (least() < LEAST_UNSEEN) {
      refused = least();
      return write(trouble, say(words.too_few, { count: least() }));
    }
    const each = Math.max(2, Math.floor(ASKED / cards.length));
    await onward(async () => {
      for (const { thing, shots } of cards) {
        for (const shot of spread(shots, each).filter((one) => !one.sent)) {
          await server.unseen(thing.id, shot.blob, !asked.unseenBegan);
          asked.unseenBegan = shot.sent = true;
        }
      }
    });
  }

  return {
    title: words.go_elsewhere,
    lead: say(words.five_each, { count: LEAST_UNSEEN }),
    parts: [go],
    stage: el("div", "kinds few", ...cards.map((card) => card.element)),
    draw,
    leave() {
      for (const card of cards) card.capture.end();
    },
    given(files, target) {
      (cards.find((card) => card.element.contains(target)) ?? cards[0]).capture.take(files);
    },
  };
}
