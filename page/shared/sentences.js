/* Sentences and numbers as visitors read them. Nothing here needs a document. */

/**
 * Fills the `{name}`s of a sentence; one without a value is left out.
 * @param {string} sentence
 * @param {Record<string, unknown>} [values]
 * @returns {string}
 */
export function say(sentence, values = {}) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/**
 * The sentence of a name for so many: that of `name_one`, say, where the language has a form of its own for them.
 * @param {Record<string, string>} words
 * @param {string} name
 * @param {number} count
 * @param {Record<string, unknown>} values
 * @param {string} language
 */
export function counted(words, name, count, values, language = document.documentElement.lang) {
  return say(words[`${name}_${new Intl.PluralRules(language).select(count)}`] ?? words[name], values);
}

/**
 * With a capital letter in front.
 * @param {string} text
 */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * A share as `page.service.percent` rounds it; a test compares the two.
 * @param {number} share 0 to 1
 * @param {Words} words with `percent`, `under_one` and `over_99`
 */
export function percent(share, words) {
  if (share < 0.005) return words.under_one;
  if (share >= 0.995 && share < 1 - 1e-6) return words.over_99;
  return say(words.percent, { percent: Math.floor(100 * share + 0.5) });
}

/**
 * A number with two places behind the point, and a true minus before it; never "−0.00".
 * @param {number} value
 * @param {string} point the language's own
 */
export function decimal(value, point) {
  return value
    .toFixed(2)
    .replace(/^-0\.00$/, "0.00")
    .replace("-", "−")
    .replace(".", point);
}

/**
 * A text in lines that are no wider than they may be; only a word that is wider itself is parted.
 * @param {string} text
 * @param {number} most
 * @param {(part: string) => number} widthOf
 * @returns {string[]}
 */
export function lines(text, most, widthOf) {
  /** @type {string[]} */
  const made = [];
  for (const word of text.split(" ")) {
    const longer = made.length ? `${made.at(-1)} ${word}` : word;
    if (made.length && widthOf(longer) <= most) made[made.length - 1] = longer;
    else made.push(word);
    for (let last = made.at(-1) ?? ""; widthOf(last) > most && [...last].length > 1; last = made.at(-1) ?? "") {
      const letters = [...last];
      let kept = letters.length - 1;
      while (kept > 1 && widthOf(letters.slice(0, kept).join("")) > most) kept--;
      made.splice(-1, 1, letters.slice(0, kept).join(""), letters.slice(kept).join(""));
    }
  }
  return made;
}
