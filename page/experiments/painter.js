/* Marking a part of the picture: by finger, by mouse, or with the arrow keys and the space bar. What is painted stays
   in the browser; an experiment asks for it as a mask, white where it is marked. */

import { brightestMarks, extentIn, fileOf, outline as ringed, sizeOf, whereOf } from "./marks.js";
import { amountOf } from "./grids.js";
import { between } from "./placing.js";
import { brightestNinth, button, group, make, ninthAt, placeOf, pressOnly, say, sheet, spoken } from "./shared.js";

const PAUSE = 1000; // milliseconds: nobody hears more than one sentence in a second
const SIZES = { small: 0.025, medium: 0.055, large: 0.11 }; // the brush's radius, of the longer side

/**
 * The tools on the picture. Gives `element`, and what an experiment asks of it.
 * @param {object} given
 * @param {View} given.view
 * @param {Words} given.words
 * @param {Words} given.places what the ninths of the picture are called
 * @param {DrawMap} given.drawMap
 * @param {Grid | null} [given.map] to be drawn over the picture
 * @param {HTMLElement | null} [given.instead] a button that is offered as long as nothing is marked
 * @param {(some: boolean) => void} [given.changed] called after every mark
 * @param {string} [given.brush] the brush to begin with: "small", "medium" or "large"
 * @param {(brush: string) => void} [given.resized] called with the brush that was chosen
 */
