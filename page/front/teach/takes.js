/* Filming a thing, or choosing pictures of it: the square view beside its buttons. What comes from one press, or from
   one choice, is one take. */

import { view } from "./film.js";
import { holding } from "./holding.js";
import { chooser, el, icon, kiosk, newName, press, write } from "./pieces.js";

const { make, spoken } = window.seewhy.shared;
const EVERY = 250; // milliseconds between two pictures of a film
const LONGEST = 20_000; // of one take
const FEW = 4; // pictures of a film; so few may have been meant as one
const FILM = "film-"; // what the name of a filmed take begins with

/* Whether a take was filmed; else its pictures were chosen. */
export const isFilm = (take) => take.startsWith(FILM);

/**
 * `waiting` is said in the view while the camera is elsewhere; `add(take, shot)` puts a picture down and says whether
 * there was room; `files(take, files)` gives a sentence to tell. `filmed(count)` is called when a take has ended.
 */
export function takes({ teach, film, words, waiting, add, files, filmed, changed }) {
  const empty = press("bring", () => film.show(square), icon("camera"), el("span", "", waiting()));
  const square = view(empty);
  const told = spoken("trouble", "");
  const hold = press("alt hold", null, icon("film"), make("span", "", words.hold_film));
  const choosing = chooser(take);
  const choose = press("alt choose-pictures", () => choosing.click(), words.choose);
  const side = el("div", "", hold, el("p", "small", words.or_tap));
  if (!kiosk() || "files" in document.documentElement.dataset) side.append(choose, choosing);
  const element = el("div", "cap", square, side);
  let going = null; // the take that is being filmed
  let timer = null;
  let wanted = false; // pressed, though the camera may not be open yet
  let tapped = false; // it goes on without being held

  async function begin() {
    wanted = true;
    say("");
    if (await film.show(square)) teach.filmed = true;
    else {
      wanted = false;
      return say(words.no_camera);
    }
    if (!wanted || going) return;
    going = { take: `${FILM}${newName()}`, count: 0, until: performance.now() + LONGEST };
    grab();
    if (going) timer = setInterval(grab, EVERY);
    changed();
  }
  function grab() {
    if (!film.ready() || film.at() !== square || performance.now() > going.until) return end();
    if (!add(going.take, film.shot())) return end();
    going.count += 1;
  }

  function end() {
    wanted = tapped = false;
    if (!going) return;
    clearInterval(timer);
    const { count } = going;
    going = null;
    // Whoever taps twice for two pictures has not seen yet that it films; a longer film shows that it was meant.
    if (count > FEW) say("");
    filmed(count);
    changed();
  }

  holding(hold, {
    begin,
    end,
    going: () => wanted,
    tapped: () => {
      tapped = true;
      say(words.hold_how);
      changed();
    },
  });

  async function take(chosen) {
    say("");
    say(await files(newName(), chosen));
    changed();
  }

  function say(sentence) {
    write(told, sentence);
  }

  return {
    element,
    told,
    take,
    end,
    say,
    hold,
    square,
    running: () => Boolean(going),
    draw(next) {
      const here = film.at() === square;
      const open = film.at() !== null;
      empty.hidden = here;
      write(empty.lastElementChild, open ? words.bring : waiting());
      square.classList.toggle("filming", Boolean(going));
      hold.className = `hold ${going ? "go pressed" : next ? "go" : "alt"}`;
      write(hold.lastElementChild, going ? (tapped ? words.stop_film : words.let_go) : words.hold_film);
    },
  };
}
