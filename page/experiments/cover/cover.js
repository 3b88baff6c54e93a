/* Cover it up: a part is painted over, the model is asked again, and the tries of this visit are compared. */

import { asked } from "../one_map.js";
import { namer, painter } from "../painter.js";
import {
  bar,
  button,
  capital,
  figure,
  group,
  layerNamed,
  loaded,
  make,
  painted,
  photo,
  pressOnly,
  say,
} from "../shared.js";

/* A try is called by its part or its place, and by a number where another one is called so. */
function named(name, tries) {
  const before = tries.filter((each) => each.plain === name).length;
  return { plain: name, name: before ? `${name} (${before + 1})` : name };
}

/** @param {Stage} stage */
export default function open({ root, words, constants, view, answer, tries, ask, drawMap, cards, anotherPicture }) {
  const layer = layerNamed(view.layers, view.default_layer);
  const target = asked(view, answer);
  let { filling } = constants;
  let opened = false; // what there is besides painting

  function paint() {
    const head = make("h1", "", words.card_title);
    const bright =
      layer.maximum > 0
        ? button("tool bright", words.mark_bright, () => brush.markBrightest(layer, constants.brightest))
        : null;
    const brush = painter({ view, words, drawMap, map: layer, instead: bright });
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
    const again = button("go", words.ask, async () => {
      const part = name.value();
      opened = other.open;
      const told = await ask({ mask: brush.mask(), filling, part: part || null, target });
      if (told) show(told, brush, part);
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
    root.replaceChildren(head, make("p", "", words.lead_in), two);
    scrollTo({ top: 0 });
    return head;
  }

  function shown(number, changed, title, text, drawn, alt) {
    const big = make("span", changed ? "big changed" : "big", number);
    return figure(painted(view.image, drawn), alt, big, make("b", "", title), make("span", "", text));
  }

  async function show(told, brush, part) {
    const { label, elsewhere } = told;
    const pictures = await Promise.all(
      [told.after, ...(elsewhere ? [elsewhere] : [])].map((each) => loaded(each.picture)),
    );
    const latest = {
      ...named(part ? told.part : told.place, tries),
      label,
      share: told.after.share,
      percent: told.after_percent,
      thumbnail: told.thumbnail,
    };
    tries.push(latest);
    const three = make("div", "three");
    const seen = view.seen;
    three.append(
      shown(
        told.before_percent,
        false,
        words.nothing_covered,
        words.your_picture,
        (canvas) => drawMap(canvas, view.image, seen, told.before.map),
        say(words.alt_before, { label }),
      ),
      shown(
        told.after_percent,
        true,
        say(words.part_covered, { part: told.part }),
        words.your_try,
        (canvas) => {
          drawMap(canvas, pictures[0], seen, told.after.map);
          brush.outline(canvas);
        },
        say(words.alt_after, { label }),
      ),
    );
    if (elsewhere) {
      const [place] = elsewhere.places;
      const shift = [place[0] - told.marked[0], place[1] - told.marked[1]];
      const count = elsewhere.places.length;
      three.append(
        shown(
          elsewhere.percent,
          false,
          words.elsewhere,
          count > 1 ? say(words.elsewhere_places, { count }) : "",
          (canvas) => {
            drawMap(canvas, pictures[1], seen, null);
            brush.outline(canvas, shift, place);
          },
          words.alt_elsewhere,
        ),
      );
    }
    const head = make("h1", "headline", told.headline);
    head.tabIndex = -1;
    const verdict = make("div", "side");
    verdict.append(make("p", "verdict-line", [told.still, told.compared, told.verdict_words].join(" ")));
    const limits = [told.elsewhere_note, words.limits].filter(Boolean).join(" ");
    verdict.append(make("p", "limits", limits));
    const row = make("div", "row");
    row.append(
      button("go", words.more_parts, () => paint().focus({ preventScroll: true })),
      button("alt", words.another, anotherPicture),
    );
    verdict.append(row);
    const halves = make("div", "two");
    halves.append(chart(told, latest), verdict);
    root.replaceChildren(make("p", "small", told.about), head, three, halves, button("link", words.all, cards));
    scrollTo({ top: 0 });
    head.focus({ preventScroll: true });
  }

  /* This visit's tries with this picture and this word, what mattered most first. */
  function chart(told, latest) {
    const whole = make("div", "tries");
    const list = make("ol", "bars");
    const mine = tries.filter((each) => each.label === told.label).sort((one, other) => one.share - other.share);
    for (const each of mine) {
      const item = make("li", each === latest ? "latest" : "");
      const share = bar(each.share);
      share.setAttribute("aria-hidden", "true");
      const name = make("span", "name", capital(each.name));
      name.prepend(photo(each.thumbnail));
      item.append(name, share, make("span", "num", each.percent));
      list.append(item);
    }
    list.style.setProperty("--before", told.before.share);
    whole.append(
      make("h2", "", words.tries),
      make("p", "small mark", say(words.tries_before, { percent: told.before_percent })),
      list,
      make("p", "small", words.tries_read),
    );
    return whole;
  }

  paint();
}
