/* What the experiments that test one map share: the target that the page shows a map for, and layers to choose. */

import { make, option } from "./shared.js";

/* The target as the server takes it: words can be ambiguous, numbers are not. */
export const asked = (view, answer) => answer.index ?? view.label;

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

/* Shows other parts; where a list of layers had the focus, the new one gets it. */
export function replace(result, ...parts) {
  const held = result.contains(document.activeElement) && document.activeElement?.matches(".layer select");
  result.replaceChildren(...parts);
  if (held) result.querySelector(".layer select")?.focus({ preventScroll: true });
}
