/* What the checks of a map share: the list of its layers, and how what they found out is noted. */

import { make, option } from "./shared.js";

/* A list of the layers, which calls `act` with the one that was chosen. */
export function layers(view, words, chosen, act) {
  const label = make("label", "layer", words.layer);
  const select = make("select");
  for (const layer of view.layers) select.append(option(layer.title, layer.name));
  select.value = chosen;
  select.addEventListener("change", () => act(select.value));
  label.append(select);
  return label;
}

/**
 * What a check found out, for the list at the end: its verdict says all of it.
 * @param {object} given
 * @param {string} given.verdict
 * @param {string} given.control
 * @param {string} given.label
 * @param {Canvas} given.picture
 * @param {string} given.alt
 * @returns {Finding}
 */
export function checked({ verdict, ...shown }) {
  return { line: verdict, tried: verdict, numbers: "", bars: [], verdict, note: "", held: true, ...shown };
}
