/* One picture of the exam, large: with its map, and all that the model can say of it. */

import { el, press, write } from "./pieces.js";

const { bar, make, percent, photo, spoken } = window.seewhy.shared;

export function zoom(teach, maps, { id, title }) {
  const { lesson, words, server } = teach;
  const canvas = maps.sheet();
  const bars = make("ul", "kindbars");
  const line = spoken("small", words.asking);
  const shut = press("go", () => whole.close(), words.close);
  const stage = el("div", "stage view", photo(server.square(id)), canvas);
  const whole = el("dialog", "zoom", stage, el("div", "stack", make("h2", "", title), line, bars, shut));
  const name = (each) => lesson.title(lesson.byId(each) ?? lesson.none);

  function rowOf({ thing, confidence }, says) {
    const share = make("span", "num", percent(confidence, words));
    return el(
      "li",
      thing === says ? "top" : "",
      el("span", "row", make("span", "", name(thing)), bar(confidence), share),
    );
  }

  function show(answer) {
    if (!answer.unlike) maps.draw(canvas, answer.map);
    canvas.setAttribute("aria-label", maps.describe(name(answer.target.thing), answer.unlike ? null : answer.map));
    write(line, answer.unlike ? words.unlike : "");
    if (!answer.unlike) bars.replaceChildren(...answer.bars.map((each) => rowOf(each, answer.says.thing)));
  }

  canvas.setAttribute("aria-label", title);
  whole.addEventListener("close", () => whole.remove());
  whole.addEventListener("click", (event) => {
    if (event.target === whole) whole.close();
  });
  document.querySelector(".teaching")?.append(whole);
  /** @type {HTMLDialogElement} */ (whole).showModal();
  server.lookAgain(id).then(show, (error) => write(line, error.sentence ?? words.broken));
}
