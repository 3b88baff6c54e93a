/* Teaching: two to six things, an answer with its map, the exam, and keeping it. One view is on the page at a time. */

import { exam } from "./exam.js";
import { camera } from "./film.js";
import { keep } from "./keep.js";
import { lesson } from "./lesson.js";
import { el, kiosk, press } from "./pieces.js";
import { connect } from "./server.js";
import { taught } from "./taught.js";
import { things } from "./things.js";

const { spoken } = window.seewhy.shared;
const root = document.documentElement;
const START = "teach"; // what the browser's way back calls the first view; the others are named after it
const VIEWS = { things, taught, exam, keep };
const FILMING = new Set(["things", "taught"]); // between them the camera stays open

export async function start({ element, props, home }) {
  const { words } = props;
  const heard = spoken("sr", "");
  const body = el("div", "teaching");
  const header = el("div", "teach-back");
  let now = null; // the view that is on the page: { name, element, draw, leave }

  await Promise.all([new URL("teach.css", home), new URL("../stage.css", home)].map((each) => dressed(each.href)));
  const server = connect(words);
  /** @type {any} what all views have */
  const teach = {
    words,
    props,
    home,
    server,
    asked: null, // in the exam, and what came of it
    advice: null, // what is to be added next, while it is being filmed
    filmed: false, // whether the camera was used: it opens by itself from then on
    film: camera({ changed: () => now?.draw?.(), trouble: (sentence) => now?.trouble?.(sentence) }),
    lesson: null,
    hear: (sentence) => (heard.textContent = sentence),
    go,
    leave: () => seewhy.anew(),
    placeOf: (ninth) => seewhy.shared.placeOf(ninth, props.places),
    opened,
  };
  begin();
  element.replaceChildren(body, heard);
  // A page that is loaded again in the same visit goes on with its lesson.
  const held = await server.state().catch(() => null);
  if (held) teach.lesson[held.things.length ? "adopt" : "sync"](held);

  /* A lesson with nothing in it yet. */
  function begin() {
    teach.lesson = lesson({ server, words, changed: () => now?.draw?.() });
    teach.lesson.wiped = () => {
      begin();
      seewhy.tell(words.ended);
      go("things", false);
    };
    teach.asked = teach.advice = null;
    teach.filmed = false;
  }

  /* Shows a view by its name. */
  function go(name, remember = true) {
    now?.leave?.();
    if (!FILMING.has(name)) teach.film.stop();
    now = { name, ...VIEWS[name](teach) };
    body.className = `teaching ${name}`;
    body.replaceChildren(now.element);
    now.draw?.();
    back();
    if (remember) seewhy.remember(name === "things" ? START : `${START}-${name}`);
    scrollTo({ top: 0 });
    const head = body.querySelector("h1");
    head?.setAttribute("tabindex", "-1");
    head?.focus({ preventScroll: true });
    now.shown?.();
  }

  /* The way back, at the top of the page; a kiosk has one of its own from the first view. */
  function back() {
    const ways = {
      things: [words.back_start, () => teach.leave()],
      taught: [words.back_things, () => go("things")],
      exam: [words.back_answer, () => go("taught")],
      keep: teach.lesson.taught().length
        ? [words.back_answer, () => go("taught")]
        : [words.back_things, () => go("things")],
    };
    const [text, act] = ways[now.name];
    header.replaceChildren(...(kiosk() && now.name === "things" ? [] : [press("link", act, text)]));
    document.querySelector("#top")?.append(header);
  }

  // Whatever ends the visit or leads elsewhere puts the camera out. A kiosk's reset loads the page anew.
  new MutationObserver(() => {
    if (root.dataset.state === "teach") return;
    teach.film.stop();
    now?.leave?.();
    now = null;
    header.remove();
    body.replaceChildren();
    if (root.dataset.state !== "idle") return;
    seewhy.wall = [];
    forget();
  }).observe(root, { attributes: true, attributeFilter: ["data-state"] });

  /* Nothing of a lesson stays when the visitor goes back to the start. */
  function forget() {
    if (!teach.lesson.all().some((each) => each.pictures.length)) return;
    server.forget().catch(() => {}); // the server wipes what nobody uses
    begin();
  }

  return {
    /* `where` is true for a visitor who comes in, or what the browser's way back remembers. */
    open(/** @type {string | boolean} */ where = true) {
      root.dataset.state = "teach";
      const name = typeof where === "string" ? where.slice(START.length + 1) : "";
      const ready = teach.lesson.taught().length > 1;
      go((ready || name === "keep") && name in VIEWS ? name : "things", where === true);
    },

    /* Files that were dropped or pasted anywhere on the page. */
    given: (files, target) => now?.given?.(files, target),
  };

  /* A lesson that came out of a file. */
  function opened(state) {
    begin();
    teach.lesson.adopt(state);
    go("taught");
  }

  async function dressed(address) {
    if (document.querySelector(`link[href="${address}"]`)) return;
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
    await new Promise((resolve, reject) => {
      link.onload = resolve;
      link.onerror = reject;
      document.head.append(link);
    });
  }
}
