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
      for (let k = 4 * x; k < 4 * x + 4; k++)
        sum += across.weights[k] * layer.values[y * layer.width + across.places[k]];
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

/* Dims what the model did not see: all around the box. */
function veil(pen, width, height, box, look) {
  pen.fillStyle = `rgba(${look.unseen_colour.join(", ")}, ${look.unseen_opacity})`;
  pen.fillRect(0, 0, width, box.top);
  pen.fillRect(0, box.bottom, width, height - box.bottom);
  pen.fillRect(0, box.top, box.left, box.bottom - box.top);
  pen.fillRect(box.right, box.top, width - box.right, box.bottom - box.top);
}

/* The map alone, as colours that cover more or less: laid over a picture it is the blend, and no picture was read for it,
   which some browsers do not allow. */
function glow(width, height, values, palette, alphas) {
  const sheet = Object.assign(document.createElement("canvas"), { width, height });
  const frame = new ImageData(width, height);
  for (let i = 0; i < values.length; i++) {
    const colour = 3 * Math.round(values[i] * 255);
    frame.data[4 * i] = palette[colour];
    frame.data[4 * i + 1] = palette[colour + 1];
    frame.data[4 * i + 2] = palette[colour + 2];
    frame.data[4 * i + 3] = 255 * alphas[Math.round(values[i] * 1024)];
  }
  sheet.getContext("2d").putImageData(frame, 0, 0);
  return sheet;
}