export function painter({ view, words, places, drawMap, ...more }) {
  const { map = null, instead = null, changed = () => {}, brush: first = "medium", resized = () => {} } = more;
  const { image, seen } = view;
  const { width, height } = sizeOf(image);
  const longer = Math.max(width, height);

  const still = sheet(image.naturalWidth, image.naturalHeight);
  drawMap(still, image, seen, map);
  const marks = sheet(width, height);
  const tint = sheet(width, height);
  const canvas = sheet(still.width, still.height);
  const ring = make("span", "brush-ring");
  const frame = make("div", "painter-picture");
  const strokes = []; // each a function that paints itself
  let size = first;
  let stroke = null; // the one that is being painted
  let keyed = false; // whether the space bar holds the brush down
  const cursor = { x: (seen[0] + seen[2] / 2) * width, y: (seen[1] + seen[3] / 2) * height };
  const radius = () => SIZES[size] * longer;

  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", words.paint_here);
  frame.style.setProperty("--shape", String(width / height));
  frame.append(canvas, ring);

  function draw() {
    const pen = marks.getContext("2d");
    pen.clearRect(0, 0, width, height);
    for (const paint of strokes) paint(pen);
    const brush = tint.getContext("2d");
    brush.globalCompositeOperation = "copy";
    brush.drawImage(marks, 0, 0);
    brush.globalCompositeOperation = "source-in";
    brush.fillStyle = "#5FD0E0";
    brush.fillRect(0, 0, width, height);
    const show = canvas.getContext("2d");
    show.drawImage(still, 0, 0);
    show.globalAlpha = 0.62;
    show.drawImage(tint, 0, 0, canvas.width, canvas.height);
    show.globalAlpha = 1;
    outline(canvas);
    offer();
    changed(strokes.length > 0);
  }

  /* Only what can be done now; what goes away hands the keyboard on. */
  function offer() {
    const held = /** @type {HTMLElement | null} */ (document.activeElement);
    undo.hidden = clear.hidden = strokes.length === 0;
    if (instead) instead.hidden = strokes.length > 0;
    if (held?.hidden) canvas.focus({ preventScroll: true });
  }

  /* A line around what is marked, moved by a share of the picture and cut to a box where one is given. */
  const outline = (target, shift = [0, 0], box = null) => ringed(marks, target, shift, box);

  function begin(x, y) {
    seewhy.hush(); // what was said of a picture without marks
    const points = [[x, y]];
    const wide = radius();
    stroke = points;
    strokes.push((pen) => {
      Object.assign(pen, {
        lineWidth: 2 * wide,
        lineCap: "round",
        lineJoin: "round",
        strokeStyle: "#fff",
        fillStyle: "#fff",
      });
      pen.beginPath();
      if (points.length === 1) {
        pen.arc(points[0][0], points[0][1], wide, 0, 7);
        pen.fill();
        return;
      }
      for (const [px, py] of points) pen.lineTo(px, py);
      pen.stroke();
    });
    draw();
  }

  function go(x, y) {
    if (!stroke) return;
    stroke.push([x, y]);
    draw();
  }

  function end() {
    if (stroke) tell(marked);
    stroke = null;
    keyed = false;
  }

  /* --- what one hears --- */

  const heard = spoken("sr", "");
  let telling = null; // the sentence that is due
  let blind = false; // in a browser that gives other dots than those on a canvas
  function tell(text) {
    clearTimeout(telling);
    telling = setTimeout(() => {
      if (!blind) heard.textContent = text();
    }, PAUSE);
  }

  /* How much of what the model sees is marked, and where. */
  function marked() {
    const extent = extentIn(marks, seen);
    if (!extent) return words.marked_none;
    const amount = {
      little: words.amount_little,
      tenth: words.amount_tenth,
      fifth: words.amount_fifth,
      third: words.amount_third,
      half: words.amount_half,
      most: words.amount_most,
    }[amountOf(extent.share)];
    return say(words.marked, { amount, place: whereOf(extent, places) });
  }

  const brushAt = () => {
    const [x, y] = [(cursor.x / width - seen[0]) / seen[2], (cursor.y / height - seen[1]) / seen[3]];
    return say(words.brush_at, { place: placeOf(ninthAt(x, y), places) });
  };

  function showRing(on) {
    ring.hidden = !on;
    Object.assign(ring.style, {
      left: `${(100 * cursor.x) / width}%`,
      top: `${(100 * cursor.y) / height}%`,
      width: `${(200 * radius()) / width}%`,
    });
  }

  /* --- finger and mouse --- */

  function move(event) {
    const box = canvas.getBoundingClientRect();
    cursor.x = between(0, (width * (event.clientX - box.left)) / box.width, width);
    cursor.y = between(0, (height * (event.clientY - box.top)) / box.height, height);
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    move(event);
    begin(cursor.x, cursor.y);
    showRing(event.pointerType === "mouse");
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!event.isPrimary) return;
    move(event);
    if (stroke && !keyed) go(cursor.x, cursor.y);
    showRing(event.pointerType === "mouse");
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, end);
  canvas.addEventListener("pointerleave", () => showRing(canvas.matches(":focus-visible")));
  canvas.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch paints, it opens no menu

  /* --- keys --- */

  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    const back = event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey));
    if (!step && event.key !== " " && !back) return;
    event.preventDefault();
    if (back) return undoLast();
    if (step) {
      cursor.x = between(0, cursor.x + step[0] * radius(), width);
      cursor.y = between(0, cursor.y + step[1] * radius(), height);
      if (keyed) go(cursor.x, cursor.y);
      else tell(brushAt);
    } else if (!event.repeat) {
      begin(cursor.x, cursor.y);
      keyed = true;
    }
    showRing(true);
  });
  canvas.addEventListener("keyup", (event) => {
    if (event.key === " ") end();
  });
  canvas.addEventListener("focus", () => showRing(canvas.matches(":focus-visible")));
  canvas.addEventListener("blur", () => {
    end();
    showRing(false);
  });

  /* --- the tools --- */

  function undoLast() {
    strokes.pop();
    end();
    draw();
    tell(marked);
  }
  function clearAll() {
    strokes.length = 0;
    end();
    draw();
    tell(marked);
  }

  const undo = button("tool", words.undo, undoLast);
  const clear = button("tool", words.clear, clearAll);
  const brushes = group("choice brushes", words.brush);
  const names = { small: words.brush_small, medium: words.brush_medium, large: words.brush_large };
  for (const name of Object.keys(SIZES)) {
    const one = button("", "", () => {
      choose(name);
      resized(name);
    });
    one.dataset.size = name;
    one.setAttribute("aria-label", names[name]);
    one.append(make("i"));
    brushes.append(one);
  }
  function choose(name) {
    size = name;
    pressOnly(brushes, (one) => one.dataset.size === name);
  }
  const tools = make("div", "painter-tools");
  tools.append(brushes, undo, clear, ...(instead ? [instead] : []));
  const element = make("div", "painter");
  const panel = make("div", "panel");
  panel.append(frame);
  element.append(panel, tools, heard, make("p", "small by-keys", words.paint_keys));

  // A browser that does not let a page read its canvas would send other marks than these.
  seewhy.spoiled().then((spoiled) => {
    blind = spoiled;
    if (spoiled) tools.before(make("p", "small", seewhy.given.spoiled));
  });

  choose(size);
  showRing(false);
  draw();

  return {
    element,
    outline,
    empty: () => strokes.length === 0,

    /* The marks as the base64 of a PNG, white on black. */
    mask: () => fileOf(marks),

    /* Marks the brightest share of a map, as one stroke. */
    markBrightest(layer, share) {
      const brightest = brightestMarks(view, layer, share);
      seewhy.hush();
      strokes.push((brush) => brush.drawImage(brightest, 0, 0));
      draw();
      tell(() => say(words.marked_bright, { place: placeOf(brightestNinth(layer), places) }));
    },
  };
}

/* The name of what was marked: one of a few words to tap, or one of at most `most` letters that is typed. */
export function namer({ words, parts, most }) {
  const element = make("div", "namer");
  const choices = group("choice", words.name_it);
  const typed = Object.assign(make("input", "typed"), { type: "text", maxLength: most, placeholder: words.name_type });
  typed.setAttribute("aria-label", words.name_type);
  let chosen = "";
  for (const part of parts) {
    const one = button("", part, () => {
      typed.value = "";
      choose(chosen === part ? "" : part);
    });
    choices.append(one);
  }
  function choose(part) {
    chosen = part;
    pressOnly(choices, (one) => one.textContent === part);
  }
  choose("");
  typed.addEventListener("input", () => {
    if (typed.value) choose("");
  });
  element.append(make("b", "small", words.name_it), choices, typed);
  return { element, value: () => typed.value.trim() || chosen };
}
