/* The pictures on the cards: the visitor's own, with a hint of what the test does to it. */

import { steady } from "./grids.js";
import { cutOut } from "./placing.js";
import { brightest, layerNamed, sheet, spread } from "./shared.js";

const LAKE = "#5FD0E0";
const PAPER = "#FFFCF6";

/** @param {View} view */
const layerOf = (view) => layerNamed(view.layers, view.default_layer);

/**
 * The picture cut to the canvas around its brightest place, which is what the cards are about.
 * @param {Canvas} canvas
 * @param {View} view
 * @param {Grid} [map] to be drawn over it
 * @param {number} [opacity]
 */
function cut(canvas, view, map, opacity) {
  const { naturalWidth: width, naturalHeight: height } = view.image;
  const place = brightest(layerOf(view), view.seen);
  const placed = cutOut(canvas, { width, height }, view.seen, place);
  const whole = sheet(placed.width, placed.height);
  if (map) seewhy.drawMap(whole, view.image, [0, 0, 1, 1], spread(map, view.seen), opacity);
  else whole.getContext("2d").drawImage(view.image, 0, 0, whole.width, whole.height);
  canvas.getContext("2d").drawImage(whole, -placed.left, -placed.top);
  return placed;
}

/* Where the map is brightest, in the pixels of a canvas that the picture was cut to. */
function brightestIn(view, { left, top, width, height }) {
  const [x, y] = brightest(layerOf(view), view.seen);
  return [x * width - left, y * height - top];
}

function ring(pen, x, y, across, down, fill) {
  pen.beginPath();
  pen.ellipse(x, y, across, down, 0, 0, 7);
  if (fill) {
    pen.fillStyle = fill;
    pen.fill();
  }
  pen.lineWidth = 9;
  pen.strokeStyle = PAPER;
  pen.stroke();
  pen.lineWidth = 4;
  pen.strokeStyle = "#0A5A69";
  pen.stroke();
}

function divide(canvas, pen) {
  pen.fillStyle = PAPER;
  pen.fillRect(canvas.width / 2 - 3, 0, 6, canvas.height);
}

function halves(canvas, pen, right) {
  const other = sheet(canvas.width, canvas.height);
  right(other);
  const middle = canvas.width / 2;
  pen.drawImage(other, middle, 0, middle, canvas.height, middle, 0, middle, canvas.height);
  divide(canvas, pen);
}

/* The same speckle each time. */
function speckle(canvas, pen) {
  const layer = sheet(canvas.width, canvas.height);
  const image = new ImageData(canvas.width, canvas.height);
  const next = steady(7);
  for (let i = 0; i < image.data.length; i += 4) {
    for (let c = 0; c < 3; c++) image.data[i + c] = next() % 256;
    image.data[i + 3] = 90;
  }
  layer.getContext("2d").putImageData(image, 0, 0);
  pen.drawImage(layer, 0, 0);
}

function tiles(canvas, pen, view) {
  const small = sheet(canvas.width / 3, canvas.height / 2);
  cut(small, view, layerOf(view));
  for (let i = 0; i < 6; i++) pen.drawImage(small, (i % 3) * small.width, Math.floor(i / 3) * small.height);
  pen.fillStyle = PAPER;
  for (const x of [1, 2]) pen.fillRect((x * canvas.width) / 3 - 3, 0, 6, canvas.height);
  pen.fillRect(0, canvas.height / 2 - 3, canvas.width, 6);
}

