/* Where things are put on a picture: windows, costumes, cut-outs, and the fingers that move them. Nothing here needs a
   document. */

/** @typedef {{x: number, y: number, side: number}} Square its middle and its side, in pixels of the picture */
/** @typedef {{x: number, y: number, width: number, turn: number}} Worn in fractions of the picture, and in degrees */

/**
 * The nearest number to `value` that is not outside.
 * @param {number} low
 * @param {number} value
 * @param {number} high
 */
export function between(low, value, high) {
  return Math.min(Math.max(low, value), high);
}

/**
 * A picture made as large as it must be for its seen part to fill a card, and moved so that a place is in the middle,
 * as far as the picture reaches.
 * @param {Size} card
 * @param {Size} picture
 * @param {Seen} seen
 * @param {[number, number]} place in fractions of the picture
 * @returns {{width: number, height: number, left: number, top: number}} in pixels of the card
 */
export function cutOut(card, picture, [, , across, down], [x, y]) {
  const scale = Math.max(
    card.width / (across * picture.width),
    card.height / (down * picture.height),
    card.width / picture.width,
    card.height / picture.height,
  );
  const width = Math.max(card.width, Math.round(picture.width * scale));
  const height = Math.max(card.height, Math.round(picture.height * scale));
  return {
    width,
    height,
    left: between(0, x * width - card.width / 2, width - card.width),
    top: between(0, y * height - card.height / 2, height - card.height),
  };
}

/**
 * How one or two fingers lie: their middle, how far they are apart, and the angle from the first to the second, in
 * degrees. One finger is nothing apart from itself.
 * @param {(readonly [number, number])[]} points
 */
export function grip([first, second = first]) {
  const [across, down] = [second[0] - first[0], second[1] - first[1]];
  return {
    middle: [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2],
    apart: Math.hypot(across, down),
    angle: (Math.atan2(down, across) * 180) / Math.PI,
  };
}

/**
 * A square inside the picture: no larger than its shorter side, no smaller than `least` of that, and moved in from
 * beyond the edges.
 * @param {Square} square
 * @param {Size} picture
 * @param {number} least
 * @returns {Square}
 */
export function inside({ x, y, side }, { width, height }, least) {
  const shorter = Math.min(width, height);
  const kept = between(least * shorter, side, shorter);
  return { side: kept, x: between(kept / 2, x, width - kept / 2), y: between(kept / 2, y, height - kept / 2) };
}

/**
 * A square whose corner is pulled. The opposite corner stays; the picture's edge ends the pull.
 * @param {Square} start
 * @param {[number, number]} corner -1 or 1: left or right, above or below
 * @param {[number, number]} moved in pixels of the picture, to the right and down
 * @param {Size} picture
 * @param {number} least of the picture's shorter side
 * @returns {Square}
 */
export function pulled(start, [outward, downward], [right, below], { width, height }, least) {
  const anchor = [start.x - (outward * start.side) / 2, start.y - (downward * start.side) / 2];
  const room = Math.min(outward > 0 ? width - anchor[0] : anchor[0], downward > 0 ? height - anchor[1] : anchor[1]);
  const wanted = start.side + (outward * right + downward * below) / 2;
  const side = between(least * Math.min(width, height), wanted, room);
  return { side, x: anchor[0] + (outward * side) / 2, y: anchor[1] + (downward * side) / 2 };
}

/**
 * A piece of costume moved in from beyond the edges, and made narrower where all of it would not fit.
 * @param {Worn} piece
 * @param {number} shape its own width by its height
 * @param {number} picture that of the picture
 * @returns {Worn}
 */
export function whole({ x, y, width, turn }, shape, picture) {
  const kept = Math.min(width, 1, shape / picture);
  const [across, down] = [kept / 2, (kept * picture) / shape / 2];
  return { x: between(across, x, 1 - across), y: between(down, y, 1 - down), width: kept, turn };
}

/**
 * A piece of costume with its middle on the picture, a width within bounds and a turn of 0 to 360 degrees.
 * @param {Worn} piece
 * @param {[number, number]} widths the least and the most
 * @returns {Worn}
 */
export function wearable({ x, y, width, turn }, [narrowest, widest]) {
  return {
    x: between(0, x, 1),
    y: between(0, y, 1),
    width: between(narrowest, width, widest),
    turn: ((turn % 360) + 360) % 360,
  };
}
