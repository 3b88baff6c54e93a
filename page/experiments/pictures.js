/* The pictures of a result: cut to what the model saw, so that all of them have one size and one frame. */

import { figure, make, numeral, sheet } from "./shared.js";

const SIDE = 480; // dots
const SMALL = 300; // of a thumbnail

/**
 * A picture of the same shape as `image`, drawn by `draw` and cut to a part of it.
 * @param {HTMLImageElement} image
 * @param {Seen} seen
 * @param {(canvas: Canvas) => void} draw
 * @param {number} [side]
 */
export function cutTo({ naturalWidth, naturalHeight }, [x, y, width, height], draw, side = SIDE) {
  const whole = sheet(naturalWidth, naturalHeight);
  draw(whole);
  const cut = sheet(side, side);
  const box = [x * whole.width, y * whole.height, width * whole.width, height * whole.height];
  cut.getContext("2d").drawImage(whole, box[0], box[1], box[2], box[3], 0, 0, side, side);
  return cut;
}

/**
 * The same, small: what stands for a test in lists.
 * @param {HTMLImageElement} image
 * @param {Seen} seen
 * @param {(canvas: Canvas) => void} draw
 */
export const thumbnail = (image, seen, draw) => cutTo(image, seen, draw, SMALL);

/**
 * A square of a picture that is drawn already.
 * @param {HTMLImageElement} image
 */
export function square(image) {
  const made = sheet(SMALL, SMALL);
  const side = Math.min(image.naturalWidth, image.naturalHeight);
  const [left, top] = [(image.naturalWidth - side) / 2, (image.naturalHeight - side) / 2];
  made.getContext("2d").drawImage(image, left, top, side, side, 0, 0, SMALL, SMALL);
  return made;
}

/**
 * The place of a picture that is asked for: dark, and as large as it will be.
 * @param {object} given
 * @param {Words} given.words
 * @param {HTMLImageElement} given.image
 * @param {string} given.title
 */
export function yet({ words, image: { naturalWidth, naturalHeight }, title }) {
  const dark = sheet(naturalWidth, naturalHeight);
  return figure(dark, words.asking, make("span", "big", "–"), make("b", "", title), make("span", "", words.asking));
}

/**
 * A figure of a result: a square picture, its number, what it shows, and what the model said then.
 * @param {object} given
 * @param {HTMLElement} given.picture
 * @param {string} given.alt
 * @param {string} given.number
 * @param {string} given.title
 * @param {Words} given.words
 * @param {string} [given.text]
 * @param {boolean} [given.hot] whether it is what was tried
 * @param {boolean} [given.beside] whether it is the control, which stands smaller on a narrow screen
 */
export function resultFigure({ picture, alt, number, title, words, text = "", hot = false, beside = false }) {
  const made = make("figure", `rf${beside ? " beside" : ""}`);
  if (picture instanceof HTMLImageElement) picture.alt = alt;
  else {
    picture.setAttribute("role", "img");
    picture.setAttribute("aria-label", alt);
  }
  const below = make("figcaption", hot ? "hot" : "");
  if (number) below.append(numeral("pctbig", number, words));
  below.append(make("b", "", title), make("span", "", text));
  made.append(picture, below);
  return made;
}