const DRAWINGS = {
  answer: (canvas, pen, view) => cut(canvas, view, layerOf(view)),
  cover: (canvas, pen, view) => {
    const [x, y] = brightestIn(view, cut(canvas, view));
    ring(pen, x, y, canvas.width / 6, canvas.width / 9, "#8D857B");
  },
  dog_or_cat: (canvas, pen, view) => {
    cut(canvas, view, layerOf(view));
    halves(canvas, pen, (other) => cut(other, view));
  },
  fool: (canvas, pen, view) => {
    cut(canvas, view);
    halves(canvas, pen, (other) => {
      cut(other, view);
      speckle(other, other.getContext("2d"));
    });
  },
  you_first: (canvas, pen, view) => {
    const [x, y] = brightestIn(view, cut(canvas, view));
    ring(pen, x, y, canvas.width / 5, canvas.width / 7, "rgba(95, 208, 224, .35)");
  },
  dress_up: (canvas, pen, view) => {
    const [x, y] = brightestIn(view, cut(canvas, view));
    const image = new Image();
    const across = canvas.width * 0.36;
    // With its tip on the card and its brim above what was bright, where there is room.
    const top = Math.max(-0.04 * canvas.height, y - canvas.height * 0.9);
    image.onload = () =>
      pen.drawImage(image, x - across / 2, top, across, (across * image.naturalHeight) / image.naturalWidth);
    image.src = new URL("parts/dress_up/pieces/party_hat.svg", document.baseURI).href;
  },
  move_the_window: (canvas, pen, view) => {
    cut(canvas, view);
    pen.fillStyle = "rgba(14, 11, 9, .6)";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    const small = sheet(canvas.width, canvas.height);
    cut(small, view);
    const box = [canvas.width * 0.4, canvas.height * 0.2, canvas.width * 0.45, canvas.width * 0.45];
    pen.drawImage(small, ...box, ...box);
    pen.setLineDash([18, 12]);
    pen.lineWidth = 6;
    pen.strokeStyle = LAKE;
    pen.strokeRect(...box);
  },
  try_map: (canvas, pen, view) => {
    cut(canvas, view, layerOf(view));
    pen.fillStyle = PAPER;
    pen.fillRect(0, canvas.height * 0.72, canvas.width, canvas.height);
    pen.fillStyle = "#CF4E0D";
    [0.25, 0.55, 0.8].forEach((share, i) =>
      pen.fillRect(24, canvas.height * (0.77 + 0.075 * i), canvas.width * share, 14),
    );
  },
  unlearned: (canvas, pen, view) => {
    cut(canvas, view, layerOf(view));
    const { width, height } = layerOf(view);
    const next = steady(11);
    const values = Float32Array.from({ length: width * height }, () => (next() % 100) / 100);
    halves(canvas, pen, (other) => cut(other, view, { width, height, values }));
  },
  for_and_against: (canvas, pen, view) => {
    const [x, y] = brightestIn(view, cut(canvas, view, layerOf(view)));
    const [across, down] = [canvas.width - x, canvas.height - y];
    const glow = pen.createRadialGradient(across, down, 10, across, down, canvas.width / 3.5);
    glow.addColorStop(0, "rgba(60, 150, 220, .85)");
    glow.addColorStop(1, "rgba(60, 150, 220, 0)");
    pen.fillStyle = glow;
    pen.fillRect(0, 0, canvas.width, canvas.height);
  },
  honest_grid: (canvas, pen, view) => {
    const place = cut(canvas, view);
    const map = layerOf(view);
    const [x, y, width, height] = view.seen;
    const [across, down] = [(width * place.width) / map.width, (height * place.height) / map.height];
    map.values.forEach((value, i) => {
      pen.fillStyle = `rgba(255, 176, 46, ${0.8 * value})`;
      pen.fillRect(
        x * place.width - place.left + (i % map.width) * across,
        y * place.height - place.top + Math.floor(i / map.width) * down,
        across - 2,
        down - 2,
      );
    });
  },
  from_nothing: (canvas, pen) => {
    pen.fillStyle = "#808080";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = PAPER;
    pen.beginPath();
    pen.roundRect(canvas.width / 2 - 50, canvas.height / 2 - 50, 100, 100, 30);
    pen.fill();
    pen.fillStyle = "#111";
    pen.font = "700 72px serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText("?", canvas.width / 2, canvas.height / 2 + 4);
  },
  honest: (canvas, pen, view) => {
    const parts = ["cover", "unlearned", "for_and_against", "honest_grid"];
    const width = canvas.width / parts.length;
    parts.forEach((name, i) => {
      const part = sheet(Math.ceil(width), canvas.height);
      DRAWINGS[name](part, part.getContext("2d"), view);
      pen.drawImage(part, i * width, 0);
    });
    pen.fillStyle = PAPER;
    for (let i = 1; i < parts.length; i++) pen.fillRect(i * width - 2, 0, 4, canvas.height);
  },
  two_heads: (canvas, pen, view) => {
    [0, Math.floor(view.layers.length / 2), view.layers.length - 1].forEach((at, i) => {
      const part = sheet(Math.ceil(canvas.width / 3), canvas.height);
      cut(part, view, view.layers[at], 0.8);
      pen.drawImage(part, (i * canvas.width) / 3, 0);
    });
    pen.fillStyle = PAPER;
    for (const x of [1, 2]) pen.fillRect((x * canvas.width) / 3 - 3, 0, 6, canvas.height);
  },
  many: tiles,
  memory_card: (canvas, pen, view) => {
    const small = sheet(canvas.width * 0.62, canvas.height * 0.6);
    const [x, y] = brightestIn(view, cut(small, view));
    ring(small.getContext("2d"), x, y, small.width / 5, small.width / 7, "rgba(95, 208, 224, .35)");
    pen.fillStyle = "#EAE0D0";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = PAPER;
    pen.fillRect(canvas.width * 0.15, canvas.height * 0.06, canvas.width * 0.7, canvas.height * 0.88);
    pen.drawImage(small, canvas.width * 0.19, canvas.height * 0.11);
    pen.fillStyle = "#857868";
    [0.77, 0.85].forEach((height, i) =>
      pen.fillRect(canvas.width * 0.19, canvas.height * height, canvas.width * (0.55 - 0.2 * i), 9),
    );
  },
};

/* Draws the picture of a card, or of the answer above the cards; a card without a drawing shows the picture. */
export function drawCard(name, canvas, view) {
  const pen = canvas.getContext("2d");
  (DRAWINGS[name] ?? DRAWINGS.answer)(canvas, pen, view);
}
