/* The stage of a test: what the camera sees, or a picture that was chosen, with no map and no answer. */

import { view } from "./film.js";
import { chooser, el, icon, kiosk, press, shotOf, write } from "./pieces.js";

const { make } = window.seewhy.shared;

/* `lead` says what to show. `shot()` gives what is shown, as { blob, thumb }, or null. */
export function scene(teach, { lead, trouble }) {
  const { film, words, server } = teach;
  const choosing = chooser(([file]) => take(file), false);
  const picture = make("img", "still");
  const open = press("go", live, icon("camera"), words.camera);
  const choose = press("alt", () => choosing.click(), icon("picture"), words.choose_picture);
  const waiting = el("div", "drop", make("b", "", lead), el("div", "row", open, choose));
  const square = view(picture, waiting);
  const dot = make("span", "live", words.live);
  const again = press("pill", () => choosing.click(), icon("picture"), make("span", "", words.choose_picture));
  const foot = el("div", "foot", el("p", "", dot, make("br"), words.no_map_yet), again, choosing);
  const element = el("div", "stage", el("div", "pic sq", square), foot);
  let chosen = null;
  let here = true;
  if (kiosk() && !("files" in document.documentElement.dataset)) choose.hidden = again.hidden = true;

  async function live() {
    chosen = null;
    if (!(await film.show(square))) write(trouble, words.no_camera);
    else if (here) draw();
    else film.stop();
  }

  async function take(file) {
    const refused = seewhy.refusal(file);
    if (refused) return write(trouble, refused);
    write(trouble, "");
    try {
      chosen = await shotOf(file, server);
    } catch (/** @type {any} */ error) {
      return write(trouble, error.sentence ?? words.broken);
    }
    film.stop();
    picture.src = chosen.thumb;
    draw();
  }

  function draw() {
    const filming = film.at() === square;
    waiting.hidden = filming || Boolean(chosen);
    picture.hidden = !chosen;
    dot.hidden = !filming;
    foot.hidden = !waiting.hidden;
  }

  return {
    element,
    draw,
    shot: () => chosen ?? (film.at() === square && film.ready() ? film.shot() : null),
    shown() {
      if (teach.filmed || kiosk()) live();
    },
    leave: () => (here = false),
    given: ([file]) => take(file),
  };
}
