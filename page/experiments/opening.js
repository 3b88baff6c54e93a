/* A test before it was made: the question, the picture made ready, and one button that gives a result. */

import { docked } from "./dock.js";
import { button, make } from "./shared.js";
import { focusHeading, headed } from "./headline.js";

/**
 * Fills an experiment's part of the page.
 * @param {HTMLElement} root
 * @param {object} given
 * @param {string} given.kicker
 * @param {string} given.title
 * @param {Node} given.panel the picture
 * @param {Node[]} [given.foot] what stands below the picture, on its stage
 * @param {string} given.lead
 * @param {Node[]} [given.more] what can be chosen
 * @param {HTMLButtonElement[]} given.buttons the filled one first
 * @param {[string, string][]} [given.how] what happens then: words in bold, and further ones
 */
export function opening(root, { kicker, title, panel, foot = [], lead, more = [], buttons, how = [] }) {
  const whole = make("div", "opening");
  const stage = make("div", "panel ready");
  stage.append(panel);
  if (foot.length) {
    const below = make("div", "foot2");
    below.append(...foot);
    stage.append(below);
  }
  const side = make("div", "side");
  const dock = docked(make("div", "dock"));
  dock.append(...buttons);
  side.append(make("p", "lead", lead), ...more, dock);
  if (how.length) {
    const keep = make("div", "keep");
    for (const [bold, text] of how) {
      const line = make("p", "small");
      line.append(make("b", "", bold), ` ${text}`);
      keep.append(line);
    }
    side.append(keep);
  }
  whole.append(headed(kicker, title), stage, side);
  root.replaceChildren(whole);
  scrollTo({ top: 0 });
  focusHeading(root);
}

/**
 * What stands on the stage below a picture: words in bold, and further ones.
 * @param {string} bold
 * @param {string} [text]
 */
export function caption(bold, text = "") {
  const made = make("p");
  made.append(make("b", "", bold), text);
  return made;
}

/**
 * A button on the stage.
 * @param {string} text
 * @param {() => unknown} act
 * @param {Node[]} signs
 */
export function pill(text, act, ...signs) {
  const made = button("pill", "", act);
  made.append(...signs, make("span", "", text));
  return made;
}
