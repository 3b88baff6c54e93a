/* Keeping what was taught: a file to save, one to open, or all of it wiped. */

import { chooser, el, icon, kiosk, press, write } from "./pieces.js";

const { make, photo, say, spoken } = window.seewhy.shared;

export function keep(teach) {
  const { lesson, words, server } = teach;
  const own = lesson.taught();
  const names = own.map(lesson.title);
  const list = names.join(", ");
  const told = spoken("trouble", "");

  const withSmall = Object.assign(make("input"), { type: "checkbox" });
  const withPictures = Object.assign(make("input"), { type: "checkbox" });
  const choosing = chooser(open, false, ".seewhy,.safetensors");

  const ways = [
    way(
      words.save_title,
      make("p", "", words.save_lead),
      el("label", "tick", withSmall, make("span", "", words.save_small)),
      lesson.opened ? null : el("label", "tick", withPictures, make("span", "", words.save_pictures)),
      make("p", "small", words.save_seen),
      press("go", save, icon("save"), words.save),
    ),
    way(
      words.open_title,
      make("p", "", words.open_lead),
      own.length ? make("p", "small", say(words.open_replaces, { names: list })) : null,
      press("alt", () => choosing.click(), words.open),
      choosing,
    ),
  ];
  const wipe = way(
    words.forget_title,
    make("p", "", words.forget_lead),
    make("p", "small", words.forget_ever),
    press("alt", forget, words.forget),
  );
  const recap = el(
    "div",
    "recap",
    el("div", "trio", ...own.flatMap(shown)),
    el("div", "", make("b", "", list), make("span", "small", counted())),
  );
  const lead = make("p", "lead", words.keep_lead);
  recap.hidden = lead.hidden = !own.length;
  const element = el(
    "div",
    "stack",
    el("div", "", make("h1", "say", own.length ? words.keep_title : words.open_title), lead),
    recap,
    told,
    el("div", "ways", ...(own.length ? [...(kiosk() ? [] : ways), wipe] : [ways[1]])),
  );

  function way(title, ...parts) {
    return el("section", "way", make("h2", "sect", title), ...parts);
  }

  /* The first picture of a thing, or all that came with it in a file. */
  function shown({ pictures, small }) {
    return small.length ? small.map((address) => photo(address)) : pictures[0]?.thumb ? [photo(pictures[0].thumb)] : [];
  }

  function counted() {
    const counts = own.map(({ pictures, small }) => pictures.length || small.length);
    return counts.some(Boolean) ? say(words.kept_counts, { counts: counts.join(" + ") }) : "";
  }

  async function save() {
    await lesson.named();
    const file = await lesson.asking(() => server.file(withSmall.checked));
    const name = own.map(lesson.title).join("-") || words.file;
    if (file) seewhy.save(file, `${name}.seewhy`);
    if (!file || !withPictures.checked) return;
    const archive = await lesson.asking(() => server.dataSet());
    if (archive) seewhy.save(archive, `${name}.zip`);
  }

  async function open([file]) {
    write(told, "");
    try {
      const opened = await server.open(file);
      teach.opened(opened);
    } catch (/** @type {any} */ error) {
      write(told, error.sentence ?? words.broken);
    }
  }

  async function forget() {
    if (!(await lesson.asking(() => server.forget()))) return;
    teach.leave();
    seewhy.tell(words.forgotten);
  }

  return { element };
}
