/* The one thing to add next, and what adding it has changed. */

import { KEYS } from "./verdict.js";

const { make, photo, say } = window.seewhy.shared;
const MOVED = 0.02; // a share that is no change

export function advice(asked, teach) {
  const { lesson, words } = teach;
  const { told, thing } = asked;
  const other = lesson.byId(told.next.other) ?? asked.other;
  const place = asked.place.trim() || words.the_place;
  const values = { name: lesson.title(thing), other: lesson.title(other), place };
  const small = (each) => photo(each.pictures[0]?.thumb ?? "", lesson.title(each));

  const kinds = {
    swap: {
      into: thing,
      pictures: () => [small(thing), make("b", "", "+"), small(other)],
      text: words.add_swap,
      why: words.add_swap_why,
    },
    alone: {
      into: lesson.none,
      pictures: () => (asked.empty ? [photo(asked.empty.thumb, place)] : []),
      text: words.add_place,
      why: words.add_place_why,
    },
    elsewhere: { into: thing, pictures: () => [small(thing)], text: words.add_elsewhere, why: words.add_elsewhere_why },
  };
  const kind = told.next.kind in kinds ? told.next.kind : "elsewhere";
  const one = kinds[kind];
  const text = say(one.text, values);
  const last = asked.added;

  /* Sentences that say why; each a class and what stands in it. */
  function reasons() {
    const found = [];
    const { empty, unseen, painted, usually, verdict } = told;
    const counted = painted && !painted.rough && painted.share !== null;
    if (empty && empty.says.thing === thing.id)
      found.push(["why", make("b", "", say(words.why_still, values)), ` ${say(words.why_enough, values)}`]);
    const { alike } = lesson;
    if (alike?.includes(thing.id)) found.push(["why", words.look_alike]);
    const more = [];
    if (counted) more.push(say(words.why_parts, { ...values, count: painted.parts }));
    if (counted && painted.share < 0.5) more.push(words.why_faint);
    else if (counted && ["place", "more"].includes(verdict)) more.push(say(words.why_yet, values));
    if (!painted && usually) more.push(say(words.why_usually, { ...usually, place: teach.placeOf(usually.place) }));
    if (more.length) found.push(["small", more.join(" ")]);
    if (unseen) found.push(["small", say(words.why_luck, { right: unseen.right, count: unseen.luck, all: unseen.of })]);
    return found;
  }

  const made = {
    text,
    why: one.why,
    pictures: one.pictures(),
    reasons: reasons(),
    added: last ? last.added().length : 0,
    last: last?.text ?? "",

    /* To the things, where it is filmed. The server keeps the figures as they are before. */
    async begin() {
      if (!(await lesson.asking(() => teach.server.added(thing.id, kind)))) return;
      const all = () => lesson.all().flatMap((each) => each.pictures);
      const [before, old] = [one.into.pictures.length, new Set(all())];
      const added = () => all().filter((picture) => !old.has(picture));
      teach.advice = {
        kind,
        into: one.into,
        text,
        added,
        done: () => one.into.pictures.length > before,
      };
      teach.go("things");
    },

    /* The sentence that compares the figures with those before. */
    changed(now, before) {
      const tells = (figure) => figure && figure.share !== null;
      const both = KEYS.filter((key) => tells(now.get(key)) && tells(before[key]));
      const steps = both.map((key) => {
        const step = now.get(key).share - before[key].share;
        return Math.abs(step) < MOVED ? 0 : Math.sign(step) * (now.get(key).more ? 1 : -1);
      });
      const sum = steps.reduce((all, each) => all + each, 0);
      made.worse = sum < 0;
      return say(sum > 0 ? words.better : sum < 0 ? words.worse : words.no_better, values);
    },
    worse: false,

    /* Takes out again what was added last. */
    async undo() {
      for (const picture of last.added()) {
        const from = lesson.all().find((each) => each.pictures.includes(picture));
        if (from) await lesson.remove(from, picture);
      }
    },
  };
  return made;
}
