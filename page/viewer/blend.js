/* The browser's copy of explainer/heatmap.py: cubic upsampling between cell centres, colours, blend.
   The constants arrive with the component; a test compares the two pixel by pixel. */

function decodeBytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/* One axis of OpenCV's INTER_CUBIC: for each target place four source places and their weights, a = -0.75. */
function cubicTaps(from, to) {
  const a = -0.75;
  const places = new Int32Array(4 * to);
  const weights = new Float32Array(4 * to);
  for (let i = 0; i < to; i++) {
    const x = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(x);
    const t = x - first;
    const near = (d) => ((a + 2) * d - (a + 3)) * d * d + 1;
    const far = (d) => ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
    const taps = [far(t + 1), near(t), near(1 - t), 0];
    taps[3] = 1 - taps[0] - taps[1] - taps[2];
    for (let k = 0; k < 4; k++) {
      places[4 * i + k] = Math.min(from - 1, Math.max(0, first - 1 + k));
      weights[4 * i + k] = taps[k];
    }
  }
  return { places, weights };
}

function upsample(layer, width, height) {
  const across = cubicTaps(layer.width, width);
  const down = cubicTaps(layer.height, height);
  const rows = new Float32Array(layer.height * width);
  for (let y = 0; y < layer.height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 4 * x; k < 4 * x + 4; k++) sum += across.weights[k] * layer.values[y * layer.width + across.places[k]];
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

function pixelBox(seen, width, height) {
  const left = Math.min(Math.round(seen[0] * width), width - 1);
  const top = Math.min(Math.round(seen[1] * height), height - 1);
  return {
    left,
    top,
    right: Math.max(Math.round((seen[0] + seen[2]) * width), left + 1),
    bottom: Math.max(Math.round((seen[1] + seen[3]) * height), top + 1),
  };
}

/* Alpha takes 1,024 steps here: finer than eight bits can show, and a power for each pixel would be slow. */
function alphaTable(look, opacity) {
  return Float32Array.from({ length: 1025 }, (_, i) => opacity * Math.min(1, i / 1024 / look.full_from) ** look.curve);
}

/* Dims what the model did not see. */
function dim(pixels, width, height, box, look) {
  for (let y = 0; y < height; y++) {
    const inside = y >= box.top && y < box.bottom;
    for (let x = 0; x < width; x++) {
      if (inside && x === box.left) x = box.right;
      if (x >= width) break;
      const at = 4 * (y * width + x);
      for (let c = 0; c < 3; c++) {
        pixels[at + c] = pixels[at + c] * (1 - look.unseen_opacity) + look.unseen_colour[c] * look.unseen_opacity;
      }
    }
  }
}

/* Writes the blend of `base` and the map into `pixels`, inside the box only; both are RGBA bytes. */
function glow(pixels, base, width, box, values, palette, alphas) {
  let i = 0;
  for (let y = box.top; y < box.bottom; y++) {
    for (let x = box.left; x < box.right; x++, i++) {
      const at = 4 * (y * width + x);
      const alpha = alphas[Math.round(values[i] * 1024)];
      const colour = 3 * Math.round(values[i] * 255);
      pixels[at] = base[at] + (palette[colour] - base[at]) * alpha;
      pixels[at + 1] = base[at + 1] + (palette[colour + 1] - base[at + 1]) * alpha;
      pixels[at + 2] = base[at + 2] + (palette[colour + 2] - base[at + 2]) * alpha;
    }
  }
}
