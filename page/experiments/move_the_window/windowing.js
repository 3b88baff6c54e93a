/* The picture with a square window that a finger, the mouse or the keys move and resize. What is outside is dimmed. */

import { grip, inside, pulled } from "../placing.js";
import { around, make } from "../shared.js";

const STEP = 0.02; // of the picture's shorter side, for one press of an arrow key
const GROW = 1.1;
const SMALLEST = 0.25; // of the shorter side: less is only a few dots
const NEAR = 0.004; // a window that is moved by less was not moved

/* `start` is where the window begins, in fractions of the picture. `moved(on)` is called after every change; `on` tells
   whether the window is elsewhere than the model's own. Gives `window()` in fractions of the picture. */
export function windowing({ words, view, start: begin, moved }) {
  const { naturalWidth: across, naturalHeight: down } = view.image;
  const picture = { width: across, height: down };
  const shorter = Math.min(across, down);
  const [x, y, width, height] = view.seen;
  // In pixels of the picture: its middle and its side.
  const usual = {
    x: (x + width / 2) * across,
    y: (y + height / 2) * down,
    side: Math.min(width * across, height * down),
  };
  let now = {
    x: (begin.x + begin.width / 2) * across,
    y: (begin.y + begin.height / 2) * down,
    side: begin.width * across,
  };

  const figure = make("div", "figure");
  figure.append(Object.assign(make("img"), { src: view.image.src, alt: "", draggable: false }));
  figure.style.setProperty("--shape", String(across / down));
  const frame = Object.assign(make("button", "window"), { type: "button" });
  frame.setAttribute("aria-label", words.window);
  const corners = [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ].map(([right, below]) => {
    return { element: make("span", "corner"), corner: [right, below] };
  });
  frame.append(...corners.map((each) => each.element));
  figure.append(frame);

  function change(to) {
    now = inside({ ...now, ...to }, picture, SMALLEST);
    const at = box();
    Object.assign(frame.style, {
      left: `${100 * at.x}%`,
      top: `${100 * at.y}%`,
      width: `${100 * at.width}%`,
      height: `${100 * at.height}%`,
    });
    moved(Math.max(...["x", "y", "side"].map((key) => Math.abs(now[key] - usual[key]))) > NEAR * shorter);
  }

  const box = () => ({
    x: (now.x - now.side / 2) / across,
    y: (now.y - now.side / 2) / down,
    width: now.side / across,
    height: now.side / down,
  });

  /* --- keys, and the buttons below the picture --- */

  const step = STEP * shorter;
  const CHANGES = {
    ArrowLeft: () => ({ x: now.x - step }),
    ArrowRight: () => ({ x: now.x + step }),
    ArrowUp: () => ({ y: now.y - step }),
    ArrowDown: () => ({ y: now.y + step }),
    "+": () => ({ side: now.side * GROW }),
    "=": () => ({ side: now.side * GROW }),
    "-": () => ({ side: now.side / GROW }),
  };
  const press = (key) => change(CHANGES[key]());
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !CHANGES[event.key]) return;
    event.preventDefault();
    press(event.key);
  });

  /* --- one finger moves, or pulls a corner; a second one, anywhere on the picture, changes the size --- */

  /** @type {Map<number, [number, number]>} where each of them is */
  const fingers = new Map();
  let start = null;

  /* What the fingers hold; a corner only as long as there is one of them. */
  function hold(corner) {
    const points = [...fingers.values()];
    return { ...now, ...grip(points), corner: points.length > 1 ? null : corner };
  }

  function drag() {
    const scale = across / figure.getBoundingClientRect().width;
    const { middle, apart } = grip([...fingers.values()]);
    const [right, below] = [0, 1].map((axis) => scale * (middle[axis] - start.middle[axis]));
    if (start.corner) return change(pulled(start, start.corner, [right, below], picture, SMALLEST));
    const side = start.apart > 0 ? (start.side * apart) / start.apart : now.side;
    change({ side, x: start.x + right, y: start.y + below });
  }

  figure.addEventListener("pointerdown", (event) => {
    const on = around(event, ".window");
    if (event.button !== 0 || (!fingers.size && !on)) return;
    event.preventDefault();
    if (!fingers.size) frame.focus({ preventScroll: true });
    figure.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    start = hold(corners.find((each) => each.element === event.target)?.corner ?? null);
  });
  figure.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    drag();
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    figure.addEventListener(end, (event) => {
      if (fingers.delete(event.pointerId) && fingers.size) start = hold(null);
    });
  }

  change({});

  return {
    element: figure,
    press,
    reset: () => change(usual),
    window: box,
    focus: () => frame.focus({ preventScroll: true }),
  };
}
