/* Many at once: a wall of answers that grows as they come, what they say together, and what the visitor says. */

import { save, upload } from "../files.js";
import { bar, button, capital, find, make, pressOnly, say, spoken } from "../shared.js";
import { camera } from "./camera.js";
import { controls, tile, verdict } from "./wall.js";

const BOTH_ENDS = 4; // from so many answers on the wall has two ends
const counts = (row) => row.answers.length > 0 && !row.outside;
const AT_ONCE = 3; // small steps, so that something moves; each answer is on the wall as soon as it is there
const BYTES_AT_ONCE = 6e6; // the pixels of one question are bounded, and only the server can count them

/** @param {Stage} stage */
export default function open({ root, words, constants, ask, drawMap, tell }) {
  /** @type {Told[]} */
  let rows = [];
  /** @type {string[]} */
  let names = [];
  /** @type {Told} */
  let told = null;
  /** @type {any} */
  let own = null; // the visitor's words, and which pictures wear a costume
  let gone = false;
  let film = null; // the camera, while it is on
  const { most } = constants;
  const { classList, dataset } = document.documentElement;
  const kiosk = classList.contains("kiosk");
  const body = make("div", "result");
  root.append(make("h1", "", words.card_title), body);

  /* --- choosing --- */

  const begin = () => (kiosk && !("files" in dataset) ? offering() : choosing());

  function choosing() {
    const files = Object.assign(make("input"), {
      type: "file",
      multiple: true,
      accept: seewhy.given.accept,
      hidden: true,
    });
    files.addEventListener("change", () => {
      if (files.files?.length) take([...files.files]);
    });
    const row = make("div", "row");
    row.append(
      button("go", words.choose, () => files.click()),
      button("alt", words.ours, () => take(ours())),
      files,
    );
    body.replaceChildren(make("p", "lead", say(words.lead, { limit: most })), row, make("p", "small", words.deleted));
  }

  /* Where a chooser would show the files of this computer. */
  function offering() {
    const row = make("div", "row");
    row.append(
      button("go", words.ours, () => take(ours())),
      button("alt", words.use_camera, filming),
    );
    body.replaceChildren(make("p", "lead", words.lead_kiosk), row);
  }

  async function filming() {
    const stream = await seewhy.film();
    if (!stream) return; // the visitor was told why
    film?.stop();
    film = camera(stream, words, most, (pictures) => take(pictures.map((picture) => ({ name: "", picture }))));
    if (gone) return film.stop();
    body.replaceChildren(film.element);
  }

  /* The examples of the start page, by their numbers. */
  const ours = () =>
    [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#examples [data-number]"))].map((each) => ({
      name: each.textContent.trim(),
      picture: { example: Number(each.dataset.number) },
    }));

  async function take(files) {
    if (files.length > most) return tell(say(words.limit, { count: files.length, limit: most }));
    [rows, names, told] = [[], files.map((file) => file.name), null];
    own = { all: "", each: new Map(), costume: new Set(), right: new Map() };
    const progress = Object.assign(make("progress"), { max: files.length, value: 0 });
    const line = spoken("lead", "");
    const wall = make("div", "wall");
    progress.setAttribute("aria-label", words.card_title);
    body.replaceChildren(line, progress, wall);
    for (let first = 0, now; first < files.length; first += now.length) {
      line.textContent = say(words.progress, { done: first, count: files.length });
      now = step(files.slice(first, first + AT_ONCE));
      const arrived = [];
      for (const file of now) arrived.push(file.picture ?? (await upload(file, words)));
      const pictures = arrived.filter((each) => !each.problem);
      const answered = pictures.length ? await ask({ pictures }) : { rows: [] };
      if (gone) return;
      if (!answered) break; // the visitor was told why; what is here stays
      for (const each of arrived) {
        const row = each.problem ? { answers: [], problem: each.problem } : answered.rows.shift();
        rows.push({ ...row, number: rows.length + 1 });
        wall.append(tile(rows.at(-1), words, drawMap));
      }
      progress.value = rows.length;
    }
    names.length = rows.length;
    if (rows.length) await count();
    else begin();
  }

  /* As many of these as go together, and at least one. */
  function step(files) {
    let bytes = 0;
    return files.filter((file, place) => (bytes += file.size ?? 0) <= BYTES_AT_ONCE || !place);
  }

  /* --- counting, and the visitor's own words --- */

  async function count() {
    const right = rows.map((row) => own.right.get(row.number) ?? null);
    const labels = rows.map((row) => own.each.get(row.number) || own.all || null);
    const costume = rows.map((row) => own.costume.has(row.number));
    const lean = rows.map((row) => ({
      answers: row.answers.map(({ index, confidence }) => ({ index, confidence })),
      problem: row.problem,
      outside: row.outside,
    }));
    const counted = await ask({ rows: lean, names, labels, costume, right }, "many_counts");
    if (gone) return;
    if (!counted) return told ? null : begin(); // the visitor was told why
    told = { ...counted, labels };
    show();
  }

  function bars() {
    const made = make("div", "bars");
    for (const each of told.groups.slice(0, 3)) {
      made.append(
        make("span", "", capital(each.name)),
        bar(each.count / each.of),
        make("span", "num", `${each.count}`),
      );
    }
    return made;
  }

  /* From both ends: the surest first, then the least sure first, then what does not count. */
  function ends(order) {
    const counted = order.filter((number) => counts(rows[number - 1]));
    if (counted.length < BOTH_ENDS) return [["", order]];
    const middle = Math.ceil(counted.length / 2);
    return [
      [words.most_sure, counted.slice(0, middle)],
      [words.least_sure, counted.slice(middle).reverse()],
      [words.rest, order.slice(counted.length)],
    ];
  }

  function show() {
    const headline = spoken("headline", told.judged || told.headline);
    const two = make("div", "halves");
    const side = make("div", "side");
    side.append(
      ...[told.given, told.judged ? told.headline : "", told.compared, told.sure]
        .filter(Boolean)
        .map((text) => make("p", "", text)),
      make("p", "limits", words.limits),
    );
    two.append(side);
    if (told.groups.length) {
      const groups = make("div", "side");
      groups.append(make("h2", "", words.groups), bars());
      two.append(groups);
    }
    const wrong = new Set(told.wrong);
    const parts = wrong.size
      ? [
          [words.wrong, told.wrong],
          [words.rest, told.order.filter((number) => !wrong.has(number))],
        ]
      : ends(told.order);
    const walls = make("div", "walls");
    for (const [title, numbers] of parts.filter(([, some]) => some.length)) {
      if (title) walls.append(make("h2", "", title));
      const wall = make("div", "wall");
      for (const number of numbers) {
        const made = tile(rows[number - 1], words, drawMap);
        if (wrong.has(number)) {
          made.classList.add("wrong");
          const label = told.labels[number - 1];
          if (label) find(made, "figcaption").append(make("span", "mine", say(words.you_say, { label })));
        }
        const row = rows[number - 1];
        if (counts(row)) made.append(verdict(row, own, words, (right) => judge(number, right)));
        wall.append(made);
      }
      walls.append(wall);
    }
    const row = make("div", "row");
    const named = rows.some(counts);
    if (named) {
      row.append(
        button("go", words.check, () => {
          row.remove();
          checking(walls);
        }),
      );
    }
    if (!kiosk) row.append(button("alt", words.table, () => save(table(), words.file)));
    row.append(button(named ? "link" : "go", words.again, begin));
    if (seewhy.teach) row.append(button("link", words.teach, teaching));
    body.replaceChildren(headline, two, row, walls);
    headline.scrollIntoView({ block: "nearest" });
  }

  /* To the place where one teaches, which offers the pictures of the wall. */
  function teaching() {
    seewhy.wall = rows
      .filter((row) => row.picture)
      .map((row) => ({ picture: row.picture, alt: say(words.picture, { number: row.number }) }));
    seewhy.teach?.open();
  }

  /* Counted anew at once; the keyboard and the eyes stay where they were. */
  async function judge(number, right) {
    const there = scrollY;
    await count();
    scrollTo({ top: there });
    const made = body.querySelector(`.tile[data-number="${number}"] .verdict button[value="${right}"]`);
    /** @type {HTMLElement | null} */ (made)?.focus({ preventScroll: true });
  }

  /* A word for all of them at the top, and below each picture one of its own. */
  function checking(walls) {
    const form = make("form", "side checking");
    const typed = Object.assign(make("input"), { type: "text", value: own.all });
    const label = make("label", "", words.all_of_them);
    label.append(typed);
    const choice = make("div", "choice");
    const groups = told.groups.slice(0, 3).map((each) => each.name);
    const press = () => pressOnly(choice, (each) => each.value === typed.value);
    for (const name of groups) {
      choice.append(
        Object.assign(
          button("", capital(name), () => {
            typed.value = name;
            press();
          }),
          { value: name },
        ),
      );
    }
    typed.addEventListener("input", press);
    typed.hidden = kiosk; // where there is no keyboard
    press();
    const go = Object.assign(make("button", "go", words.count_again), { type: "submit" });
    form.append(label, choice, go);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      own.all = typed.value.trim();
      count();
    });
    walls.before(form);
    for (const made of walls.querySelectorAll(".tile")) {
      const row = rows[made.dataset.number - 1];
      if (counts(row)) made.append(controls(row, groups, own, words, !kiosk));
    }
    if (!kiosk) typed.focus({ preventScroll: true });
    form.scrollIntoView({ block: "start" });
  }

  // The mark at its beginning tells a spreadsheet that these are not its old letters.
  const table = () => new Blob(["\uFEFF", told.table], { type: "text/csv;charset=utf-8" });

  begin();
  return () => {
    gone = true;
    film?.stop();
  };
}
