/* Cover it up: a part is painted over, the model is asked again, and the tries of this visit are compared. */

import { mostlyGlows } from "../grids.js";
import { brightestMarks, extentIn, outline, whereOf } from "../marks.js";
import { icon } from "../icons.js";
import { caption, pill } from "../opening.js";
import { namer, painter } from "../painter.js";
import { cutTo, resultFigure, thumbnail } from "../pictures.js";
import { bar, button, capital, counted, group, layerNamed, loaded, make, numeral, painted, photo } from "../shared.js";
import { pressOnly, say, sheet } from "../shared.js";
import { smallest } from "./smallest.js";

const MATTERED = ["a_lot", "some", "alone"]; // verdicts

/* What stands for the try in lists: the picture with its part covered. */
function picture(view, image, line) {
  return thumbnail(image, view.seen, (canvas) => {
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    line(canvas);
  });
}

/* A try is called by its part or its place, and by a number where another one is called so. */
function named(name, tries) {
  const before = tries.filter((each) => each.plain === name).length;
  return { plain: name, name: before ? `${name} (${before + 1})` : name };
}

/* What a try found out, for the list at the end and beside other pictures. */
function findingOf({ told, view, words, image, line }) {
  const { before, after, elsewhere } = told;
  const control = elsewhere ? `${words.elsewhere}: ${elsewhere.percent}. ` : "";
  return {
    line: told.headline,
    control: `${control}${told.still} ${told.verdict_words}`,
    tried: `${told.before_percent} → ${told.after_percent}`,
    numbers: `${told.before_percent} → ${told.after_percent}`,
    label: told.label,
    picture: picture(view, image, line),
    alt: say(words.part_covered, { part: told.part }),
    bars: [
      [words.nothing_covered, before.share, told.before_percent, true],
      [told.part, after.share, told.after_percent, false],
      ...(elsewhere ? [[words.elsewhere, elsewhere.share, elsewhere.percent, true]] : []),
    ],
    verdict: told.verdict_words,
    note: [told.still, elsewhere ? told.elsewhere_note : told.compared].filter(Boolean).join(" "),
    held: MATTERED.includes(told.verdict),
    less: after.share < before.share && told.after_percent !== told.before_percent,
    together: words.three,
    each: words.each_time,
  };
}

/* The same with another picture: its brightest part, as the page marks it. */
export async function repeat({ view, words, constants, target, ask }) {
  const layer = layerNamed(view.layers, view.default_layer);
  const marks = brightestMarks(view, layer, constants.brightest);
  const told = await ask({ filling: constants.filling, target });
  if (!told) return null;
  const image = await loaded(told.after.picture);
  return findingOf({ told, view, words, image, line: (canvas) => outline(marks, canvas) });
}

