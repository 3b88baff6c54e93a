/* One stage, and the pictures that it can show: each a row to tap, with a small copy of it. */

import { holding } from "./holding.js";
import { caption } from "./opening.js";
import { make, sheet } from "./shared.js";

const SMALL = 96; // dots

/** @typedef {{picture: Canvas | HTMLImageElement, title: string, alt: string, below: string, text?: string}} Shown */

/* The middle of a picture, small. */
function thumb(picture) {
  const [width, height] =
    picture instanceof HTMLImageElement
      ? [picture.naturalWidth, picture.naturalHeight]
      : [picture.width, picture.height];
  const side = Math.min(width, height);
  const small = sheet(SMALL, SMALL);
  small.setAttribute("aria-hidden", "true");
  small.getContext("2d").drawImage(picture, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SMALL, SMALL);
  return small;
}

/**
 * Gives the `stage` and the `rows`; with one picture alone there are none.
 * @param {Shown[]} all pictures that are loaded, or drawn; `below` stands under one on the stage, `text` in its row
 * @param {number} at which of them is shown first
 * @param {{picture: Canvas, alt: string, text: string} | null} held what is shown as long as a button is held
 */
export function gallery(all, at, held = null) {
  const stage = make("div", "panel ready");
  const rows = make("div", "five pictures");
  const foot = make("div", "foot2");
  stage.append(foot);
  for (const { picture, alt } of all) {
    if (picture instanceof HTMLImageElement) picture.alt = alt;
    else {
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", alt);
    }
  }
  function show(place) {
    const { picture, title, below } = all[place];
    const pressed = held ? [holding(stage, picture, held)] : [];
    foot.replaceChildren(caption(title, below), ...pressed);
    stage.replaceChildren(picture, foot);
    [...rows.children].forEach((row, i) => row.setAttribute("aria-pressed", String(i === place)));
  }
  if (all.length > 1) {
    rows.append(
      ...all.map(({ picture, title, text = "" }, place) => {
        const row = make("button");
        row.type = "button";
        const said = make("span", "", title);
        if (text) said.append(make("span", "small", text));
        row.append(thumb(picture), said);
        row.addEventListener("click", () => show(place));
        return row;
      }),
    );
  }
  show(at);
  return { stage, rows };
}
