/* What the checks of a map share: the list of its layers. */

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
