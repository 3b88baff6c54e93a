/* Colours of a map, by the numbers of explainer/heatmap.py, which the server sends. Nothing here needs a document. */

const STEPS = 1024; // of alpha: finer than eight bits can show, and a power for each pixel would be slow
const GREY = 141; // what the legend lies on: a middle grey

/**
 * How much of its colour a value shows, as `heatmap.glow` does.
 * @param {Look} look
 * @param {number} opacity 0 to 1
 * @returns {Float32Array} for values 0 to 1 in 1,024 steps
 */
export function alphaTable(look, opacity) {
  const { full_from: full, curve } = look;
  return Float32Array.from({ length: STEPS + 1 }, (_, i) => opacity * Math.min(1, i / STEPS / full) ** curve);
}

/**
 * A map as colours that cover more or less: red, green, blue and alpha of each value, 0 to 255.
 * @param {Float32Array} values 0 to 1
 * @param {Uint8Array} palette red, green and blue of 256 colours
 * @param {Float32Array} alphas as `alphaTable` gives them
 */
export function colours(values, palette, alphas) {
  const pixels = new Uint8ClampedArray(4 * values.length);
  for (let i = 0; i < values.length; i++) {
    const colour = 3 * Math.round(values[i] * 255);
    pixels[4 * i] = palette[colour];
    pixels[4 * i + 1] = palette[colour + 1];
    pixels[4 * i + 2] = palette[colour + 2];
    pixels[4 * i + 3] = 255 * alphas[Math.round(values[i] * STEPS)];
  }
  return pixels;
}

/**
 * The legend's 256 pixels: the palette over a middle grey, as bright as a map of this opacity is.
 * @param {Uint8Array} palette
 * @param {Float32Array} alphas
 */
export function legend(palette, alphas) {
  const pixels = new Uint8ClampedArray(4 * 256);
  for (let i = 0; i < 256; i++) {
    const alpha = alphas[Math.round((i / 255) * STEPS)];
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = GREY + (palette[3 * i + c] - GREY) * alpha;
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}
