/* The stage of all experiments: the cards, the one that is open, its questions to the server, this visit's tries. */

import { drawCard } from "./cards.js";
import { button, capital, find, make, say, sheet, spoken } from "./shared.js";

const root = document.documentElement;
const AT_ONCE = 3;
// What is about other pictures than the one on the page, or says by itself that this one may be none of the model's
// things.
const SAYS_ITSELF = ["many", "from_nothing", "you_first"];

/* What comes after a result: `first`, or else another picture as the one next step; then another test. */
export function onward(words, anotherPicture, cards, ...first) {
  const row = make("div", "row");
  row.append(
    ...first,
    button(first.length ? "alt" : "go", words.another, anotherPicture),
    button("link", words.all, cards),
  );
  return row;
}

/* While the server works, says so in `place`: below the list of layers where there is one, else at its end. */
export async function working(place, text, work) {
  const note = spoken("small", text);
  const layers = place.querySelector(".layer");
  if (layers) layers.after(note);
  else place.append(note);
  try {
    return await work();
  } finally {
    note.remove();
  }
}

export async function start({ element, props, watch, home, send }) {
  const address = (name) => new URL(name, home).href;
  const shared = props.words;
  const [sentences] = await Promise.all([
    fetch(address("sentences")).then((response) => response.json()),
    dressed("stage.css"),
  ]);
  const here = element.querySelector(".experiments");
  let opened = null;
  let first = 0; // the card at the left
  let pending = null;
  let tickets = 0;
  /** @type {{picture: string | null, tries: Record<string, any[]>}} */
  let visit = { picture: null, tries: {} };

  async function dressed(name) {
    if (document.querySelector(`link[data-part="${name}"]`)) return;
    const link = Object.assign(make("link"), { rel: "stylesheet", href: address(name) });
    link.dataset.part = name;
    await new Promise((resolve, reject) => {
      link.onload = resolve;
      link.onerror = reject;
      document.head.append(link);
    });
  }

  /* --- asking the server --- */

  function settle(result) {
    const { resolve } = pending ?? {};
    pending = null;
    resolve?.(result);
  }

  /* Asks an experiment; gives what its `run` gives, or null where the visitor was told why not. */
  function ask(name, values) {
    settle(null);
    const ticket = ++tickets;
    return new Promise((resolve) => {
      pending = { ticket, resolve };
      seewhy.repeatable(() => send({ name, values, ticket }));
    });
  }

  watch("value", () => {
    if (pending && props.value?.ticket === pending.ticket) settle(props.value.result);
  });
  const unanswered = () => {
    if (!("again" in root.dataset)) settle(null);
  };

  /* --- the cards --- */

  function strip() {
    const { answer } = seewhy;
    const line = button("strip-answer", "", seewhy.shown);
    line.setAttribute("aria-label", say(shared.back_to_answer, { label: answer.top[0].label }));
    const small = sheet(208, 130);
    drawCard("answer", small, seewhy.view());
    const text = make("span");
    text.append(
      make("b", "", capital(answer.top[0].label)),
      make("span", "sure", answer.outside ? shared.came_nearest : answer.sure),
    );
    if (!answer.outside) text.append(make("span", "num", ` ${answer.top[0].percent}`));
    line.append(small, text);
    return line;
  }

  /* An experiment's sentences; what it is called may depend on the answer. */
  function worded(name) {
    const title = seewhy.answer.titles[name];
    return { ...sentences[name], ...(title ? { card_title: title } : {}) };
  }

  /* The tests that make sense for a model with so many words. */
  const offered = () => props.cards.filter((name) => props.least_words[name] <= seewhy.answer.vocabulary.classes);

  function card(name) {
    const words = worded(name);
    const item = make("li");
    const whole = button("card", "", () => go(name));
    whole.dataset.experiment = name;
    const picture = sheet(480, 336);
    picture.setAttribute("aria-hidden", "true");
    drawCard(name, picture, seewhy.view());
    const text = make("span", "text");
    const action = make("span", "action", words.card_action);
    text.append(make("b", "", words.card_title), make("span", "small", words.card_lead), action);
    whole.append(picture, text);
    item.append(whole);
    return item;
  }

  function cards() {
    const list = make("ul", "cards");
    const every = offered();
    list.append(...every.slice(first, first + AT_ONCE).map(card));
    here.replaceChildren(strip(), make("h1", "", shared.title), make("p", "lead", shared.lead), list);
    if (every.length <= AT_ONCE) return;
    const next = first + AT_ONCE;
    const left = every.length - next;
    if (left <= 0) here.append(make("p", "small", say(shared.end, { count: every.length })));
    const text = left >= AT_ONCE ? shared.more : left > 0 ? shared.rest : shared.first;
    here.append(
      button("alt more-tests", text, () => {
        first = left > 0 ? next : 0;
        cards();
        here.querySelector(".card").focus({ preventScroll: true });
      }),
    );
  }

  /* --- one experiment --- */

  /* Above every number: where the picture may be none of the model's things, its sureness is worth little. */
  function strange(name) {
    const { outside } = seewhy.answer;
    return outside && !SAYS_ITSELF.includes(name) ? [make("p", "unsure", `${outside.headline} ${shared.unsure}`)] : [];
  }

  async function experiment(name) {
    const [module] = await Promise.all([import(address(`${name}/${name}.js`)), dressed(`${name}/${name}.css`)]);
    const body = make("section", "experiment");
    body.dataset.experiment = name;
    const back = button("link back-to-cards", shared.all, () => open("cards"));
    back.hidden = seewhy.hidden; // the tests tell the answer
    here.replaceChildren(back, ...strange(name), body);
    const closing = module.default({
      root: body,
      words: { ...shared, ...worded(name) },
      // What the server knows: see `constants` of the experiment's class.
      constants: props.constants[name],
      // What is shown: see viewer.js for the picture and its maps, answer.js for the answer.
      view: seewhy.view(),
      answer: seewhy.answer,
      // This visit's tries with this picture, kept until another one comes.
      tries: (visit.tries[name] ??= []),
      ask: (values, endpoint = name) => ask(endpoint, values),
      drawMap: seewhy.drawMap,
      tell: seewhy.tell,
      file: (path) => address(path),
      go,
      cards: () => open("cards"),
      // Whether the visitor has yet to see the answer; `hidden(false)` ends that.
      hidden: (still = seewhy.hidden) => {
        seewhy.hidden = back.hidden = still;
        return still;
      },
      toAnswer: seewhy.shown,
      guessFirst: seewhy.guessFirst,
      anotherPicture: () => find(document, "#new-picture").click(),
    });
    return typeof closing === "function" ? closing : null;
  }

  /* --- moving between them --- */

  function leave() {
    if (pending) {
      // nobody waits for its answer any more
      settle(null);
      seewhy.outdate();
      seewhy.finished();
    }
    opened?.();
    opened = null;
  }

  const go = (name) => open(name);

  /* Shows "cards", or an experiment by its name. */
  async function open(name, remember = true) {
    leave();
    const { picture } = seewhy.view();
    if (visit.picture !== picture) visit = { picture, tries: {} };
    if (name === "cards") cards();
    else opened = await experiment(name);
    root.dataset.state = name === "cards" ? "cards" : "experiment";
    if (remember) seewhy.remember(name);
    scrollTo({ top: 0 });
    // Where the keyboard goes on, and what a screen reader says next.
    const head = here.querySelector("h1");
    head?.setAttribute("tabindex", "-1");
    head?.focus({ preventScroll: true });
  }

  return {
    open,
    unanswered,
    forget: () => {
      leave();
      visit = { picture: null, tries: {} };
      first = 0;
      here.replaceChildren();
    },
  };
}
