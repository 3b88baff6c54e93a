/* Small things that all of teaching is made of. */

const { loaded, make, say } = window.seewhy.shared;

const DRAWN = {
  camera: '<path d="M4 8h3l2-3h6l2 3h3v11H4z"/><circle cx="12" cy="13" r="3.5"/>',
  film: '<rect x="3" y="6" width="12" height="12" rx="2"/><path d="M15 11l6-4v10l-6-4"/>',
  picture: '<path d="M3 6v12l2 2h14l2-2V6l-2-2H5zM4 17l5-5 4 4 3-3 4 4"/><circle cx="15.5" cy="9" r="1.5"/>',
  onward: '<path d="M5 12h14M13 6l6 6-6 6"/>',
  freeze: '<path d="M8 5v14M16 5v14"/>',
  go: '<path d="M8 5l11 7-11 7z"/>',
  save: '<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>',
  right: '<path d="M5 12.5l5 5L19.5 7"/>',
  wrong: '<path d="M6 6l12 12M18 6L6 18"/>',
  other: '<path d="M4 12a8 8 0 0 1 13.7-5.6L20 9M20 4v5h-5M20 12a8 8 0 0 1-13.7 5.6L4 15M4 20v-5h5"/>',
};

/* An element with all that it holds. */
export function el(tag, className = "", ...children) {
  const made = make(tag, className);
  made.append(...children.filter((each) => each !== null && each !== undefined));
  return made;
}

/* A drawing beside words, which says nothing by itself. */
export function icon(name) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  made.setAttribute("class", `drawn-${name}`);
  made.innerHTML = DRAWN[name];
  return made;
}

/* A button of words with drawings before or after them. */
export function press(kind, act, ...children) {
  const made = Object.assign(el("button", kind, ...children), { type: "button" });
  if (act) made.addEventListener("click", act);
  return made;
}

/* What goes on in spite of a warning; hidden until there is one. */
export function goingOn(words, act) {
  const made = press("link anyway", act, words.anyway);
  made.hidden = true;
  return made;
}

/* Writes only what is new, so that nothing is read aloud twice. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/* What chooses files and calls `take` with them. */
export function chooser(take, several = true, accept = window.seewhy.given.accept) {
  const made = Object.assign(make("input"), { type: "file", multiple: several, accept, hidden: true });
  made.addEventListener("change", () => {
    const files = [...(made.files ?? [])];
    made.value = "";
    if (files.length) take(files);
  });
  return made;
}

let named = 0;
/* A name that nothing in this visit has; a page without https has no random ones. */
export const newName = () => `${Date.now().toString(36)}-${(named += 1)}`;

/* Whether this is a kiosk, where there is no keyboard and no file. */
export const kiosk = () => document.documentElement.classList.contains("kiosk");
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/* Words to tap instead of typing one, at a kiosk; null anywhere else. */
export function wordsToTap(text, pressed, chosen) {
  if (!kiosk()) return null;
  const row = el("div", "choice");
  for (const word of text.split(", ")) {
    const each = press("", () => pressed(word), word);
    each.setAttribute("aria-pressed", String(word === chosen));
    row.append(each);
  }
  return row;
}

/* What is told of files that came: `bad` are no pictures, so many were there `before`. "" where all of them came. */
export function cameIn(words, count, bad, before = 0) {
  const told = [];
  const values = { count, bad: bad.length, files: bad.map((each) => each.name).join(", ") };
  if (bad.length) told.push(say(bad.length === 1 ? words.came : words.came_more, values));
  if (before) told.push(say(words.came_same, { count: before }));
  return told.join(" ");
}

/* A file as { blob, thumb }: `thumb` is an address to show it by. Of a kind that this browser can't draw, such as HEIC,
   that is the `square` that the model gets of it. Raises what the server refuses. */
export async function shotOf(file, server) {
  const thumb = URL.createObjectURL(file);
  try {
    await loaded(thumb);
    return { blob: file, thumb };
  } catch {
    URL.revokeObjectURL(thumb);
    return { blob: file, thumb: URL.createObjectURL(await server.seen(file)), square: true };
  }
}

/* A picture of the visitor's, cut to what the model gets of it. */
export function pictured() {
  const image = make("img");
  const element = el("div", "pictured", image);
  image.alt = "";
  return {
    element,
    /* `seen` is that part, in shares of the picture. */
    show(address, { x, y, width, height }) {
      URL.revokeObjectURL(image.src);
      image.src = address;
      Object.assign(image.style, {
        left: `${(-100 * x) / width}%`,
        top: `${(-100 * y) / height}%`,
        width: `${100 / width}%`,
        height: `${100 / height}%`,
      });
    },
  };
}
