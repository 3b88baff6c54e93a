/* The picture with a square window that a finger, the mouse or the keys move and resize. What is outside is dimmed. */

import { make } from "../stage.js";

const STEP = 0.02; // of the picture's shorter side, for one press of an arrow key
const GROW = 1.1;
const SMALLEST = 0.25; // of the shorter side: less is only a few dots
const NEAR = 0.004; // a window that is moved by less was not moved
const between = (low, value, high) => Math.min(Math.max(low, value), high);

/* `moved(on)` is called after every change; `on` tells whether the window is elsewhere than the model's own. Gives
   `window()` in fractions of the picture. */
export function windowing({ words, view, moved }) {
  const { naturalWidth: across, naturalHeight: down } = view.image;
  const shorter = Math.min(across, down);
  const [x, y, width, height] = view.seen;
  // In pixels of the picture: its middle and its side.
  const usual = {
    x: (x + width / 2) * across,
    y: (y + height / 2) * down,
    side: Math.min(width * across, height * down),
  };
  let now = { ...usual };

  const picture = make("div", "figure");
  picture.append(Object.assign(make("img"), { src: view.image.src, alt: "", draggable: false }));
  picture.style.setProperty("--shape", across / down);
  const frame = Object.assign(make("button", "window"), { type: "button" });
  frame.setAttribute("aria-label", words.window);
  const corners = [
    [-1, -1],
    [1, -1],
    [-1, 1],
    [1, 1],
  ].map(([right, below]) => {
    const corner = make("span", "corner");
    Object.assign(corner.style, { left: right < 0 ? "0" : "100%", top: below < 0 ? "0" : "100%" });
    return { corner, right, below };
  });
  frame.append(...corners.map((each) => each.corner));
  picture.append(frame);

  function change(to) {
    const side = between(SMALLEST * shorter, to.side ?? now.side, shorter);
    now = {
      side,
      x: between(side / 2, to.x ?? now.x, across - side / 2),
      y: between(side / 2, to.y ?? now.y, down - side / 2),
    };
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

  const fingers = new Map();
  let start = null;

  function grip(pulled) {
    const points = [...fingers.values()];
    const [first, second = first] = points;
    return {
      ...now,
      pulled: points.length > 1 ? null : pulled,
      middle: [(first[0] + second[0]) / 2, (first[1] + second[1]) / 2],
      apart: Math.hypot(second[0] - first[0], second[1] - first[1]),
    };
  }

  function drag() {
    const scale = across / picture.getBoundingClientRect().width;
    const { middle, apart } = grip(null);
    const [right, below] = [0, 1].map((axis) => scale * (middle[axis] - start.middle[axis]));
    if (start.pulled) {
      // The opposite corner stays; the picture's edge ends the pull.
      const { right: outward, below: downward } = start.pulled;
      const anchor = [start.x - (outward * start.side) / 2, start.y - (downward * start.side) / 2];
      const room = Math.min(outward > 0 ? across - anchor[0] : anchor[0], downward > 0 ? down - anchor[1] : anchor[1]);
      const side = between(SMALLEST * shorter, start.side + (outward * right + downward * below) / 2, room);
      change({ side, x: anchor[0] + (outward * side) / 2, y: anchor[1] + (downward * side) / 2 });
    } else {
      const side = start.apart > 0 ? (start.side * apart) / start.apart : now.side;
      change({ side, x: start.x + right, y: start.y + below });
    }
  }

  picture.addEventListener("pointerdown", (event) => {
    const on = frame.contains(event.target);
    if (event.button !== 0 || (!fingers.size && !on)) return;
    event.preventDefault();
    if (!fingers.size) frame.focus({ preventScroll: true });
    picture.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    start = grip(corners.find((each) => each.corner === event.target));
  });
  picture.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    drag();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    picture.addEventListener(end, (event) => {
      if (fingers.delete(event.pointerId) && fingers.size) start = grip(null);
    });
  }

  change({});

  return {
    element: picture,
    press,
    reset: () => change(usual),
    window: box,
    focus: () => frame.focus({ preventScroll: true }),
  };
}
