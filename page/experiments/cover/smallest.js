/* The smallest cover that changes its mind: few squares of the map, found one after the other. */

import { cutTo, resultFigure } from "../pictures.js";
import { bar, capital, counted, loaded, make, numeral, percent, say } from "../shared.js";

/* The share of the first answer with none of the squares covered, with one, and so on. */
function steps({ steps: shares }, words) {
  const whole = make("div", "tries");
  const list = make("ol", "bars small-steps");
  shares.forEach((share, count) => {
    const item = make("li");
    const filled = bar(share);
    filled.setAttribute("aria-hidden", "true");
    const name = count ? say(words.small_squares, { count }) : words.small_no_square;
    item.append(make("span", "name", name), filled, numeral("num", percent(share, words), words));
    list.append(item);
  });
  whole.append(list);
  return whole;
}

/**
 * Asks for it and shows it.
 * @param {Stage} stage
 * @param {HTMLElement} place where it is said that it works
 * @param {...Node} links what else can be done then
 */
export async function smallest(stage, place, ...links) {
  const { words, view, word, answer, ask, drawMap, show, glows, onward, working } = stage;
  const wanted = word.index === answer.top[0].index ? null : String(word.index);
  const told = await working(place, words.small_searching, () => ask({ word: wanted }, "smallest_cover"));
  if (!told) return;
  const { label, elsewhere, after } = told;
  const [covered, other] = await Promise.all(
    [after.picture, ...(elsewhere ? [elsewhere.picture] : [])].map((each) => loaded(each)),
  );
  const { x, y, width, height } = after.seen;
  /** @type {Seen} */
  const seen = [x, y, width, height];
  const three = make("div", "trip");
  three.append(
    resultFigure({
      words,
      picture: cutTo(view.image, view.seen, (canvas) => drawMap(canvas, view.image, view.seen, told.before.map)),
      alt: glows(say(words.alt_before, { label }), told.before.map),
      number: told.before_percent,
      title: capital(told.before.answer),
      text: words.nothing_covered,
    }),
    resultFigure({
      words,
      picture: cutTo(covered, seen, (canvas) => drawMap(canvas, covered, seen, after.map)),
      alt: glows(say(words.alt_after, { label }), after.map),
      number: told.after_percent,
      title: told.after_words,
      text: say(words.small_covered, { count: told.count }),
      hot: true,
    }),
  );
  if (elsewhere) {
    three.append(
      resultFigure({
        words,
        picture: cutTo(other, seen, (canvas) => drawMap(canvas, other, seen, null)),
        alt: words.alt_elsewhere,
        number: elsewhere.percent,
        title: words.elsewhere,
        text: counted(words, "elsewhere_places", elsewhere.shares.length, { count: elsewhere.shares.length }),
        beside: true,
      }),
    );
  }
  const side = make("div", "side");
  if (told.verdict_words) side.append(make("p", "verdict-line said", told.verdict_words));
  side.append(make("p", "limits", told.limits), onward(...links));
  const halves = make("div", "two");
  halves.append(steps(told, words), side);
  show(told.headline, three, halves);
}
