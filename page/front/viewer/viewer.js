/* The viewer. Gradio calls this once, with `element`, `props` and `watch`. Nothing here asks the server. */

const { words, places, look } = props;
const {
  alphaTable,
  brightestNinth,
  decodeBytes,
  decodeGrid,
  glow,
  legend,
  lines,
  loaded,
  make,
  option,
  pixelBox,
  say,
  sheet,
} = seewhy.shared;
const { placeOf, upsample, veil } = seewhy.shared;
const find = (selector) => seewhy.shared.find(element, selector);

const canvas = find("canvas");
const context = canvas.getContext("2d");
const palettes = Object.fromEntries(Object.entries(look.palettes).map(([name, text]) => [name, decodeBytes(text)]));
const saved = { layer: null, opacity: look.opacity, colormap: look.colormap };
seewhy.draws = 0;

let shown = null; // what the server sent, and what was computed from it for this picture
seewhy.view = () => shown;
/* What was shown of this picture for the first answer, or for another class by its number. */
const views = new Map();
seewhy.viewOf = (index) => views.get(index) ?? null;
/* The name of the picture that is here, so that the server does not send it again. */
seewhy.drawn = () => shown?.picture ?? "";
let bare = false;
let loading = 0;

find(".hold span").textContent = words.hold;
find(".save").setAttribute("aria-label", words.save);
find(".save").title = words.save;
find(".move").setAttribute("aria-label", words.move);
find(".move").title = words.move;
find(".move").addEventListener("click", () => seewhy.open("move_the_window"));
find(".save").hidden = !props.saving;
find(".little").textContent = words.little;
find(".most").textContent = words.most;
find(".slider label").textContent = words.glow;
find("summary").textContent = words.curious;
find(".colours span").textContent = words.colours;
for (const name of Object.keys(palettes)) find("select").append(option(words[`colours_${name}`], name));
const slider = find("#glow");
slider.value = Math.round(100 * saved.opacity);

function layerNow() {
  return (
    shown.layers.find((layer) => layer.title === saved.layer) ??
    shown.layers.find((layer) => layer.name === shown.default_layer)
  );
}

function valuesOf(layer) {
  layer.upsampled ??= upsample(layer, shown.box.right - shown.box.left, shown.box.bottom - shown.box.top);
  return layer.upsampled;
}

/* A picture, dimmed where the model did not look, and a map over the rest, or none. */
function lay(pen, image, width, height, box, map, opacity) {
  pen.drawImage(image, 0, 0, width, height);
  veil(pen, width, height, box, look);
  if (!map) return;
  const [across, down] = [box.right - box.left, box.bottom - box.top];
  pen.drawImage(glow(across, down, map, palettes[saved.colormap], alphaTable(look, opacity)), box.left, box.top);
}

function draw() {
  if (!shown) return;
  lay(context, shown.image, canvas.width, canvas.height, shown.box, bare ? null : valuesOf(layerNow()), saved.opacity);
  describe();
  seewhy.draws += 1;
}

/* Where the map is brightest, in words. */
function place(layer) {
  return placeOf(brightestNinth(layer), places);
}

function describe() {
  const layer = layerNow();
  const empty = !(layer.maximum > 0);
  const values = { layer: layer.title, label: shown.label, place: empty ? "" : place(layer) };
  canvas.setAttribute("aria-label", say(empty ? words.describe_nothing : words.describe, values));
  find(".read").textContent = say(empty ? words.nothing : words.read, values);
  find(".about").textContent = say(words.about, values);
  find("output").textContent = say(words.percent, { percent: Math.round(100 * saved.opacity) });
  slider.style.setProperty("--value", `${Math.round(100 * saved.opacity)}%`);
  const facts = [
    say(words.grid, { width: layer.width, height: layer.height }),
    say(words.path, { name: layer.name }),
    say(words.method, { method: shown.method }),
    say(words.model, { model: shown.model }),
    ...(shown.rates ? [say(shown.rates.own ? words.bound_own : words.bound, shown.rates)] : []),
  ];
  find(".curious ul").replaceChildren(...facts.map((fact) => make("li", "", fact)));
  drawLegend();
}

