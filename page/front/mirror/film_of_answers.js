/* What the mirror shows of the answers that come in: no DOM, no clock of its own. */

/* Words change only when a new answer has come twice in a row; a percentage is one frame's own, and seldom changes.
   `said` is what is shown: nothing yet, or an answer of the server, whose `outside` means that there is no word. */
function filmOfAnswers(often) {
  let said = null;
  let before = null;
  let changed = -Infinity;
  const name = (answer) => (answer.outside ? "" : answer.label);
  return {
    get said() { return said; },
    take(answer, now) {
      const twice = before !== null && name(before) === name(answer);
      const same = said !== null && name(said) === name(answer);
      before = answer;
      if ((twice && !same) || (same && now - changed >= often)) {
        said = answer;
        changed = now;
      }
      return said;
    },
    forget() { said = before = null; changed = -Infinity; },
  };
}

/* A map on its way to the next one: `values` come nearer to `goal` by what `milliseconds` allow. */
function eased(values, goal, milliseconds, calm) {
  if (!values || values.length !== goal.length || !calm) return Float32Array.from(goal);
  const share = 1 - Math.exp(-milliseconds / calm);
  return values.map((value, i) => value + (goal[i] - value) * share);
}

/* Where the middle square of a film lies, in its pixels, and what the model sees of it, in shares of the film. */
function middleSquare(width, height, seen) {
  const side = Math.min(width, height);
  const [x, y] = [(width - side) / 2, (height - side) / 2];
  return {
    x, y, side,
    seen: { x: (x + seen.x * side) / width, y: (y + seen.y * side) / height, width: (seen.width * side) / width, height: (seen.height * side) / height },
  };
}
