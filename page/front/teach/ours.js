/* Pictures that are on the page already, to teach with: its examples, and those of a wall of many. */

import { el, press, write } from "./pieces.js";

const { decodeBytes, make, photo, say } = window.seewhy.shared;

/**
 * `all()` gives the pictures, each { picture, alt } with a `data:` address. `into()` gives the name of the thing that
 * they go to, and `add(shot, twice)` puts one there, or says that it was.
 */
export function offering({ words, title, all, into, add }) {
  const line = make("p", "small");
  const row = el("div", "thumbs four");
  const shown = el("div", "stack few-ours", line, row);
  const open = press("link", show, title);
  open.setAttribute("aria-expanded", "false");
  let told = ""; // of the one that was tapped last
  shown.hidden = true;

  function show() {
    shown.hidden = !shown.hidden;
    open.setAttribute("aria-expanded", String(!shown.hidden));
    if (!row.children.length) row.append(...all().map(choice));
    draw();
  }

  function choice({ picture, alt }) {
    const shot = { blob: blobOf(picture), thumb: picture };
    const one = press("own-one", put, photo(picture));
    function put() {
      told = "";
      add(shot, () => {
        told = say(words.came_same, { count: 1 });
        draw();
      });
    }
    one.setAttribute("aria-label", alt);
    return one;
  }

  function draw() {
    write(line, told || say(words.ours_into, { name: into() }));
  }

  return { parts: [open, shown], draw, show };
}

/* The page's own examples. */
export function examples() {
  const all = /** @type {NodeListOf<HTMLImageElement>} */ (document.querySelectorAll("#examples img"));
  return [...all].map((image) => ({ picture: image.src, alt: image.alt }));
}

/* What stands in a `data:` address. */
function blobOf(address) {
  const [kind, text] = address.split(",");
  return new Blob([decodeBytes(text)], { type: kind.slice(5).split(";")[0] });
}
