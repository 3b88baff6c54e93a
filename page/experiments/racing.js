/* A bar with a name that moves while it is searched. */

import { bar, capital, find, make, numeral, percent } from "./shared.js";

/**
 * Gives its `line`, and `move`, which takes it to another share; `start` draws a line where it began.
 * @param {string} kind
 * @param {string} label
 * @param {number} share
 * @param {Words} words
 * @param {number | null} [start]
 */
export function racing(kind, label, share, words, start = null) {
  const line = make("div", `racing ${kind}`);
  const number = make("span", "num", percent(share, words));
  const filled = bar(share);
  filled.setAttribute("aria-hidden", "true");
  if (start !== null) filled.style.setProperty("--start", String(start));
  line.append(make("b", "", capital(label)), filled, number);
  const move = (/** @type {number} */ to) => {
    find(filled, "i").style.width = `${100 * to}%`;
    number.textContent = percent(to, words);
  };
  return { line, move };
}

/**
 * Says how far a search has come: for the eye what is tried, for the ear how sure it is by now as well. Called at each
 * strength, not at each pass.
 * @param {HTMLElement} note that is spoken
 * @param {string} tried
 * @param {string} label
 * @param {number} share
 * @param {Words} words
 */
export function progress(note, tried, label, share, words) {
  const heard = make("span", "sr", ` ${capital(label)}: `);
  heard.append(numeral("", percent(share, words), words));
  note.replaceChildren(tried, heard);
}
