/* The few signs on buttons. They say nothing that the text beside them does not. */

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  next: "M5 12h14M13 6l6 6-6 6",
  back: "M19 12H5M11 6l-6 6 6 6",
  done: "M5 13l4.5 4.5L19 7",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  print: "M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z",
  mark: "M14 4l6 6-8 8c-2 2-5 2-8 2 1-2 1-4 2-6z",
  picture: "M3 4h18v16H3zM4 17l5-5 4 4 3-3 4 4",
  camera: "M4 8h3l2-3h6l2 3h3v11H4zM12 9.5a3.5 3.5 0 1 0 .01 0",
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  made.setAttribute("class", `icon ${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  made.append(path);
  return made;
}
