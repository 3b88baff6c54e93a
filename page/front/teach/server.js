/* What the page asks the server while one teaches: plain requests, in the visitor's own lesson. */

const NONE = 0; // the number of "none of these"

/* A refusal: its sentence, its status, and whether the same question would be refused again. */
export class Refused extends Error {
  constructor(sentence, status) {
    super(sentence);
    this.sentence = sentence;
    this.final = status >= 400 && status < 500 && status !== 429;
  }
}

export function connect(words) {
  const address = (path, query) => new URL(`api/teach/${path}?${new URLSearchParams(query)}`, document.baseURI).href;

  async function ask(path, query = {}, body = null, method = "POST") {
    let response;
    try {
      response = await fetch(address(path, query), body === null ? { method } : { method, body });
    } catch {
      throw new Refused(words.broken, 0);
    }
    if (response.ok) return response;
    const told = await response.json().catch(() => ({}));
    throw new Refused(told.error ?? seewhy.given.failed, response.status);
  }
  const told = (...asked) => ask(...asked).then((response) => response.json());

  return {
    state: () => told("state", {}, null, "GET"),
    addThing: (name) => told("thing", { name }),
    rename: (thing, name) => told("thing", { thing, name }),
    dropThing: (thing) => told("drop", { thing }),
    add: (thing, take, picture) => told("picture", { thing, take }, picture),
    remove: (picture) => told("remove", { picture }),
    back: () => told("back"),
    forget: () => told("forget"),
    square: (picture) => address("square", { picture }),
    seen: (picture) => ask("seen", {}, picture).then((response) => response.blob()),
    small: (thing, count) =>
      Array.from({ length: count }, (_, i) => address("square", { picture: `small-${thing}-${i}` })),
    none: (count) => Array.from({ length: count }, (_, i) => address("square", { picture: `given-${i}` })),
    look: (picture, thing) => told("ask", thing === null ? {} : { thing }, picture),
    lookAgain: (picture, thing = null) => told("ask", thing === null ? { picture } : { picture, thing }),
    empty: (thing, picture) => told("empty", { thing }, picture),
    unseen: (thing, picture, again) => told("unseen", again ? { thing, again: 1 } : { thing }, picture),
    mask: (picture, mask) => told("mask", { picture }, mask),
    latched: (thing) => told("latched", { thing }),
    added: (thing, kind) => told("added", { thing, kind }),
    file: (pictures) => ask("file", pictures ? { pictures: 1 } : {}, null, "GET").then((response) => response.blob()),
    dataSet: () => ask("data_set", {}, null, "GET").then((response) => response.blob()),
    open: (file) => told("open", {}, file),
    NONE,
  };
}
