/* The third test: the visitor paints the thing on two or three of its pictures. */

import { el, press, write } from "./pieces.js";
import { spread } from "./telling.js";

const { decodeBytes, loaded, make, say } = window.seewhy.shared;
const MOST = 2;

export function paint(teach, { asked, onward, trouble }) {
  const { words, server, props, lesson } = teach;
  const stage = el("div", "experiment painting");
  const go = press("go keep wide", next, words.ask);
  const count = make("p", "small");
  const known = new Map(asked.thing.pictures.map((picture) => [picture.id, picture]));
  const proposed = (asked.told?.paint ?? []).map((id) => known.get(id)).filter(Boolean);
  const pictures = [...new Set([...proposed, ...spread(asked.thing.pictures, MOST)])].slice(0, MOST);
  let at = 0;
  let tools = null;
  let here = true;

  async function show() {
    const home = (name) => new URL(`../${name}`, teach.home).href;
    const [{ painter }, image] = await Promise.all([
      import(home("painter.js")),
      loaded(server.square(pictures[at].id)),
    ]);
    if (!here) return;
    const view = { image, seen: /** @type {Seen} */ ([0, 0, 1, 1]) };
    const changed = (some) => some && write(trouble, ""); // what was missing is there
    tools = painter({ view, words: props.painting, places: props.places, drawMap: seewhy.drawMap, changed });
    stage.replaceChildren(tools.element);
    write(count, say(words.painting_of, { number: at + 1, count: pictures.length }));
    write(go, at + 1 < pictures.length ? words.next_picture : words.ask);
  }

  async function next() {
    if (!tools || tools.empty()) return write(trouble, words.paint_first);
    write(trouble, "");
    asked.painted.set(pictures[at], new Blob([decodeBytes(tools.mask())], { type: "image/png" }));
    at += 1;
    if (at < pictures.length) return show();
    await onward(async () => {
      for (const [picture, mask] of asked.painted) await server.mask(picture.id, mask);
    });
  }

  return {
    title: say(words.paint_it, { name: lesson.title(asked.thing) }),
    lead: words.paint_how,
    parts: [count, go],
    stage,
    shown: () => show().catch(() => write(trouble, words.broken)),
    leave: () => (here = false),
  };
}
