/* The third test: the visitor paints the thing on two or three of its pictures. */

import { el, goingOn, press, write } from "./pieces.js";
import { spread } from "./telling.js";

const { decodeBytes, loaded, make, say } = window.seewhy.shared;
const MOST = 2;

export function paint(teach, { asked, onward, trouble }) {
  const { words, server, props, lesson } = teach;
  const stage = el("div", "experiment painting");
  const go = press("go keep wide", next, words.ask);
  const anyway = goingOn(words, onwards);
  const count = make("p", "small");
  const known = new Map(asked.thing.pictures.map((picture) => [picture.id, picture]));
  const proposed = (asked.told?.paint ?? []).map((id) => known.get(id)).filter(Boolean);
  const pictures = [...new Set([...proposed, ...spread(asked.thing.pictures, MOST)])].slice(0, MOST);
  let at = 0;
  let tools = null;
  let here = true;
  let sending = false;

  async function show() {
    const home = (name) => new URL(`../${name}`, teach.home).href;
    const [{ painter }, image] = await Promise.all([
      import(home("painter.js")),
      loaded(server.square(pictures[at].id)),
    ]);
    if (!here) return;
    const view = { image, seen: /** @type {Seen} */ ([0, 0, 1, 1]) };
    const { brush } = asked;
    const resized = (size) => (asked.brush = size);
    const given = { view, words: props.painting, places: props.places, drawMap: seewhy.drawMap };
    tools = painter({ ...given, brush, resized, changed });
    stage.replaceChildren(tools.element);
    write(count, say(words.painting_of, { number: at + 1, count: pictures.length }));
    write(go, at + 1 < pictures.length ? words.next_picture : words.ask);
  }

  /* What was missing is there, or is being mended. */
  function changed(some) {
    if (!some) return;
    write(trouble, "");
    anyway.hidden = true;
  }

  async function next() {
    if (sending) return;
    if (!tools || tools.empty()) return write(trouble, words.paint_first);
    const [picture, mask] = [pictures[at], new Blob([decodeBytes(tools.mask())], { type: "image/png" })];
    sending = true;
    const told = await lesson.asking(() => server.mask(picture.id, mask)).finally(() => (sending = false));
    if (!told || !here) return;
    asked.painted.set(picture, mask);
    const { rough } = told.painted.pictures.find((each) => each.picture === picture.id);
    if (!rough) return onwards();
    write(trouble, say(rough === "small" ? words.paint_small : words.paint_large, { name: lesson.title(asked.thing) }));
    anyway.hidden = false;
  }

  async function onwards() {
    changed(true);
    at += 1;
    if (at < pictures.length) return show();
    await onward(() => null);
  }

  /* Nothing of it counts, not even what an earlier try has left. */
  async function skipped() {
    const before = (asked.told?.painted?.pictures ?? []).map((each) => each.picture);
    const marked = new Set([...before, ...[...asked.painted.keys()].map((each) => each.id)]);
    asked.painted.clear();
    for (const id of marked) asked.told = await server.mask(id, null).catch(() => asked.told);
  }

  return {
    title: say(words.paint_it, { name: lesson.title(asked.thing) }),
    lead: words.paint_how,
    parts: [count, go],
    anyway,
    skipped,
    stage,
    shown: () => show().catch(() => write(trouble, words.broken)),
    leave: () => (here = false),
  };
}
