/* What scripts see of requests that pass them. Nothing here needs a document. */

/**
 * Where a request goes, by the first argument of `fetch`.
 * @param {Request | URL | string} to
 */
export function addressOf(to) {
  return to instanceof Request ? to.url : String(to);
}
