/* While the server works: what is done, that others are here, too, and a way to stop it. */

import { button, make, spoken } from "./shared.js";

const PATIENCE = { stop: 2000, others: 3000 }; // milliseconds until that is said

/**
 * A line that says what is done. After a while there is a button beside it, which ends that, and it says that it goes
 * on.
 * @param {string} text
 * @param {Words} words
 * @param {() => unknown} stop
 */
export function patience(text, words, stop) {
  const element = make("div", "patience");
  const note = spoken("small", text);
  const end = button("link", words.stop, stop);
  end.hidden = true;
  element.append(note, end);
  const timers = [
    setTimeout(() => {
      end.hidden = false;
    }, PATIENCE.stop),
    setTimeout(() => {
      note.textContent = words.still_asking;
    }, PATIENCE.others),
  ];
  const over = () => {
    timers.forEach(clearTimeout);
    element.remove();
  };
  return { element, over };
}

/**
 * The same in a place: below the list of layers where there is one, else at its end, as long as it works.
 * @template Result
 * @param {ParentNode & HTMLElement} place
 * @param {{element: HTMLElement, over: () => void}} waiting of `patience`
 * @param {() => Promise<Result>} work
 */
export async function working(place, { element, over }, work) {
  const layers = place.querySelector(".layer");
  if (layers) layers.after(element);
  else place.append(element);
  try {
    return await work();
  } finally {
    over();
  }
}
