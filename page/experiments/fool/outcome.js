/* What came of a try to fool the model. Nothing here needs a document. */

/**
 * The sentence of a try, and what is said about its proof; no pattern is told of in one of them alone.
 * @param {{reached: boolean, before: {label: string}, after: {label: string}, control: string, no_proof: string}} told
 * @param {Record<string, string>} words
 */
export function outcome({ reached, before, after, control, no_proof }, words) {
  if (reached) return { line: words.found, control: `${words.speckle} ${control}` };
  if (before.label === after.label) return { line: words.found_same, control: no_proof };
  return { line: words.found_other, control: words.found_no_proof };
}
