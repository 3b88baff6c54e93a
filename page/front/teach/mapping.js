/* The map of a taught thing: its squares on a scale that never moves, over the square that the model sees. */

const { alphaTable, brightestNinth, decodeBytes, glow, legend, placeOf, say, sheet, upsample } = window.seewhy.shared;
const SIDE = 224; // dots of a map that is drawn

export function mapping({ words, places, look }) {
  const palette = decodeBytes(look.palettes[look.colormap]);
  const alphas = alphaTable(look, look.opacity);
  return {
    /* An empty sheet for maps. */
    sheet() {
      const made = sheet(SIDE, SIDE);
      made.className = "glow";
      made.setAttribute("role", "img");
      return made;
    },

    /* Draws values of 0 to 1 on a sheet; none empty it. */
    draw(canvas, size, values = size?.grid) {
      const pen = canvas.getContext("2d");
      pen.clearRect(0, 0, canvas.width, canvas.height);
      if (!values) return;
      const whole = upsample({ ...size, values }, canvas.width, canvas.height);
      pen.drawImage(glow(canvas.width, canvas.height, whole, palette, alphas), 0, 0);
    },

    /* What a map shows, in words. */
    describe(name, size, values = size?.grid) {
      if (!values?.some((value) => value > 0.02)) return say(words.describe_nothing, { name });
      return say(words.describe, { name, place: placeOf(brightestNinth({ ...size, values }), places) });
    },

    /* A line around what is marked in a mask, which is white there. */
    outline(mask) {
      const made = sheet(2 * SIDE, 2 * SIDE);
      made.className = "outline";
      made.setAttribute("aria-hidden", "true");
      createImageBitmap(mask).then((image) => trace(made, image));
      return made;
    },

    ramp() {
      const made = sheet(256, 1);
      made.className = "ramp";
      made.setAttribute("aria-hidden", "true");
      made.getContext("2d").putImageData(new ImageData(legend(palette, alphas), 256), 0, 0);
      return made;
    },
  };
}

function trace(canvas, image) {
  const { width, height } = canvas;
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0, width, height);
  const { data } = pen.getImageData(0, 0, width, height);
  const inside = (x, y) => x >= 0 && y >= 0 && x < width && y < height && data[4 * (y * width + x)] > 127;
  pen.clearRect(0, 0, width, height);
  for (const [size, colour] of /** @type {const} */ ([
    [7, "#fff"],
    [4, "#0A5A69"],
  ])) {
    pen.fillStyle = colour;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const edge = inside(x, y) && !(inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1));
        if (edge) pen.fillRect(x - size / 2, y - size / 2, size, size);
      }
    }
  }
}
