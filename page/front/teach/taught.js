/* Its answer: live, or of one picture, with the map of the thing that is chosen, and the pictures most like it. */

import { alike, bars } from "./bars.js";
import { view } from "./film.js";
import { mapping } from "./mapping.js";
import { chooser, el, icon, kiosk, pictured, press, shotOf, sleep, still, write } from "./pieces.js";

const { eased, make, percent, say, spoken, steadied } = window.seewhy.shared;
const CALM = 90; // milliseconds in which a map has come most of the way to the next
const OFTEN = 500; // milliseconds between two percentages
const HEARD = 3000; // milliseconds between two answers that are read aloud
const AGAIN = 1000; // milliseconds until the server is asked again after a refusal
const WHOLE = { x: 0, y: 0, width: 1, height: 1 };
const STILL = 2000; // milliseconds between two frames where nothing should move

export function taught(teach) {
  const { lesson, words, film, server, props } = teach;
  const name = (id) => lesson.title(lesson.byId(id) ?? lesson.none);
  const maps = mapping({ words, places: props.places, look: props.look });
  const answers = steadied(OFTEN);
  const picture = pictured();
  let mode = "waiting"; // or "live", "frozen", "picture"
  let here = true;
  let shown = null; // the answer that stands on the page
  let latest = null; // the last one that came
  let asked = null; // the picture that it is about
  let chosen = null; // the number of the thing whose map the visitor wants to see; null for what it says
  let values = null; // what is drawn of the map now
  let drawn = 0;
  let spokenAt = 0;
  let count = 0; // counts what was shown to it

  /* --- the stage --- */

  const canvas = maps.sheet();
  canvas.setAttribute("aria-label", words.describe_empty);
  const choosing = chooser(([file]) => look(file), false);
  const waiting = el(
    "div",
    "drop",
    make("b", "", words.show_now),
    el(
      "div",
      "row",
      press("go", () => choosing.click(), icon("picture"), words.choose_picture),
      press("alt", live, icon("camera"), words.camera),
    ),
  );
  const square = view(picture.element, canvas, waiting);
  const dot = make("span", "live", words.live);
  const about = make("span");
  const freeze = press("pill", freezeOrGo, icon("freeze"), make("span", "", words.freeze));
  const choose = press("pill square", () => choosing.click(), icon("picture"));
  choose.setAttribute("aria-label", words.choose_picture);
  const other = press("pill square", turn, icon("other"));
  other.setAttribute("aria-label", words.other);
  other.hidden = true;
  const foot = el("div", "foot", el("p", "", dot, make("br"), about), freeze, other, choose, choosing);
  const stage = el("div", "stage", el("div", "pic sq", square), foot);
  const closed = kiosk() && !("files" in document.documentElement.dataset);
  choose.hidden = closed;
  waiting.querySelector("button").hidden = closed;
  const trouble = spoken("trouble", "");

  const brighter = make("p", "small");
  const legend = el(
    "div",
    "legend",
    maps.ramp(),
    el("div", "", make("span", "", words.little), make("span", "", words.most)),
  );
  const sum = el("p", "sumline", make("span"), " ", make("b"));

  /* --- the answer --- */

  const says = make("h1");
  const why = make("p", "small why-none");
  const said = bars({ words, name, pick });
  const guess = make("p", "small guess", words.guess);
  const doubt = make("span", "doubt", `${words.latch} `);
  const test = press("go", () => teach.go("exam"), el("span", "", doubt, words.test), icon("onward"));
  const likes = alike({ lesson, server, name });
  const most = el("div", "likes-of", make("p", "over", words.most_like), likes.element);
  const line = el(
    "div",
    "line",
    press("link", () => teach.go("things"), words.more_pictures),
    press("link", () => teach.go("keep"), words.keep),
  );
  const left = el("div", "stack look", stage, trouble, el("div", "tools scale", legend, brighter), sum);
  const right = el(
    "div",
    "stack read",
    el("div", "it-says", make("p", "over", words.says), says, why),
    el("div", "all", el("p", "over", words.all, make("span", "tap", ` · ${words.tap}`)), said.element, guess),
    el("div", "ask", make("p", "", words.latch), test),
    most,
    line,
  );
  const element = el("div", "result", left, right);

  /* --- asking --- */

  async function live() {
    if (!(await film.show(square))) return write(trouble, words.no_camera);
    if (!here) return film.stop();
    mode = "live";
    answers.forget();
    draw();
    other.hidden = !(await film.others());
    requestAnimationFrame(move);
    run();
  }

  async function turn() {
    const next = await film.others();
    if (next) await film.show(square, next);
  }

  async function run() {
    const mine = ++count;
    const running = () => here && mode === "live" && mine === count;
    while (running()) {
      if (!film.ready() || document.hidden) {
        await sleep(30);
        if (running() && film.at() !== square) return rest();
        continue;
      }
      const began = performance.now();
      const { blob } = film.shot();
      const answer = await question(blob);
      if (!running()) return;
      if (answer) arrived(answer, blob, answers.take(steady(answer), began));
      await sleep(answer ? (still() ? STILL - (performance.now() - began) : 0) : AGAIN);
    }
  }

  /* The camera went out by itself. */
  function rest() {
    mode = latest ? "frozen" : "waiting";
    draw();
  }

  async function question(blob) {
    await lesson.settled(); // what still travels is to be learned first
    try {
      const answer = await server.look(blob, chosen);
      write(trouble, "");
      return answer;
    } catch (/** @type {any} */ error) {
      if (here) write(trouble, error.sentence ?? words.broken);
      return null;
    }
  }
  const steady = (answer) => ({ ...answer, label: String(answer.says.thing), outside: answer.unlike });

  /* One picture: one that was chosen, dropped or pasted, or the one that is frozen, for another map. */
  async function look(file) {
    const refused = seewhy.refusal(file);
    if (refused) return write(trouble, refused);
    const mine = ++count;
    const answer = await question(file);
    if (!answer || mine !== count || !here) return;
    if (file !== asked) {
      film.stop();
      const shot = await shotOf(file, server);
      if (mine !== count || !here) return;
      mode = "picture";
      picture.show(shot.thumb, shot.square ? WHOLE : answer.seen);
      answers.forget();
      values = null;
    }
    arrived(answer, file, steady(answer));
    step();
  }

  function freezeOrGo() {
    if (mode !== "live") return live();
    mode = "frozen";
    count += 1;
    film.pause();
    draw();
  }

  function arrived(answer, blob, shownNow) {
    latest = answer;
    asked = blob;
    shown = shownNow ?? shown;
    show();
    draw();
    speak();
  }

  /* --- showing --- */

  function show() {
    if (!shown) return;
    write(says, name(shown.unlike ? server.NONE : shown.says.thing));
    write(why, shown.unlike ? words.unlike : "");
    said.draw(shown, chosen);
    likes.draw(shown);
    tell();
  }

  async function pick(id) {
    chosen = chosen === id ? null : id;
    show();
    if (mode !== "live" && asked) await look(asked);
  }

  /* What stands below the stage: it belongs to the map that is drawn. */
  function tell() {
    const map = latest && !latest.unlike ? latest.map : null;
    const label = latest ? name(latest.target.thing) : "";
    write(about, map ? say(words.map_for, { name: label }) : latest ? words.no_map : "");
    write(brighter, map ? say(words.brighter, { name: label }) : "");
    sum.hidden = !map;
    if (!map) return;
    const { start, add, take, score } = latest.line;
    const parts = { start, add, minus: take, squares: map.width * map.height };
    write(sum.firstElementChild, say(take === null ? words.sum : words.sum_minus, parts));
    write(sum.lastElementChild, say(words.score, { name: label, score }));
  }

  /* The map, on its way to the last one that came; at once where no time is given. */
  function step(milliseconds = 0) {
    const map = latest?.map;
    if (!map) return;
    const goal = latest.unlike ? map.grid.map(() => 0) : map.grid;
    values = eased(values, goal, milliseconds, milliseconds && !still() ? CALM : 0);
    maps.draw(canvas, map, values);
    const label = maps.describe(name(latest.target.thing), map, values);
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
    seewhy.maps = (seewhy.maps ?? 0) + 1;
  }

  function move(now) {
    if (!here || mode !== "live") return;
    if (latest) step(drawn ? now - drawn : 0);
    drawn = now;
    requestAnimationFrame(move);
  }

  function speak() {
    const now = performance.now();
    if (!shown || now - spokenAt < HEARD) return;
    spokenAt = now;
    teach.hear(shown.unlike ? words.unlike : `${name(shown.says.thing)}, ${percent(shown.says.confidence, words)}`);
  }

  function draw() {
    if (lesson.trouble()) write(trouble, lesson.trouble());
    waiting.hidden = mode !== "waiting";
    picture.element.hidden = mode !== "picture";
    foot.hidden = mode === "waiting";
    dot.hidden = mode !== "live";
    write(freeze.lastElementChild, mode === "live" ? words.freeze : words.go_on);
    freeze.firstElementChild.replaceWith(icon(mode === "live" ? "freeze" : mode === "picture" ? "camera" : "go"));
    if (mode === "picture") write(freeze.lastElementChild, words.camera);
    guess.hidden = !shown?.guess || shown.unlike;
    for (const each of right.children) each.classList.toggle("later", !shown);
    if (!shown) write(says, mode === "live" ? words.learning : words.nothing_yet);
    tell();
  }

  return {
    element,
    draw,
    async shown() {
      await lesson.settled();
      if (here && (teach.filmed || kiosk())) live();
    },
    leave() {
      here = false;
      film.stop();
    },
    trouble: (sentence) => write(trouble, sentence),
    given: ([file]) => look(file),
  };
}
