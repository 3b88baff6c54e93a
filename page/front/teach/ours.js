/* The page's own example pictures, to teach with where nothing is at hand. */

import { el, press, write } from "./pieces.js";

const { decodeBytes, make, photo, say } = window.seewhy.shared;

/* `into()` gives the name of the thing that they go to, and `add(shot, twice)` puts one there, or says that it was. */
export function ours({ words, into, add }) {
  const line = make("p", "small");
  const row = el("div", "thumbs four");
  const shown = el("div", "stack few-ours", line, row);
  const open = press(
    "link",
    () => {
      shown.hidden = !shown.hidden;
      open.setAttribute("aria-expanded", String(!shown.hidden));
      if (!row.children.length) row.append(...pictures());
      draw();
    },
    words.ours,
  );
  open.setAttribute("aria-expanded", "false");
  shown.hidden = true;

  function pictures() {
    const all = /** @type {NodeListOf<HTMLImageElement>} */ (document.querySelectorAll("#examples img"));
    return [...all].map((image) => {
      const shot = { blob: blobOf(image.src), thumb: image.src };
      const twice = () => write(line, say(words.came_same, { count: 1 }));
      const one = press("own-one", () => add(shot, twice), photo(image.src));
      one.setAttribute("aria-label", image.alt);
      return one;
    });
  }

  function draw() {
    write(line, say(words.ours_into, { name: into() }));
  }

  return { parts: [open, shown], draw };
}

/* What stands in a `data:` address. */
function blobOf(address) {
  const [kind, text] = address.split(",");
  return new Blob([decodeBytes(text)], { type: kind.slice(5).split(";")[0] });
}
