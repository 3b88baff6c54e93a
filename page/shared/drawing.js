/* What is drawn over a picture: the veil over what the model did not see, and the glow of a map. */

import { sheet } from "./elements.js";
import { colours } from "./palettes.js";

/**
 * Dims what the model did not see: all around the box.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} width
 * @param {number} height
 * @param {Box} box
 * @param {Look} look
 */
export function veil(pen, width, height, box, look) {
  pen.fillStyle = `rgba(${look.unseen_colour.join(", ")}, ${look.unseen_opacity})`;
  pen.fillRect(0, 0, width, box.top);
  pen.fillRect(0, box.bottom, width, height - box.bottom);
  pen.fillRect(0, box.top, box.left, box.bottom - box.top);
  pen.fillRect(box.right, box.top, width - box.right, box.bottom - box.top);
}

/**
 * The map alone, as colours that cover more or less: laid over a picture it is the blend, and no picture was read for
 * it, which some browsers do not allow.
 * @param {number} width
 * @param {number} height
 * @param {Float32Array} values 0 to 1, row by row
 * @param {Uint8Array} palette
 * @param {Float32Array} alphas
 */
export function glow(width, height, values, palette, alphas) {
  const made = sheet(width, height);
  made.getContext("2d").putImageData(new ImageData(colours(values, palette, alphas), width, height), 0, 0);
  return made;
}
