/* Where the numbers of a sentence are. Nothing here needs a document. */

// Shares, and from one share to another. What else is a number, such as "2 of 3", stands between asterisks.
const SHARE = String.raw`(?:[<>][\s\u00a0\u202f]?)?\d[\d.,]*[\s\u00a0\u202f]?[%٪]`;
const NUMBERS = new RegExp(String.raw`\*([^*]+)\*|${SHARE}(?: ?→ ?${SHARE})?`, "g");

/**
 * A sentence in parts, each with whether it is a number.
 * @param {string} text
 * @returns {[string, boolean][]}
 */
export function parts(text) {
  /** @type {[string, boolean][]} */
  const made = [];
  let from = 0;
  for (const found of text.matchAll(NUMBERS)) {
    if (found.index > from) made.push([text.slice(from, found.index), false]);
    made.push([found[1] ?? found[0], true]);
    from = found.index + found[0].length;
  }
  if (from < text.length) made.push([text.slice(from), false]);
  return made;
}

/**
 * The sentence without the asterisks around its numbers.
 * @param {string} text
 */
export const plain = (text) => text.replaceAll("*", "");
