/* What is marked on a picture: the brightest part of its map, a line around it, and the file that travels. */

import { allOver, extentOf, leastOfBrightest } from "./grids.js";
import { ninthAt, placeOf, sheet, upsample } from "./shared.js";

const HEARD = 48; // dots a side: fine enough to say how much is marked
const LONGEST = 480; // dots of the marks along their longer side: fine enough, and a small file

/**
 * How large the marks of a picture are.
 * @param {HTMLImageElement} image
 * @returns {Size}
 */
export function sizeOf({ naturalWidth, naturalHeight }) {
  const scale = LONGEST / Math.max(naturalWidth, naturalHeight);
  return {
    width: Math.max(1, Math.round(naturalWidth * scale)),
    height: Math.max(1, Math.round(naturalHeight * scale)),
  };
}

/**
 * The brightest share of a map, white where it is marked.
 * @param {View} view
 * @param {Grid} layer
 * @param {number} share 0 to 1
 */
export function brightestMarks({ image, seen: [x, y, across, down] }, layer, share) {
  const { width, height } = sizeOf(image);
  const marks = sheet(width, height);
  const smooth = sheet(Math.max(1, Math.round(across * width)), Math.max(1, Math.round(down * height)));
  const values = upsample(layer, smooth.width, smooth.height);
  const least = leastOfBrightest(values, share);
  const found = new ImageData(smooth.width, smooth.height);
  values.forEach((value, i) => found.data.set([255, 255, 255, value >= least ? 255 : 0], 4 * i));
  smooth.getContext("2d").putImageData(found, 0, 0);
  marks.getContext("2d").drawImage(smooth, Math.round(x * width), Math.round(y * height));
  return marks;
}

/**
 * Draws a line around marks, moved by a share of the picture and cut to a box where one is given.
 * @param {Canvas} marks
 * @param {Canvas} target
 * @param {number[]} [shift] right and down
 * @param {number[] | null} [box]
 */
export function outline(marks, target, [right, down] = [0, 0], box = null) {
  const line = Math.max(2, Math.round(Math.max(target.width, target.height) / 220));
  ring(marks, target, right, down, box, 2 * line, "#FFFCF6");
  ring(marks, target, right, down, box, line, "#0A5A69");
}

function ring(marks, target, right, down, box, line, colour) {
  const edge = sheet(target.width, target.height);
  const pen = edge.getContext("2d");
  const at = (x, y) =>
    pen.drawImage(marks, right * target.width + x, down * target.height + y, target.width, target.height);
  for (let i = 0; i < 12; i++) at(line * Math.cos((i * Math.PI) / 6), line * Math.sin((i * Math.PI) / 6));
  pen.globalCompositeOperation = "destination-out";
  at(0, 0);
  pen.globalCompositeOperation = "source-in";
  pen.fillStyle = colour;
  pen.fillRect(0, 0, edge.width, edge.height);
  const show = target.getContext("2d");
  show.save();
  if (box) {
    show.beginPath();
    show.rect(
      box[0] * target.width - line,
      box[1] * target.height - line,
      box[2] * target.width + 2 * line,
      box[3] * target.height + 2 * line,
    );
    show.clip();
  }
  show.drawImage(edge, 0, 0);
  show.restore();
}

/**
 * How much of what the model sees is marked, and where: see `extentOf`.
 * @param {Canvas} marks
 * @param {Seen} seen
 */
export function extentIn(marks, [x, y, width, height]) {
  const small = sheet(HEARD, HEARD);
  const pen = small.getContext("2d");
  const box = [x * marks.width, y * marks.height, width * marks.width, height * marks.height];
  pen.drawImage(marks, box[0], box[1], box[2], box[3], 0, 0, HEARD, HEARD);
  return extentOf(pen.getImageData(0, 0, HEARD, HEARD).data.filter((_, i) => i % 4 === 3));
}

/**
 * The same place in words.
 * @param {{middle: [number, number], wide: [number, number]}} extent
 * @param {Words} places
 */
export const whereOf = ({ middle, wide }, places) =>
  allOver(wide) ? places.all_over : placeOf(ninthAt(...middle), places);

/**
 * Marks as the base64 of a PNG, white on black.
 * @param {Canvas} marks
 */
export function fileOf(marks) {
  const file = sheet(marks.width, marks.height);
  const pen = file.getContext("2d");
  pen.fillRect(0, 0, file.width, file.height);
  pen.drawImage(marks, 0, 0);
  return file.toDataURL("image/png").split(",")[1];
}
