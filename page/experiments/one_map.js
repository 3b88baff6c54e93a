/* What the experiments that test one map share: the target that the page shows a map for, layers to choose, pictures. */

import { make } from "./stage.js";

/* The target as the server takes it: words can be ambiguous, numbers are not. */
export const asked = (view, answer) => (Number.isInteger(answer.index) ? String(answer.index) : view.label);

/* A list of the layers, which calls `act` with the one that was chosen. */
export function layers(view, words, chosen, act) {
  const label = make("label", "layer", words.layer);
  const select = make("select");
  for (const layer of view.layers) select.append(Object.assign(make("option", "", layer.title), { value: layer.name }));
  select.value = chosen;
  select.addEventListener("change", () => act(select.value));
  label.append(select);
  return label;
}

/* A picture on the stage, with what stands below it. */
export function figure(content, alt, ...below) {
  const made = make("figure");
  const panel = make("div", "panel");
  if (content instanceof HTMLImageElement) content.alt = alt;
  else {
    content.setAttribute("role", "img");
    content.setAttribute("aria-label", alt);
  }
  panel.append(content);
  const caption = make("figcaption");
  caption.append(...below);
  made.append(panel, caption);
  return made;
}

/* A picture by its address. */
export const photo = (address) => Object.assign(make("img"), { src: address, alt: "" });

/* The page's picture with a map. */
export function canvas(view, draw) {
  const made = Object.assign(make("canvas"), { width: view.image.naturalWidth, height: view.image.naturalHeight });
  draw(made);
  return made;
}

/* Shows other parts; where a list of layers had the focus, the new one gets it. */
export function replace(result, ...parts) {
  const held = result.contains(document.activeElement) && document.activeElement.matches(".layer select");
  result.replaceChildren(...parts);
  if (held) result.querySelector(".layer select")?.focus({ preventScroll: true });
}
