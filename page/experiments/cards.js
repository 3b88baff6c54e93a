/* The pictures on the cards: the visitor's own, with a hint of what the test does to it. */

const LAKE = "#5FD0E0";
const PAPER = "#FFFCF6";

const layerOf = (view, name = view.default_layer) => view.layers.find((layer) => layer.name === name);

/* The picture cut to the canvas, and a map over it or none. */
function cut(canvas, view, map = null, opacity = 0.66) {
  const [, , width, height] = view.seen;
  const { naturalWidth, naturalHeight } = view.image;
  const scale = Math.max(
    canvas.width / (width * naturalWidth),
    canvas.height / (height * naturalHeight),
    canvas.width / naturalWidth,
    canvas.height / naturalHeight,
  );
  const whole = Object.assign(document.createElement("canvas"), {
    width: Math.max(canvas.width, Math.round(naturalWidth * scale)),
    height: Math.max(canvas.height, Math.round(naturalHeight * scale)),
  });
  const keep = (value, most) => Math.min(Math.max(0, value), most);
  // Around the brightest place, which is what the cards are about.
  const [across, down] = brightest(view);
  const left = keep(across * whole.width - canvas.width / 2, whole.width - canvas.width);
  const top = keep(down * whole.height - canvas.height / 2, whole.height - canvas.height);
  if (map) seewhy.drawMap(whole, view.image, [0, 0, 1, 1], spread(map, view.seen), opacity);
  else whole.getContext("2d").drawImage(view.image, 0, 0, whole.width, whole.height);
  canvas.getContext("2d").drawImage(whole, -left, -top);
  return { left, top, whole };
}

/* A map of the seen part as one of the whole picture, with nothing outside, so that no part is dimmed on a card. */
function spread(map, [x, y, width, height]) {
  const across = Math.max(map.width, Math.round(map.width / width));
  const down = Math.max(map.height, Math.round(map.height / height));
  const values = new Float32Array(across * down);
  for (let row = 0; row < map.height; row++) {
    for (let column = 0; column < map.width; column++) {
      const to =
        Math.min(down - 1, Math.round(y * down) + row) * across + Math.min(across - 1, Math.round(x * across) + column);
      values[to] = map.values[row * map.width + column];
    }
  }
  return { width: across, height: down, values };
}

/* Where the map is brightest, in fractions of the picture. */
function brightest(view) {
  const map = layerOf(view);
  let at = 0;
  map.values.forEach((value, i) => {
    if (value > map.values[at]) at = i;
  });
  const [x, y, width, height] = view.seen;
  return [
    x + (width * ((at % map.width) + 0.5)) / map.width,
    y + (height * (Math.floor(at / map.width) + 0.5)) / map.height,
  ];
}

/* The same in the pixels of a canvas that the picture was cut to. */
function brightestIn(view, { left, top, whole }) {
  const [x, y] = brightest(view);
  return [x * whole.width - left, y * whole.height - top];
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
  const other = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  right(other);
  const middle = canvas.width / 2;
  pen.drawImage(other, middle, 0, middle, canvas.height, middle, 0, middle, canvas.height);
  divide(canvas, pen);
}

/* The same speckle each time, by a small generator of its own. */
function speckle(canvas, pen) {
  const sheet = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  const image = new ImageData(canvas.width, canvas.height);
  let seed = 7;
  for (let i = 0; i < image.data.length; i += 4) {
    for (let c = 0; c < 3; c++) {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      image.data[i + c] = (seed >> 16) % 256;
    }
    image.data[i + 3] = 90;
  }
  sheet.getContext("2d").putImageData(image, 0, 0);
  pen.drawImage(sheet, 0, 0);
}

function tiles(canvas, pen, view) {
  const small = Object.assign(document.createElement("canvas"), { width: canvas.width / 3, height: canvas.height / 2 });
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
    const small = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
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
    let seed = 11;
    const values = Float32Array.from({ length: width * height }, () => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return ((seed >> 16) % 100) / 100;
    });
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
    const [across, down] = [(width * place.whole.width) / map.width, (height * place.whole.height) / map.height];
    map.values.forEach((value, i) => {
      pen.fillStyle = `rgba(255, 176, 46, ${0.8 * value})`;
      pen.fillRect(
        x * place.whole.width - place.left + (i % map.width) * across,
        y * place.whole.height - place.top + Math.floor(i / map.width) * down,
        across - 2,
        down - 2,
      );
    });
  },
  two_heads: (canvas, pen, view) => {
    const picture = (at) =>
      Object.assign(document.createElement("canvas"), {
        width: Math.ceil(canvas.width / 3),
        height: canvas.height,
        at,
      });
    [0, Math.floor(view.layers.length / 2), view.layers.length - 1].forEach((at, i) => {
      const part = picture(at);
      cut(part, view, view.layers[at], 0.8);
      pen.drawImage(part, (i * canvas.width) / 3, 0);
    });
    pen.fillStyle = PAPER;
    for (const x of [1, 2]) pen.fillRect((x * canvas.width) / 3 - 3, 0, 6, canvas.height);
  },
  many: tiles,
  memory_card: (canvas, pen, view) => {
    const small = Object.assign(document.createElement("canvas"), {
      width: canvas.width * 0.62,
      height: canvas.height * 0.6,
    });
    const [x, y] = brightestIn(view, cut(small, view));
    ring(small.getContext("2d"), x, y, small.width / 5, small.width / 7, "rgba(95, 208, 224, .35)");
    pen.fillStyle = "#EAE0D0";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = PAPER;
    pen.fillRect(canvas.width * 0.15, canvas.height * 0.06, canvas.width * 0.7, canvas.height * 0.88);
    pen.drawImage(small, canvas.width * 0.19, canvas.height * 0.11);
    pen.fillStyle = "#857868";
    [0.77, 0.85].forEach((y, i) =>
      pen.fillRect(canvas.width * 0.19, canvas.height * y, canvas.width * (0.55 - 0.2 * i), 9),
    );
  },
};

/* Draws the picture of a card, or of the answer above the cards; a card without a drawing shows the picture. */
export function drawCard(name, canvas, view) {
  const pen = canvas.getContext("2d");
  (DRAWINGS[name] ?? DRAWINGS.answer)(canvas, pen, view);
}
