/* A verdict in one sentence: its numbers stand out, since they are what the model said. */

import { parts } from "./numbers.js";
import { make } from "./shared.js";

/**
 * Fills an element with a sentence, its numbers in the model's colour.
 * @template {HTMLElement} Element
 * @param {Element} element
 * @param {string} text
 * @returns {Element}
 */
export function withNumbers(element, text) {
  element.replaceChildren(...parts(text).map(([part, number]) => (number ? make("em", "n", part) : part)));
  return element;
}

/**
 * The question, small, and the verdict, which the keyboard can be sent to.
 * @param {string} question
 * @param {string} verdict
 */
export function headed(question, verdict) {
  const made = make("div", "headed");
  const title = withNumbers(make("h1", "say"), verdict);
  title.tabIndex = -1;
  if (question) made.append(make("p", "kick", question));
  made.append(title);
  return made;
}

/** Sends the keyboard, and what a screen reader says next, to a page's heading. @param {ParentNode} page */
export function focusHeading(page) {
  const title = page.querySelector("h1");
  title?.setAttribute("tabindex", "-1");
  title?.focus({ preventScroll: true });
}
