/* What the four tests say, each as one figure: a number, what it is, and what the model says. */

const { percent, say } = window.seewhy.shared;
export const KEYS = ["away", "elsewhere", "paint", "swap"];
const HALF = 0.5;
const ENOUGH = 0.7;
const PARTS = 6; // of ten, on what was painted; fewer speak against it
const UNKNOWN = "?"; // in the place of a number that nobody can tell

/**
 * The figure of one test in an exam, or null where it was not done: its `sentence`, `hot` where it speaks against what
 * was taught, `share` for the bar, null where nobody can tell, `beside` what stands at its end, and whether `more` is
 * better. `doubt` says what may be wrong with the test itself.
 */
export function said(key, asked, { lesson, words }, told = asked.told) {
  const none = words.none_of_these.charAt(0).toLowerCase() + words.none_of_these.slice(1);
  const name = (id) => (lesson.byId(id)?.id ? lesson.title(lesson.byId(id)) : none);
  const thing = lesson.title(asked.thing);
  const part = (share) => (share ? percent(share, words) : say(words.percent, { percent: 0 }));
  const { empty, unseen, painted, swapped } = told ?? {};
  if (key === "away" && empty?.elsewhere) {
    const title = say(words.figure_away, { name: thing });
    return untold(title, words.other_scene, say(words.other_place, { name: thing }), false);
  }
  if (key === "away" && empty) {
    const share = empty.unlike ? 0 : empty.share; // what is unlike all that was taught counts as none of these
    const still = empty.says.thing === asked.thing.id;
    return {
      number: part(share),
      title: say(words.figure_away, { name: thing }),
      detail: still ? say(words.still, { name: thing }) : say(words.now_it_is, { thing, name: name(empty.says.thing) }),
      sentence: still
        ? say(words.answer_still, { name: thing, percent: part(share) })
        : say(words.answer_gone, { thing, name: name(empty.says.thing), percent: part(share) }),
      hot: share >= HALF,
      share,
      more: false,
    };
  }
  if (key === "elsewhere" && unseen) {
    const seen = asked.filmed ? words.never_saw : words.never_saw_pictures;
    const wrong = new Set(unseen.pictures.filter((each) => !each.right).map((each) => name(each.says.thing)));
    const instead = wrong.size ? ` \u00b7 ${say(words.said_instead, { names: [...wrong].join(", ") })}` : "";
    return {
      number: say(words.of, { count: unseen.right, all: unseen.of }),
      title: words.figure_elsewhere,
      detail: seen + instead,
      sentence: say(words.answer_elsewhere, { count: unseen.right, all: unseen.of }),
      hot: unseen.right / unseen.of < ENOUGH,
      share: unseen.right / unseen.of,
      more: true,
    };
  }
  if (key === "paint" && painted?.rough) {
    const sentence = say(painted.rough === "small" ? words.paint_small : words.paint_large, { name: thing });
    return untold(words.figure_paint, words.too_rough, sentence, true);
  }
  if (key === "paint" && painted && painted.share !== null) {
    const count = painted.parts;
    return {
      number: say(words.of, { count, all: 10 }),
      title: words.figure_paint,
      detail: say(words.around, { count: 10 - count }),
      sentence: say(words.answer_paint, { name: thing, count, all: 10 }),
      hot: count < PARTS,
      share: painted.share,
      more: true,
      doubt: count < PARTS ? say(words.paint_doubt, { name: thing }) : null,
    };
  }
  if (key === "swap" && swapped) {
    const own = swapped.unlike ? 0 : swapped.own;
    const values = { thing, name: name(swapped.says.thing), percent: part(own) };
    return {
      number: swapped.unlike ? "" : percent(swapped.share, words),
      title: words.figure_swap,
      detail: say(swapped.right ? words.right_says : words.says_other, { name: name(swapped.says.thing) }),
      sentence: say(swapped.right ? words.answer_stays : words.answer_moves, values),
      hot: !swapped.right,
      share: own,
      beside: values.percent,
      more: true,
    };
  }
  return null;
}

/* A figure of which nobody can tell. */
const untold = (title, detail, sentence, more) => {
  return { number: UNKNOWN, title, detail, sentence, hot: false, share: null, more, doubt: "" };
};

/* Why the tests do not tell yet; null where they do. */
export function unclear({ told, thing }, { lesson, words }) {
  if (told.verdict !== "unknown") return null;
  if (told.around) return say(words.why_around, { name: lesson.title(thing) });
  if (told.disagree) return say(words.why_disagree, { name: lesson.title(thing) });
  if (told.unseen === null || told.next.kind === "test") return words.tests_missing;
  return say(words.why_unclear, { count: told.unseen.right, all: told.unseen.of });
}

/* The one sentence, with the visitor's own names. */
export function verdict(asked, { lesson, words }) {
  const sentence = {
    place: words.verdict_place,
    more: words.verdict_more_place,
    thing: words.verdict_thing,
    unknown: words.verdict_unclear,
  }[asked.told.verdict];
  return say(sentence, { name: lesson.title(asked.thing), place: asked.place.trim() || words.the_place });
}
