/* Maps as numbers: from a grid of few values to as many as a picture has pixels, and where it is brightest. Nothing
   here needs a document.

   `upsample` and `pixelBox` are the browser's copy of those of explainer/heatmap.py; a test compares the two. */

const FINE = 8; // cells of a spread map for one of the map that it was made of

/**
 * Bytes that came as base64.
 * @param {string} text
 */
export function decodeBytes(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i); // ten times as fast as `Uint8Array.from`
  return bytes;
}

/**
 * The values of a map as the server sends them: base64 of 16 bits each -> 0 to 1.
 * @param {string} text
 */
export function decodeGrid(text) {
  return Float32Array.from(new Uint16Array(decodeBytes(text).buffer), (cell) => cell / 65535);
}

/**
 * One axis of OpenCV's INTER_CUBIC (a = -0.75): for each target place four source places, those beyond the edge moved
 * onto it, and their weights, which add up to 1.
 * @param {number} from how many places there are
 * @param {number} to how many there will be
 */
function cubicTaps(from, to) {
  const a = -0.75;
  const places = new Int32Array(4 * to);
  const weights = new Float32Array(4 * to);
  for (let i = 0; i < to; i++) {
    const x = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(x);
    const t = x - first;
    const near = (/** @type {number} */ d) => ((a + 2) * d - (a + 3)) * d * d + 1;
    const far = (/** @type {number} */ d) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    const taps = [far(t + 1), near(t), near(1 - t), 0];
    taps[3] = 1 - taps[0] - taps[1] - taps[2];
    for (let k = 0; k < 4; k++) {
      places[4 * i + k] = Math.min(from - 1, Math.max(0, first - 1 + k));
      weights[4 * i + k] = taps[k];
    }
  }
  return { places, weights };
}

/**
 * A map in the size that it is drawn in, cubic between the middles of its cells.
 * @param {Grid} grid
 * @param {number} width
 * @param {number} height
 * @returns {Float32Array} values of 0 to 1, row by row
 */
export function upsample(grid, width, height) {
  const across = cubicTaps(grid.width, width);
  const down = cubicTaps(grid.height, height);
  const rows = new Float32Array(grid.height * width);
  for (let y = 0; y < grid.height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 4 * x; k < 4 * x + 4; k++) sum += across.weights[k] * grid.values[y * grid.width + across.places[k]];
      rows[y * width + x] = sum;
    }
  }
  const result = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const [w0, w1, w2, w3] = down.weights.subarray(4 * y, 4 * y + 4);
    const [p0, p1, p2, p3] = down.places.subarray(4 * y, 4 * y + 4).map((place) => place * width);
    for (let x = 0; x < width; x++) {
      const value = w0 * rows[p0 + x] + w1 * rows[p1 + x] + w2 * rows[p2 + x] + w3 * rows[p3 + x];
      result[y * width + x] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
  }
  return result;
}

/**
 * A part of a picture in whole pixels, at least one of them.
 * @param {Seen} seen
 * @param {number} width of the picture, in pixels
 * @param {number} height of the picture, in pixels
 * @returns {Box}
 */
export function pixelBox(seen, width, height) {
  const left = Math.min(Math.round(seen[0] * width), width - 1);
  const top = Math.min(Math.round(seen[1] * height), height - 1);
  return {
    left,
    top,
    right: Math.max(Math.round((seen[0] + seen[2]) * width), left + 1),
    bottom: Math.max(Math.round((seen[1] + seen[3]) * height), top + 1),
  };
}

/**
 * A map of the seen part as one of the whole picture, with nothing outside, so that no part is dimmed. Its cells are
 * FINE times as many, so that none of its edges moves by more than half of one.
 * @param {Grid} grid
 * @param {Seen} seen
 * @returns {Grid}
 */
export function spread(grid, seen) {
  const [width, height] = [Math.round((FINE * grid.width) / seen[2]), Math.round((FINE * grid.height) / seen[3])];
  const { left, top, right, bottom } = pixelBox(seen, width, height);
  const [across, down] = [right - left, bottom - top];
  const inside = upsample(grid, across, down);
  const values = new Float32Array(width * height);
  for (let row = 0; row < down; row++) {
    values.set(inside.subarray(row * across, (row + 1) * across), (top + row) * width + left);
  }
  return { width, height, values };
}

/**
 * The layer of a name; a view holds it.
 * @param {Layer[]} layers
 * @param {string} name
 * @returns {Layer}
 */
export function layerNamed(layers, name) {
  const found = layers.find((layer) => layer.name === name);
  if (!found) throw new RangeError(`no layer ${name}`);
  return found;
}

/**
 * The column and the row of a map's brightest cell, the first of several.
 * @param {Grid} grid
 */
function brightestCell(grid) {
  let at = 0;
  grid.values.forEach((value, i) => {
    if (value > grid.values[at]) at = i;
  });
  return [at % grid.width, Math.floor(at / grid.width)];
}

/**
 * The middle of the brightest cell, in fractions of the picture.
 * @param {Grid} grid a map of the seen part
 * @param {Seen} seen
 * @returns {[number, number]} from the left, and from the top
 */
export function brightest(grid, [x, y, width, height]) {
  const [column, row] = brightestCell(grid);
  return [x + (width * (column + 0.5)) / grid.width, y + (height * (row + 0.5)) / grid.height];
}

/**
 * Which ninth of a map holds its brightest cell: 0 to 8, row by row from the top left.
 * @param {Grid} grid
 */
export function brightestNinth(grid) {
  const [column, row] = brightestCell(grid);
  return ninthAt((column + 0.5) / grid.width, (row + 0.5) / grid.height);
}

/**
 * Which ninth a place lies in: 0 to 8, row by row from the top left.
 * @param {number} x from the left, 0 to 1
 * @param {number} y from the top, 0 to 1
 */
export function ninthAt(x, y) {
  const third = (/** @type {number} */ place) => Math.min(2, Math.max(0, Math.floor(3 * place)));
  return 3 * third(y) + third(x);
}

/**
 * What a ninth of a map is called, such as "top left".
 * @param {number} ninth as `brightestNinth` counts
 * @param {Words} places
 */
export function placeOf(ninth, places) {
  const names = ["top_left", "top", "top_right", "left", "middle", "right", "bottom_left", "bottom", "bottom_right"];
  return places[names[ninth]];
}
