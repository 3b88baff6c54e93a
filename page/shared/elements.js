/* Elements of the page that several scripts make. */

/**
 * An element of a class, with a text.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/**
 * A button; `kind` is "go" for the one next step, "alt" for any other.
 * @param {string} kind
 * @param {string} text
 * @param {(event: MouseEvent) => unknown} act
 */
export function button(kind, text, act) {
  const made = make("button", kind, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/**
 * One choice of a list.
 * @param {string} text
 * @param {string} value
 */
export function option(text, value) {
  return Object.assign(make("option", "", text), { value });
}

/**
 * What belongs together and has a name: a row of buttons to choose from, say.
 * @param {string} className
 * @param {string} name
 * @param {...(Node | string)} parts
 */
export function group(className, name, ...parts) {
  const made = make("div", className);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", name);
  made.append(...parts);
  return made;
}

/**
 * A line that screen readers say when it comes or changes.
 * @param {string} className
 * @param {string} text
 */
export function spoken(className, text) {
  const made = make("p", className, text);
  made.setAttribute("role", "status");
  return made;
}

/**
 * A percentage. Its sign for more or less than a number would not be heard, so that one has words for that.
 * @param {string} className
 * @param {string} text
 * @param {Words} words those of the answer
 */
export function numeral(className, text, words) {
  const heard = { [words.under_one]: words.less_than_one, [words.over_99]: words.more_than_99 }[text];
  if (!heard) return make("span", className, text);
  const made = make("span", className);
  const seen = make("span", "", text);
  seen.setAttribute("aria-hidden", "true");
  made.append(seen, make("span", "sr", heard));
  return made;
}

/**
 * A bar that is filled to a share.
 * @param {number} share 0 to 1
 */
export function bar(share) {
  const made = make("span", "bar");
  const fill = make("i");
  fill.style.width = `${100 * share}%`;
  made.append(fill);
  return made;
}

/**
 * A canvas; what stands on it has to be told in words elsewhere, or in its label.
 * @param {number} width
 * @param {number} height
 * @returns {Canvas}
 */
export function sheet(width, height) {
  return Object.assign(/** @type {Canvas} */ (make("canvas")), { width, height });
}

/**
 * A canvas as large as a picture, drawn by `draw`.
 * @param {HTMLImageElement} image
 * @param {(canvas: Canvas) => void} draw
 */
export function painted(image, draw) {
  const made = sheet(image.naturalWidth, image.naturalHeight);
  draw(made);
  return made;
}

/**
 * A picture by its address.
 * @param {string} address
 * @param {string} [alt]
 */
export function photo(address, alt = "") {
  return Object.assign(make("img"), { src: address, alt });
}

/**
 * A picture on the stage, with what stands below it.
 * @param {HTMLImageElement | HTMLCanvasElement} content
 * @param {string} alt what it shows, in words
 * @param {...(Node | string)} below
 */
export function figure(content, alt, ...below) {
  const made = make("figure");
  const panel = make("div", "panel");
  if (content instanceof HTMLImageElement) content.alt = alt;
  else {
    content.setAttribute("role", "img");
    content.setAttribute("aria-label", alt);
  }
  panel.append(content);
  made.append(panel);
  if (below.length) {
    const caption = make("figcaption");
    caption.append(...below);
    made.append(caption);
  }
  return made;
}

/**
 * Of a group's buttons, presses those that are chosen, and no other.
 * @param {Element} choices
 * @param {(button: HTMLButtonElement) => boolean} chosen
 */
export function pressOnly(choices, chosen) {
  for (const each of choices.querySelectorAll("button")) each.setAttribute("aria-pressed", String(chosen(each)));
}

/**
 * What a selector finds around the place where something happened, or null.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function around({ target }, selector) {
  return target instanceof Element ? target.closest(selector) : null;
}

/**
 * What a selector finds in a template, which holds it.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {any} an element; of what kind, the template tells
 */
export function find(root, selector) {
  return root.querySelector(selector);
}

/**
 * A picture by its address, ready to be drawn.
 * @param {string} address
 */
export async function loaded(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}
