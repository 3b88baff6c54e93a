/* The pictures of the exam with what they show: each with its map, and large when it is tapped. */

import { mapping } from "./mapping.js";
import { el, icon, press } from "./pieces.js";
import { zoom } from "./zoom.js";

const { make, photo, say } = window.seewhy.shared;

/* For each test, a function that draws its picture from what the server says now: `figure` is what `said` gives. */
export function figures(teach, asked) {
  const { lesson, words, server, props } = teach;
  const maps = mapping({ words, places: props.places, look: props.look });
  const title = (id) => lesson.title(lesson.byId(id) ?? lesson.none);

  function shot({ picture, unlike, map }, alt) {
    const canvas = maps.sheet();
    canvas.setAttribute("aria-hidden", "true");
    if (!unlike) maps.draw(canvas, map);
    const show = () => zoom(teach, maps, { id: picture, title: alt });
    const made = press("stage shot", show, photo(server.square(picture)), canvas);
    made.setAttribute("aria-label", alt);
    return made;
  }

  function ten() {
    const made = el("div", "ten");
    for (const each of asked.told.unseen.pictures) {
      const name = title(each.thing);
      const answer = title(each.says.thing);
      const says = say(each.right ? words.ten_right : words.ten_wrong, { name, says: answer });
      const show = () => zoom(teach, maps, { id: each.picture, title: says });
      const mark = icon(each.right ? "right" : "wrong");
      const instead = each.right ? null : make("span", "instead", answer);
      const one = press(each.right ? "" : "no", show, photo(server.square(each.picture)), mark, instead);
      one.setAttribute("aria-label", says);
      made.append(one);
    }
    return el("div", "shot", made);
  }

  function painted(figure) {
    const made = shot(asked.told.painted, figure.title);
    const mask = [...asked.painted].find(([picture]) => picture.id === asked.told.painted.picture)?.[1];
    if (mask) made.append(maps.outline(mask));
    return made;
  }

  return {
    away: () => shot(asked.told.empty, words.figure_away_alt),
    elsewhere: ten,
    paint: painted,
    swap: (figure) => shot(asked.told.swapped, `${figure.title}: ${figure.detail}`),
  };
}
