/* The picture and what it wears: pieces that a finger, the mouse or the keys move, scale and turn. */

import { grip, wearable, whole } from "../placing.js";
import { brightest, button, capital, layerNamed, make, say } from "../shared.js";

/* Of each piece, in the order in which they are offered: how wide it begins, in fractions of the picture's width, and
   where it begins if not on the brightest place: the height, in fractions of the picture's. */
export const PIECES = {
  hat: { width: 0.34 },
  sunglasses: { width: 0.34 },
  party_hat: { width: 0.2 },
  scarf: { width: 0.34 },
  wig: { width: 0.4 },
  bow_tie: { width: 0.26 },
  moustache: { width: 0.26 },
  pumpkin_glasses: { width: 0.34 },
  snow: { width: 1, at: 0.5 },
  grass: { width: 1, at: 0.85 },
};
const STEP = 0.02; // of the picture, for one press of an arrow key
const GROW = 1.12;
const TURN = 10;
/** @type {[number, number]} */
const WIDTHS = [0.05, 2.5]; // the least and the most, of the picture's

/* What one press changes; the buttons below the picture do the same. */
export const CHANGES = {
  ArrowLeft: (one) => ({ x: one.x - STEP }),
  ArrowRight: (one) => ({ x: one.x + STEP }),
  ArrowUp: (one) => ({ y: one.y - STEP }),
  ArrowDown: (one) => ({ y: one.y + STEP }),
  "+": (one) => ({ width: one.width * GROW }),
  "=": (one) => ({ width: one.width * GROW }),
  "-": (one) => ({ width: one.width / GROW }),
  "[": (one) => ({ turn: one.turn - TURN }),
  "]": (one) => ({ turn: one.turn + TURN }),
};

/* `chosen(piece or null)` is called whenever another piece is the one that the tools act on; `full(limit)` when there
   is no room for one more; `bare()` when the last piece is taken off. */
export function wearing({ words, constants, view, file, chosen, full, bare }) {
  let worn = [];
  /** @type {any} */
  let current = null; // the piece that the tools act on
  const map = layerNamed(view.layers, view.default_layer);
  const shape = view.image.naturalWidth / view.image.naturalHeight;
  const picture = make("div", "figure");
  picture.append(Object.assign(make("img"), { src: view.image.src, alt: words.own, draggable: false }));
  picture.style.setProperty("--shape", String(shape));

  function change(to) {
    const one = Object.assign(current, wearable({ ...current, ...to }, WIDTHS));
    Object.assign(one.element.style, {
      left: `${100 * one.x}%`,
      top: `${100 * one.y}%`,
      width: `${100 * one.width}%`,
      rotate: `${one.turn}deg`,
    });
  }

  function choose(one) {
    current = one;
    for (const each of worn) each.element.toggleAttribute("data-chosen", each === one);
    chosen(one);
  }

  function put(name) {
    if (worn.length >= constants.most) return full(constants.most);
    const { width, at = undefined } = PIECES[name];
    const [x, y] = brightest(map, view.seen);
    const element = button("piece", "", () => {});
    element.setAttribute("aria-label", say(words.piece, { piece: capital(words[name]) }));
    element.style.aspectRatio = constants.shapes[name];
    element.style.backgroundImage = `url("${file(`dress_up/pieces/${name}.svg`)}")`;
    // All of it is on the picture, whatever lies at its edge.
    const place = at === undefined ? whole({ x, y, width, turn: 0 }, constants.shapes[name], shape) : { x: 0.5, y: at };
    const one = { piece: name, width, turn: 0, ...place, element };
    element.addEventListener("focus", () => choose(one));
    element.addEventListener("keydown", press);
    worn.push(one);
    picture.append(element);
    choose(one);
    change({});
    element.focus({ preventScroll: true });
  }

  function takeOff() {
    worn = worn.filter((each) => each !== current);
    current.element.remove();
    choose(worn.at(-1) ?? null);
    if (current) current.element.focus({ preventScroll: true });
    else bare();
  }

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Delete" || event.key === "Backspace") takeOff();
    else if (CHANGES[event.key]) change(CHANGES[event.key](current));
    else return;
    event.preventDefault();
  }

  /* One finger moves; a second one, anywhere on the picture, turns and scales. */
  /** @type {Map<number, [number, number]>} where each of them is */
  const fingers = new Map();
  let start = null;

  const held = () => ({ ...grip([...fingers.values()]), ...current });

  picture.addEventListener("pointerdown", (event) => {
    const one = worn.find((each) => each.element === event.target);
    if (!fingers.size && !one) return;
    event.preventDefault();
    if (!fingers.size) one.element.focus({ preventScroll: true });
    picture.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    start = held();
  });
  picture.addEventListener("pointermove", (event) => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    const now = held();
    const box = picture.getBoundingClientRect();
    const to = {
      x: start.x + (now.middle[0] - start.middle[0]) / box.width,
      y: start.y + (now.middle[1] - start.middle[1]) / box.height,
    };
    if (fingers.size > 1 && start.apart > 0)
      Object.assign(to, { width: (start.width * now.apart) / start.apart, turn: start.turn + now.angle - start.angle });
    change(to);
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    picture.addEventListener(end, (event) => {
      if (fingers.delete(event.pointerId) && fingers.size) start = held();
    });
  }
  picture.addEventListener(
    "wheel",
    (event) => {
      if (!current || event.target !== current.element) return;
      event.preventDefault();
      change(CHANGES[event.deltaY < 0 ? "+" : "-"](current));
    },
    { passive: false },
  );

  return {
    element: picture,
    put,
    takeOff,
    press: (key) => change(CHANGES[key](current)),
    current: () => current,
    pieces: () => worn.map(({ piece, x, y, width, turn }) => ({ piece, x, y, width, turn })),
  };
}