/* The legend fades as the map does: the map's colours over a middle grey, as bright as the glow makes them. */
function drawLegend() {
  const pixels = legend(palettes[saved.colormap], alphaTable(look, saved.opacity));
  find(".ramp").getContext("2d").putImageData(new ImageData(pixels, 256), 0, 0);
}

function drawStrip() {
  find("#layers-title").textContent = say(words.layers, { count: shown.layers.length });
  find(".strip").replaceChildren(...shown.layers.map(radio));
}

function radio(layer) {
  const label = make("label");
  const input = Object.assign(make("input"), { type: "radio", name: "layer", value: layer.name });
  input.checked = layer === layerNow();
  input.addEventListener("change", () => {
    saved.layer = layer.title;
    draw();
  });
  label.append(input, thumbnail(layer), make("span", "", layer.title));
  return label;
}

/* A thumbnail shows the seen part with a strong map, so that the layers differ at a glance. */
function thumbnail(layer) {
  const small = sheet(132, 88);
  small.setAttribute("aria-hidden", "true");
  const pen = small.getContext("2d");
  const { left, top, right, bottom } = shown.box;
  const scale = Math.max(small.width / (right - left), small.height / (bottom - top));
  const width = Math.max(small.width, Math.round((right - left) * scale));
  const height = Math.max(small.height, Math.round((bottom - top) * scale));
  const whole = sheet(width, height);
  const brush = whole.getContext("2d");
  brush.drawImage(shown.image, left, top, right - left, bottom - top, 0, 0, width, height);
  brush.drawImage(
    glow(width, height, upsample(layer, width, height), palettes[saved.colormap], alphaTable(look, 0.8)),
    0,
    0,
  );
  pen.drawImage(whole, (small.width - width) / 2, (small.height - height) / 4);
  return small;
}

/* Draws a picture with a map as the viewer does; `map` is a layer as the server gives it, or nothing. */
seewhy.drawMap = (target, image, seen, map, opacity = look.opacity) => {
  const { width, height } = target;
  const box = pixelBox(seen, width, height);
  const [across, down] = [box.right - box.left, box.bottom - box.top];
  const values = map && upsample({ ...map, values: "values" in map ? map.values : map.grid }, across, down);
  lay(target.getContext("2d"), image, width, height, box, values, opacity);
};

function drawSeen() {
  const [x, y, width, height] = shown.seen;
  const all = width > 0.995 && height > 0.995;
  const frame = find(".seen");
  frame.hidden = all;
  find(".unseen").replaceChildren(
    ...(all ? [] : [make("span", "wide", words.unseen), make("span", "narrow", words.unseen_short)]),
  );
  find(".move").hidden = all;
  Object.assign(frame.style, {
    left: `${100 * x}%`,
    top: `${100 * y}%`,
    width: `${100 * width}%`,
    height: `${100 * height}%`,
  });
}

/* What is drawn, of what the server sent and its picture. */
function made(value, image) {
  const box = pixelBox(value.seen, image.naturalWidth, image.naturalHeight);
  const layers = value.layers.map((layer) => ({ ...layer, values: decodeGrid(layer.grid) }));
  return { ...value, image, box, layers };
}

/* The same for another picture than the one on the page, which stays. */
seewhy.viewFrom = async (value) => made(value, await loaded(value.base));

async function show(value) {
  const turn = ++loading;
  if (!value) {
    shown = null;
    views.clear();
    return;
  }
  const again = shown?.picture === value.picture; // another question about the same picture
  const image = value.base ? Object.assign(new Image(), { src: value.base }) : again ? shown.image : null;
  await image?.decode(); // also of one that is here: what else the answer changes on the page is there by then
  if (turn !== loading || !image) return; // a newer picture has come meanwhile, or this one was put away
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const other = shown?.picture !== value.picture || shown.model !== value.model;
  if (other || shown.method !== value.method) views.clear();
  if (other && seewhy.chosen) {
    seewhy.chosen = null; // another picture, or another model: the tests are about its first answer again
    seewhy.answerAgain();
  }
  shown = made(value, image);
  if (value.index !== null) views.set(value.index, shown);
  find(".pic").style.setProperty("--shape", canvas.width / canvas.height);
  drawSeen();
  drawStrip();
  draw();
  if (!again) {
    canvas.classList.remove("arrived");
    void canvas.offsetWidth; // restarts the fade
    canvas.classList.add("arrived");
  }
  seewhy.arrived?.(again);
}

