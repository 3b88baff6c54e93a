/* Where a map glows, for whoever hears a picture. */

import { brightestNinth, placeOf, say } from "./shared.js";

/**
 * What a picture shows, and where its map is brightest.
 * @param {string} text without a full stop
 * @param {Drawable} map
 * @param {Words} words
 * @param {Words} places
 */
export function glows(text, map, words, places) {
  const grid = "values" in map ? map : { width: map.width, height: map.height, values: map.grid };
  const nothing = grid.values.every((/** @type {number} */ value) => value <= 0);
  const place = placeOf(brightestNinth(grid), places);
  return say(nothing ? words.glows_nothing : words.glows, { text, place });
}
