/* The pictures of a thing, small: one stop of the tab key, arrows move, Space chooses, Delete takes away. */

import { el, kiosk, press } from "./pieces.js";

const { make, say } = window.seewhy.shared;
const ROWS = 2;

/* `remove(picture)` takes it away and gives what puts it back. */
export function thumbs({ words, remove, hear }) {
  const list = el("div", "thumbs");
  const line = el("div", "line");
  const text = make("span", "small");
  const act = press("link", null, "");
  line.append(text, act);
  const known = new WeakMap();
  let pictures = [];
  let chosen = null;
  let at = 0; // where the tab key comes in
  let all = false;
  let back = null; // puts the last one back
  let timer = null;

  const across = () => (kiosk() ? 5 : 6);
  const most = () => (all ? pictures.length : across() * ROWS);

  function option(picture, i) {
    const made = known.get(picture) ?? fresh(picture);
    const image = made.firstElementChild;
    if (picture.thumb && image.getAttribute("src") !== picture.thumb) image.setAttribute("src", picture.thumb);
    image.hidden = !picture.thumb;
    made.setAttribute("aria-selected", String(picture === chosen));
    made.setAttribute("aria-label", say(words.picture_number, { number: i + 1 }));
    made.tabIndex = i === at ? 0 : -1;
    return made;
  }

  /* Drawn once, so that a picture does not flicker when others come. */
  function fresh(picture) {
    const image = make("img");
    image.alt = "";
    const made = el("div", "thumb", image);
    made.setAttribute("role", "option");
    made.addEventListener("click", () => choose(picture, pictures.indexOf(picture)));
    known.set(picture, made);
    return made;
  }

  function draw(given) {
    pictures = given;
    if (chosen && !pictures.includes(chosen)) chosen = null;
    const held = list.contains(document.activeElement);
    const shown = pictures.length > most() ? pictures.slice(0, most() - 1) : pictures;
    at = Math.max(0, Math.min(at, shown.length - (shown.length < pictures.length ? 0 : 1)));
    const places = shown.map(option);
    if (shown.length < pictures.length) places.push(rest(pictures.length - shown.length, shown.length));
    const empty = Array.from({ length: Math.max(0, across() - pictures.length) }, () => {
      const made = make("span", "empty");
      made.setAttribute("aria-hidden", "true");
      return made;
    });
    list.replaceChildren(...places, ...empty);
    if (pictures.length) {
      list.setAttribute("role", "listbox");
      list.setAttribute("aria-label", words.pictures);
    } else list.removeAttribute("role");
    if (held) list.querySelector("[tabindex='0']")?.focus({ preventScroll: true });
    tellWhat();
  }

  function rest(count, i) {
    const made = el("div", "thumb more", `+${count}`);
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    made.setAttribute("aria-label", say(words.show_rest, { count }));
    made.tabIndex = i === at ? 0 : -1;
    made.addEventListener("click", () => {
      all = true;
      at = i;
      draw(pictures);
    });
    return made;
  }

  function tellWhat() {
    line.hidden = !pictures.length && !back;
    act.hidden = !chosen && !back && !all;
    if (chosen) {
      text.textContent = say(words.chosen, { number: pictures.indexOf(chosen) + 1 });
      act.textContent = words.remove;
      act.onclick = () => take(chosen);
    } else if (back) {
      text.textContent = words.removed;
      act.textContent = words.put_back;
      act.onclick = () => put();
    } else {
      text.textContent = pictures.length ? words.tap_picture : "";
      act.textContent = words.show_fewer;
      act.onclick = () => {
        all = false;
        draw(pictures);
      };
    }
  }

  function choose(picture, i) {
    at = i;
    chosen = chosen === picture ? null : picture;
    if (chosen) hear(say(words.chosen, { number: i + 1 }));
    draw(pictures);
    list.children[i]?.focus({ preventScroll: true });
  }

  async function take(picture) {
    at = pictures.indexOf(picture);
    chosen = null;
    clearTimeout(timer);
    const gone = remove(picture);
    back = async () => (await gone)();
    timer = setTimeout(() => {
      back = null;
      tellWhat();
    }, 5000);
    draw(pictures);
    (list.querySelector("[tabindex='0']") ?? act).focus({ preventScroll: true });
    hear(words.removed);
  }

  async function put() {
    const again = back;
    back = null;
    clearTimeout(timer);
    tellWhat();
    await again();
  }

  list.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -across(), ArrowDown: across() };
    const rightward = getComputedStyle(list).direction === "ltr" ? 1 : -1;
    const count = list.querySelectorAll("[role=option]").length;
    const places = { Home: 0, End: count - 1 };
    const key = event.key;
    const along = key === "ArrowLeft" || key === "ArrowRight" ? rightward : 1;
    const next = key in steps ? at + steps[key] * along : places[key];
    if (next !== undefined) {
      event.preventDefault();
      if (next < 0 || next >= count) return;
      list.children[at].setAttribute("tabindex", "-1");
      at = next;
      list.children[at].setAttribute("tabindex", "0");
      /** @type {HTMLElement} */ (list.children[at]).focus();
    } else if (key === " " || key === "Enter") {
      event.preventDefault();
      /** @type {HTMLElement} */ (list.children[at])?.click();
    } else if ((key === "Delete" || key === "Backspace") && pictures[at]) {
      event.preventDefault();
      take(pictures[at]);
    }
  });

  return { list, line, draw };
}
