/* What a test is called: by its question, by what one does, and, among the checks of the map, in a word. */

/** @param {Words} words of the test */
export const titleOf = (words) => words.card_title;

/** @param {Words} words of the test */
export const actionOf = (words) => words.card_action;

/** @param {Words} words of the test */
export const shortOf = (words) => words.card_short;
