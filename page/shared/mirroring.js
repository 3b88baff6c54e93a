/* What the mirror shows of the answers that come in. Nothing here needs a document or a clock. */

/**
 * Words change only when a new answer has come twice in a row; a percentage is one frame's own, and seldom changes.
 * `take` gives what is to be shown: nothing yet, or one of the answers, whose `outside` means that there is no word.
 * @param {number} often milliseconds at least between two percentages
 */
export function steadied(often) {
  /** @type {Mirrored | null} */
  let shown = null;
  /** @type {Mirrored | null} */
  let before = null;
  let changed = -Infinity;
  const name = (/** @type {Mirrored | null} */ answer) => answer && (answer.outside ? "" : answer.label);
  return {
    take(/** @type {Mirrored} */ answer, /** @type {number} */ now) {
      const twice = name(before) === name(answer);
      const same = name(shown) === name(answer);
      before = answer;
      if ((twice && !same) || (same && now - changed >= often)) {
        shown = answer;
        changed = now;
      }
      return shown;
    },
    forget() {
      shown = before = null;
      changed = -Infinity;
    },
  };
}

/**
 * What is read aloud: a sentence seldom, and none twice in a row. `take` gives it, or "" where there is nothing to say.
 * @param {number} pause milliseconds at least between two sentences
 */
export function paced(pause) {
  let last = "";
  let said = -Infinity;
  return {
    take(/** @type {string} */ sentence, /** @type {number} */ now) {
      if (sentence === last || now - said < pause) return "";
      last = sentence;
      said = now;
      return sentence;
    },
  };
}

/**
 * A map on its way to the next one: nearer to `goal` by what `milliseconds` allow.
 * @param {Float32Array | null} values of what is drawn
 * @param {number[]} goal
 * @param {number} milliseconds since it was drawn
 * @param {number} calm milliseconds in which it comes most of the way; 0 goes there at once
 */
export function eased(values, goal, milliseconds, calm) {
  if (!values || values.length !== goal.length || !calm) return Float32Array.from(goal);
  const share = 1 - Math.exp(-milliseconds / calm);
  return values.map((value, i) => value + (goal[i] - value) * share);
}

/**
 * The middle square of a film in its pixels, and what the model sees of it in shares of the film.
 * @param {number} width of the film, in pixels
 * @param {number} height of the film, in pixels
 * @param {Part} seen what the model sees of a square, in shares of it
 */
export function middleSquare(width, height, seen) {
  const side = Math.min(width, height);
  const x = (width - side) / 2;
  const y = (height - side) / 2;
  const part = {
    x: (x + seen.x * side) / width,
    y: (y + seen.y * side) / height,
    width: (seen.width * side) / width,
    height: (seen.height * side) / height,
  };
  return { x, y, side, seen: part };
}
