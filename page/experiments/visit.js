/* What one visitor does with one picture: which word the tests are about, what was tried, and what came out. Nothing of
   it leaves the browser. */

import { sheet, upsample } from "./shared.js";
import { threadOf } from "./thread.js";

const FINE = 112; // values a side: a map that is fine enough to say what lies along its edge

/** @type {(view: View) => Grid} */
function mapOf(view) {
  const layer = view.layers.find((each) => each.name === view.default_layer) ?? view.layers[0];
  const grid = { width: layer.width, height: layer.height, values: layer.values };
  return { width: FINE, height: FINE, values: upsample(grid, FINE, FINE) };
}

const SMALL = 256; // dots along the longer side of a picture that was tested before

/**
 * A picture in base64, small: it is sent beside another one, whose squares are looked for in it.
 * @param {HTMLImageElement} image
 */
export function smallOf(image) {
  const scale = Math.min(1, SMALL / Math.max(image.naturalWidth, image.naturalHeight));
  const small = sheet(Math.round(image.naturalWidth * scale), Math.round(image.naturalHeight * scale));
  small.getContext("2d").drawImage(image, 0, 0, small.width, small.height);
  return small.toDataURL("image/jpeg", 0.85).split(",")[1];
}

/** @returns {Visit} */
export function newVisit() {
  /** @type {Visit} */
  const visit = {
    picture: "",
    example: "",
    model: "",
    answer: seewhy.answer,
    view: seewhy.view(),
    word: { index: -1, label: "", percent: "", confidence: 0 },
    said: null,
    believes: null,
    thread: [],
    today: null,
    guessed: false,
    last: "",
    from: "",
    layer: "",
    findings: [],
    tries: {},
    pages: new Map(),
    done: (name) => visit.findings.some((each) => each.name === name && each.word === visit.word.index),
  };
  return visit;
}

/* Whether a visit is about what is on the page now: another picture, or another model, begins a new one. */
export function isNow(visit) {
  const view = seewhy.view();
  return Boolean(view) && visit.picture === view.picture && visit.model === view.model;
}

/* The word that the tests are about: the first answer, unless the visitor chose another one for them. */
export function chosenWord() {
  const { top } = seewhy.answer;
  return top.find((each) => each.index === seewhy.chosen?.index) ?? top[0];
}

/* Fixes the tests that the visitor is led through. */
export function begin(visit, offered) {
  visit.thread = threadOf(
    {
      map: mapOf(visit.view),
      seen: visit.view.seen,
      kinds: Boolean(visit.answer.kinds),
      guessed: visit.guessed,
      today: visit.today,
    },
    offered,
  );
}
