/* A button that shows another picture on the stage, as long as it is held. */

import { make } from "./shared.js";

/**
 * @param {HTMLElement} stage
 * @param {HTMLElement} picture on it
 * @param {{picture: HTMLElement, alt: string, text: string}} held
 */
export function holding(stage, picture, held) {
  held.picture.setAttribute("role", "img");
  held.picture.setAttribute("aria-label", held.alt);
  const made = make("button", "pill", held.text);
  made.type = "button";
  const hold = (on) => {
    if (on && stage.contains(picture)) picture.replaceWith(held.picture);
    else if (!on && stage.contains(held.picture)) held.picture.replaceWith(picture);
  };
  for (const name of ["pointerdown", "keydown"]) made.addEventListener(name, () => hold(true));
  for (const name of ["pointerup", "pointercancel", "pointerleave", "keyup", "blur"])
    made.addEventListener(name, () => hold(false));
  return made;
}