// Gradio tells of a value only when it differs from the last one: a picture that was put away may come again.
seewhy.forget = () => {
  props.value = null;
  shown = null;
  views.clear();
  loading += 1;
};

function hold(on) {
  if (bare === on || !shown) return;
  bare = on;
  find(".hold").setAttribute("aria-pressed", String(on));
  draw();
}

const holder = find(".hold");
holder.addEventListener("pointerdown", (event) => {
  holder.setPointerCapture(event.pointerId);
  hold(true);
});
for (const name of ["pointerup", "pointercancel", "lostpointercapture", "blur"])
  holder.addEventListener(name, () => hold(false));
holder.addEventListener("keydown", (event) => {
  if (event.key === " " || event.key === "Enter") {
    event.preventDefault();
    hold(true);
  }
});
holder.addEventListener("keyup", () => hold(false));
holder.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch holds, it opens no menu

slider.addEventListener("input", () => {
  saved.opacity = slider.value / 100;
  draw();
});
find("select").addEventListener("change", (event) => {
  saved.colormap = event.target.value;
  drawStrip();
  draw();
});

const SAVED_AT_LEAST = 1000; // dots along the longer side of what is saved
const NARROWEST = 640; // dots that words need

/* The picture as it stands, with a caption below it that says what it shows. */
find(".save").addEventListener("click", async () => {
  if (!(await seewhy.reads())) return;
  const scale = Math.max(1, SAVED_AT_LEAST / Math.max(canvas.width, canvas.height));
  const [across, down] = [Math.round(canvas.width * scale), Math.round(canvas.height * scale)];
  const width = Math.max(across, NARROWEST);
  const line = Math.max(28, Math.round(width / 26));
  const other = shown.label !== shown.answer;
  const caption = other
    ? say(words.caption_other, {
        label: shown.label,
        percent: shown.percent && `, ${shown.percent}`,
        answer: shown.answer,
      })
    : say(shown.outside ? words.caption_outside : words.caption, { label: shown.label, percent: shown.percent });
  const small = say(words.caption_small, { layer: layerNow().title, method: shown.method, model: shown.model });
  const fonts = [`700 ${line}px Georgia, "Noto Serif", serif`, `${Math.round(0.62 * line)}px system-ui, sans-serif`];
  const measured = sheet(1, 1).getContext("2d");
  const [large, fine] = [caption, small].map((text, i) => {
    measured.font = fonts[i];
    return lines(text, width - 2 * line, (part) => measured.measureText(part).width);
  });
  const whole = sheet(width, Math.round(down + line * (1.2 * large.length + 0.9 * fine.length + 1)));
  const pen = whole.getContext("2d");
  pen.fillStyle = "#15110E";
  pen.fillRect(0, 0, whole.width, whole.height);
  pen.drawImage(canvas, (width - across) / 2, 0, across, down);
  const rtl = document.documentElement.dir === "rtl";
  const start = rtl ? width - line : line;
  pen.direction = rtl ? "rtl" : "ltr";
  let at = down + 0.3 * line;
  for (const [parts, font, colour, high] of /** @type {[string[], string, string, number][]} */ ([
    [large, fonts[0], "#F8F0E4", 1.2],
    [fine, fonts[1], "#C9BCAB", 0.9],
  ])) {
    Object.assign(pen, { font, fillStyle: colour });
    for (const part of parts) pen.fillText(part, start, (at += high * line));
  }
  whole.toBlob((blob) => {
    if (!blob) return; // larger than this browser can write
    seewhy.save(blob, say(words.file, { label: shown.word.toLowerCase().replace(/[^a-z0-9]+/g, "-") }));
  }, "image/png");
});

// The map is right all the same; below it stands what is not.
seewhy.spoiled().then((spoiled) => {
  if (spoiled) find(".read").after(make("p", "small spoiled", seewhy.given.spoiled));
});

watch("value", () => show(props.value));
if (props.value) show(props.value);