/** @param {Stage} stage */
export default function open(stage) {
  const { word, waiting, meanwhile } = stage;
  const { words, constants, view, target, tries, ask, drawMap, begin, show, found, glows, onward, places } = stage;
  const layer = layerNamed(view.layers, view.default_layer);
  let { filling } = constants;
  let opened = false; // what there is besides painting

  /* The brightest part is marked already: one tap gives a result. */
  function ready() {
    const marks = brightestMarks(view, layer, constants.brightest);
    const line = (canvas, shift, box) => outline(marks, canvas, shift, box);
    const ring = painted(view.image, (canvas) => {
      drawMap(canvas, view.image, view.seen, layer);
      line(canvas);
    });
    const extent = extentIn(marks, view.seen);
    const lies = mostlyGlows(layer.values)
      ? words.ring_everywhere
      : say(words.ring_lies, { place: extent ? whereOf(extent, places) : "" });
    ring.setAttribute("role", "img");
    ring.setAttribute("aria-label", `${words.in_the_ring}. ${lies}`);
    const cover = button("go", words.card_action, () => look({ mask: null, part: "", line, button: cover }));
    cover.append(icon("next"));
    begin({
      panel: ring,
      foot: [caption(words.in_the_ring, lies), pill(words.mark_other, paint, icon("mark"))],
      lead: words.lead,
      buttons: [cover],
      how: [[words.how_it_works, words.how]],
    });
  }

  function paint() {
    const bright =
      layer.maximum > 0
        ? button("tool bright", words.mark_bright, () => brush.markBrightest(layer, constants.brightest))
        : null;
    const brush = painter({ view, words, places, drawMap, map: layer, instead: bright });
    const name = namer({
      words,
      parts: [words.part_eyes, words.part_nose, words.part_ear, words.part_back],
      most: constants.longest_name,
    });
    const ways = group("choice", words.filling);
    for (const each of constants.fillings) {
      ways.append(
        Object.assign(
          button("", words[`filling_${each}`], () => choose(each)),
          { value: each },
        ),
      );
    }
    function choose(each) {
      filling = each;
      pressOnly(ways, (one) => one.value === each);
    }
    choose(filling);
    const again = button("go", words.ask, () => {
      opened = other.open;
      look({
        mask: brush.mask(),
        part: name.value(),
        line: brush.outline,
        button: again,
        nothing: brush.empty(), // the server says what is missing
      });
    });
    const side = make("div", "side");
    const fieldset = make("div", "fillings");
    fieldset.append(make("b", "small", words.filling), ways);
    const other = make("details", "curious");
    other.open = opened;
    other.append(make("summary", "", words.other_ways), name.element, fieldset);
    // The first time, painting is enough to choose about.
    side.append(again, ...(tries.length ? [other] : []));
    const two = make("div", "two");
    two.append(brush.element, side);
    show(words.paint_title, two);
  }

  async function look({ mask, part, line, button: asking, nothing = false }) {
    asking.disabled = true;
    const work = () => ask({ mask, filling, part: part || null, target });
    const told = await (nothing ? work() : wait(part || (mask ? words.that_part : words.bright_part), work));
    asking.disabled = false;
    if (told) await result(told, part, line, mask);
  }

  /* The page of the result before its numbers are there: nothing on it moves when they come. */
  function wait(part, work) {
    const { label, percent } = word;
    const none = "–\u00a0%";
    const dark = () => Object.assign(sheet(2, 2), { className: "dark" });
    const three = make("div", "trip");
    const layerThen = layerNamed(view.layers, view.default_layer);
    three.append(
      resultFigure({
        words,
        picture: cutTo(view.image, view.seen, (canvas) => drawMap(canvas, view.image, view.seen, layerThen)),
        alt: glows(say(words.alt_before, { label }), layerThen),
        number: percent,
        title: words.nothing_covered,
        text: words.your_picture,
      }),
      resultFigure({
        words,
        picture: dark(),
        alt: words.asking,
        number: "–",
        title: say(words.part_covered, { part: capital(part) }),
        text: words.asking,
        hot: true,
      }),
      resultFigure({
        words,
        picture: dark(),
        alt: words.asking,
        number: "–",
        title: words.elsewhere,
        text: words.asking,
        beside: true,
      }),
    );
    const side = make("div", "side");
    // As long as what will stand there, and not to be read.
    const said = make("p", "said yet");
    said.setAttribute("aria-hidden", "true");
    said.append(make("b", "", say(words.still_far_less, { label })), ` ${say(words.compared, { percent })} `);
    said.append(say(words.verdict_a_lot, { part }));
    const links = [button("link", words.more_parts, paint), button("link", words.small_find, () => {})];
    side.append(said, make("p", "limits", words.limits), waiting(...links));
    const latest = { name: part, label, share: 0, percent: "–", thumbnail: sheet(1, 1).toDataURL() };
    const halves = make("div", "two");
    halves.append(chart({ label, before: { share: word.confidence }, before_percent: percent }, latest), side);
    return meanwhile(say(words.headline, { part, before: `*${percent}`, after: `${none}*` }), [three, halves], work);
  }

  async function result(told, part, line, mask) {
    const { label, elsewhere } = told;
    const pictures = await Promise.all(
      [told.after, ...(elsewhere ? [elsewhere] : [])].map((each) => loaded(each.picture)),
    );
    const latest = {
      ...named(part || !mask ? told.part : told.place, tries),
      label,
      share: told.after.share,
      percent: told.after_percent,
      thumbnail: told.thumbnail,
    };
    tries.push(latest);
    const cut = (image, draw) => cutTo(image, view.seen, draw);
    const three = make("div", "trip");
    three.append(
      resultFigure({
        words,
        picture: cut(view.image, (canvas) => drawMap(canvas, view.image, view.seen, told.before.map)),
        alt: glows(say(words.alt_before, { label }), told.before.map),
        number: told.before_percent,
        title: words.nothing_covered,
        text: words.your_picture,
      }),
      resultFigure({
        words,
        picture: cut(view.image, (canvas) => {
          drawMap(canvas, pictures[0], view.seen, told.after.map);
          line(canvas);
        }),
        alt: glows(say(words.alt_after, { label }), told.after.map),
        number: told.after_percent,
        title: say(words.part_covered, { part: told.part }),
        text: words.your_try,
        hot: true,
      }),
    );
    if (elsewhere) {
      const [place] = elsewhere.places;
      const shift = [place[0] - told.marked[0], place[1] - told.marked[1]];
      const count = elsewhere.places.length;
      three.append(
        resultFigure({
          words,
          picture: cut(view.image, (canvas) => {
            drawMap(canvas, pictures[1], view.seen, null);
            line(canvas, shift, place);
          }),
          alt: words.alt_elsewhere,
          number: elsewhere.percent,
          title: words.elsewhere,
          text: counted(words, "elsewhere_places", count, { count }),
          beside: true,
        }),
      );
    }
    found(findingOf({ told, view, words, image: pictures[0], line }));
    const verdict = make("div", "side");
    const said = make("p");
    said.append(make("b", "", told.still), ` ${told.compared} ${told.verdict_words}`);
    said.className = "said";
    const limits = [told.elsewhere_note, words.limits].filter(Boolean).join(" ");
    const small = button("link", words.small_find, () =>
      smallest(stage, verdict, button("link", words.small_yourself, paint)),
    );
    verdict.append(said, make("p", "limits", limits), onward(button("link", words.more_parts, paint), small));
    const halves = make("div", "two");
    halves.append(chart(told, latest), verdict);
    show(told.headline, three, halves);
  }

  /* This visit's tries with this picture and this word, the last one first. */
  function chart(told, latest) {
    const whole = make("div", "tries");
    const list = make("ol", "bars");
    const shown = [...new Set([...tries, latest])].filter((one) => one.label === told.label);
    for (const each of shown.toReversed()) {
      const item = make("li", each === latest ? "latest" : "");
      const share = bar(each.share);
      share.setAttribute("aria-hidden", "true");
      item.append(
        photo(each.thumbnail),
        make("span", "name", capital(each.name)),
        share,
        numeral("num", each.percent, words),
      );
      list.append(item);
    }
    list.style.setProperty("--before", told.before.share);
    const head = make("div", "tries-head");
    head.append(
      make("h2", "", words.tries),
      make("p", "small", say(words.tries_before, { percent: told.before_percent })),
    );
    whole.append(head, list);
    return whole;
  }

  ready();
}
