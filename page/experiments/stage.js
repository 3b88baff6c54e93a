/* The stage of all experiments: the one that is open, its questions to the server, and the way from one to the next. */

import { allTests, CHECKS } from "./all_tests.js";
import { foundOut } from "./found.js";
import { glows } from "./glows.js";
import { focusHeading, headed } from "./headline.js";
import { nextStep, steps, waiting } from "./onward.js";
import { opening } from "./opening.js";
import { button, capital, find, make, say } from "./shared.js";
import { tabs } from "./tabs.js";
import { three } from "./three.js";
import { threadBar } from "./thread_bar.js";
import { titleOf } from "./titles.js";
import { begin, chosenWord, isNow, newVisit, smallOf } from "./visit.js";
import { patience, working } from "./working.js";

const root = document.documentElement;
const kiosk = root.classList.contains("kiosk");
// What is about other pictures than the one on the page, or says by itself that this one may be none of the model's
// things.
const SAYS_ITSELF = ["many", "from_nothing", "you_first"];
const WITHOUT_PICTURE = ["many", "from_nothing"];
const RESULT = ".onward:not(.waiting)"; // what a result ends with
const MOST_EARLIER = 6; // pictures that are kept for a comparison, small
// What a link may name, and which test that is.
export const LINKS = {
  cover: "cover",
  fool: "fool",
  window: "move_the_window",
  guess: "you_first",
  dress: "dress_up",
  which: "dog_or_cat",
  nothing: "from_nothing",
  map: "try_map",
  "map.squares": "honest_grid",
  many: "many",
};

export async function start({ element, props, watch, home, send }) {
  const address = (name) => new URL(name, home).href;
  const shared = props.words;
  const [sentences] = await Promise.all([
    fetch(address("sentences")).then((response) => response.json()),
    dressed("stage.css"),
    dressed("story.css"),
  ]);
  const here = element.querySelector(".experiments");
  // The tests that make sense for a model with so many words.
  // Before a picture there is no answer yet.
  const offered = () =>
    props.cards.filter((name) => props.least_words[name] <= (seewhy.answer?.vocabulary?.classes ?? Infinity));
  const checks = props.cards.filter((name) => CHECKS.includes(name));
  let opened = null;
  let pending = null;
  let tickets = 0;
  let visit = newVisit();
  let today = null; // the test that a link named
  const earlier = []; // the pictures that were tested before in this window, small
  /** @type {Record<string, Words>} */
  let titles = sentences; // with what the questions are about
  let page = ""; // the one that is open
  let tabbed = false; // whether a tab was chosen, where the keyboard then stays

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
      const asked = { ticket, resolve, sent: false };
      pending = asked;
      seewhy.repeatable(() => {
        asked.sent = true;
        send({ name, values, ticket });
      });
    });
  }

  /* Nobody waits for its answer any more. */
  function giveUp() {
    settle(null);
    seewhy.outdate();
    seewhy.finished();
  }

  watch("value", () => {
    if (pending && props.value?.ticket === pending.ticket) settle(props.value.result);
  });
  // What was let go for this question is unanswered as well, before this one was sent.
  const unanswered = () => {
    if (pending?.sent && !("again" in root.dataset)) settle(null);
  };

  /* --- what the tests are about --- */

  /* Puts the picture of the visit to those before it, unless it is one of the page's own. */
  function put() {
    if (!visit.picture || visit.example || !visit.view) return;
    earlier.unshift(smallOf(visit.view.image));
    earlier.length = Math.min(earlier.length, MOST_EARLIER);
  }

  /* The visit to the picture on the page, with the map for its word; false where that map could not be had. */
  async function ready() {
    if (!seewhy.view()) {
      visit = newVisit();
      return true;
    }
    if (!isNow(visit)) {
      const { picture, model } = seewhy.view();
      if (visit.picture !== picture) put();
      visit = newVisit();
      Object.assign(visit, { picture, model, today, example: seewhy.tapped });
    }
    const word = chosenWord();
    const view = seewhy.viewOf(word.index) ?? (await mapFor(word.index));
    if (!view) return false;
    const answer = { ...seewhy.answer, index: word.index };
    if (visit.view !== view) visit.pages.clear(); // they are about another word, or another way of drawing
    Object.assign(visit, { word, view, answer, layer: visit.layer || view.default_layer });
    titles = Object.fromEntries(Object.entries(sentences).map(([name, words]) => [name, asking(name, words)]));
    return true;
  }

  /* The sentences of a test whose question names what the picture may show. */
  function asking(name, words) {
    const [first, second] = (visit.answer.kinds ?? visit.answer.top).map(({ label }) => capital(label));
    const title = visit.answer.titles[name] ?? say(titleOf(words), { first, second });
    return { ...words, card_title: title };
  }

  /* Another model or method came while the map of another word was on the page. */
  async function mapFor(index) {
    seewhy.pick(index);
    do await new Promise((resolve) => setTimeout(resolve, 50));
    while (!seewhy.viewOf(index) && "busy" in root.dataset);
    return seewhy.viewOf(index);
  }

  /* --- one experiment --- */

  /* Above every number: where the picture may be none of the model's things, its sureness is worth little. */
  function strange(name) {
    const { outside } = visit.answer ?? {};
    return outside && !SAYS_ITSELF.includes(name) ? [make("p", "unsure", `${outside.headline} ${shared.unsure}`)] : [];
  }

  const bar = (name) =>
    visit.view && !seewhy.hidden && !(name === "many" && !visit.said)
      ? [threadBar(visit, shared, titles, name, open)]
      : [];

  /* What stands in small above a test that was not made yet. */
  function kicker(name) {
    const at = visit.thread.indexOf(name);
    if (at === 0 && visit.said) return visit.said === "yes" ? shared.said_yes : shared.said_not_yet;
    if (at >= 0 && visit.thread.length > 1) return say(shared.test_of, { number: at + 1, count: visit.thread.length });
    return visit.today === name ? shared.today : "";
  }

  /* What comes after the first test, in words. */
  function then(name) {
    const [first, ...others] = visit.thread;
    if (name !== first || !others.length) return [];
    const questions = others.map((each) => titleOf(titles[each])).join(" ");
    return [[others.length > 1 ? shared.then_two : shared.then_one, `${questions} ${shared.at_the_end}`]];
  }

  function stageOf(name, body, module) {
    const words = { ...shared, ...titles[name] };
    const check = checks.includes(name);
    const question = check ? shared.honest : words.card_title;
    const given = {
      root: body,
      words,
      // What the server knows: see `constants` of the experiment's class.
      constants: props.constants[name],
      // What is shown: see viewer.js for the picture and its maps, answer.js for the answer.
      view: visit.view,
      answer: visit.answer,
      word: visit.word,
      target: visit.answer ? visit.word.index : null,
      // This visit's tries with this picture, kept until another one comes.
      tries: (visit.tries[`${name} ${visit.word.index}`] ??= []),
      layer: (chosen = visit.layer) => (visit.layer = chosen),
      ask: (values, endpoint = name) => ask(endpoint, values),
      drawMap: seewhy.drawMap,
      tell: seewhy.tell,
      file: (path) => address(path),
      go: open,
      // Whether the visitor has yet to see the answer; `hidden(false)` ends that.
      hidden: (still = seewhy.hidden) => {
        if (seewhy.hidden && !still) {
          seewhy.hidden = false;
          visit.guessed = true;
          begin(visit, offered());
          body.before(...bar(name));
        }
        return seewhy.hidden;
      },
      places: props.places,
      toAnswer: seewhy.shown,
      guessFirst: seewhy.guessFirst,
      kiosk,
      offers: (other) => offered().includes(other),
      /* The test, ready to be made. */
      begin: (/** @type {any} */ { buttons, how = [], ...readyMade }) => {
        const all = visit.thread[0] === name && visit.said ? [button("alt", shared.all, () => open("tests"))] : [];
        opening(body, {
          kicker: check ? shared.honest : kicker(name),
          title: words.card_title,
          ...readyMade,
          buttons: [...buttons, ...all],
          how: [...how, ...then(name)],
        });
      },
      /* A result: its verdict, and what shows it. */
      show: (verdict, ...parts) => {
        const layered = body.contains(document.activeElement) && document.activeElement?.matches(".layer select");
        const tab = tabbed || (body.contains(document.activeElement) && document.activeElement?.matches("[role=tab]"));
        tabbed = false;
        const head = headed(verdict === question ? "" : question, verdict);
        if (check && checks.length > 1) head.append(tabs(checks, name, titles, openTab));
        body.replaceChildren(head, ...parts);
        find(head, "h1").classList.toggle("headline", Boolean(body.querySelector(RESULT))); // it says a result
        if (layered) find(body, ".layer select")?.focus({ preventScroll: true });
        else if (tab) find(body, "[role=tab][aria-selected=true]")?.focus({ preventScroll: true });
        else {
          scrollTo({ top: 0 });
          focusHeading(body);
        }
      },
      /* What was found out, for the list at the end; a test that is made again replaces its line there. */
      found: (finding) => {
        entry = { name, word: visit.word.index, label: visit.word.label, ...finding };
        visit.findings.push(entry);
        document.querySelector(".thread")?.replaceWith(...bar(name));
        last = { view: visit.view, finding };
      },
      /* The visitor's pictures before this one, and those of the page but this one. */
      others: async () => [
        ...((await seewhy.spoiled()) ? [] : earlier),
        ...[.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#examples [data-number]"))]
          .map((each) => each.dataset.number ?? "")
          .filter((number) => number !== visit.example)
          .map((number) => ({ example: Number(number) })),
      ],
      giveUp,
      /* Says in a place what is done, as long as it works. */
      working: (place, text, work) => working(place, patience(text, words, giveUp), work),
      /* The page of a result before its numbers are there; what was there before comes back where there are none. */
      meanwhile: async (verdict, parts, work) => {
        const before = [...body.childNodes];
        const wait = patience(shared.asking, words, giveUp);
        given.show(verdict, ...parts, wait.element);
        const told = await work();
        wait.over();
        if (!told && body.contains(parts[0])) {
          body.replaceChildren(...before);
          focusHeading(body);
        }
        return told;
      },
      glows: (text, map) => glows(text, map, shared, props.places),
      onward: (...links) => onward(...links),
      /* The same before the numbers of a result are there. */
      waiting: (...links) => waiting(onward(...links), shared.asking),
    };
    let last = null;
    let entry = null; // its line at the end

    function onward(...links) {
      const [text, to] = nextStep(visit, shared, titles, name, checks);
      const all = button("link all-at-the-end", shared.all, () => open("tests"));
      /** @type {[string, () => unknown] | null} */
      const again = module.repeat ? [shared.same_test, () => again_with()] : null;
      const made = steps({ next: [text, () => open(to)], again, links: [...links, all] });
      return Object.assign(made, { renew: () => made.replaceWith(onward(...links)) });
    }

    /* The same test with other pictures; leaving it leads back to the first picture's result. */
    function again_with() {
      const [text, to] = nextStep(visit, shared, titles, name, checks);
      const parts = [...body.childNodes];
      const back = button("link back-to-result", shared.back_to_result, () => {
        closeThree();
        body.replaceChildren(...parts);
        back.remove();
        focusHeading(body);
      });
      const closeThree = three({
        root: body,
        question,
        words: shared,
        places: props.places,
        first: last,
        files: !kiosk || "files" in root.dataset,
        next: [text, () => open(to)],
        together: (verdict) => {
          entry.three = verdict;
        },
        look: async (source) => {
          const told = await ask("view", { picture: source });
          return told && { view: await seewhy.viewFrom(told.view), answer: told.answer };
        },
        repeat: (view, answer, source) =>
          module.repeat({
            ...given,
            view,
            answer,
            target: answer.top[0].index,
            word: answer.top[0],
            tries: [...given.tries],
            ask: (values, endpoint = name) => ask(endpoint, { ...values, picture: source }),
          }),
      });
      opened = () => {
        closeThree();
        if (!body.querySelector(".onward")) body.replaceChildren(...parts); // fewer than three say nothing together
      };
      body.append(back);
    }
    return given;
  }

  async function experiment(name) {
    const kept = visit.pages.get(name);
    if (kept) {
      here.replaceChildren(...bar(name), ...strange(name), kept);
      /** @type {any} */ (kept.querySelector(".onward"))?.renew?.();
      return null;
    }
    const [module] = await Promise.all([import(address(`${name}/${name}.js`)), dressed(`${name}/${name}.css`)]);
    const body = make("section", "experiment");
    body.dataset.experiment = name;
    here.replaceChildren(...bar(name), ...strange(name), body);
    const closing = module.default(stageOf(name, body, module));
    visit.pages.set(name, body);
    return typeof closing === "function" ? closing : null;
  }

  /* --- moving between them --- */

  function leave() {
    if (pending) giveUp();
    opened?.();
    opened = null;
    const now = visit.pages.get(visit.last);
    if (now && !now.querySelector(RESULT)) visit.pages.delete(visit.last); // there is no result to come back to
  }

  function openTab(name) {
    tabbed = true;
    return open(name, false);
  }

  function found() {
    const card = offered().includes("memory_card") && !kiosk ? () => open("memory_card") : null;
    const again = () => find(document, "#new-picture").click();
    const act = { more: () => open("tests"), again, card };
    const body = make("section", "experiment");
    body.append(...foundOut({ visit, words: shared, titles, checks, kiosk, act }));
    return [...bar("found"), body];
  }

  function tests() {
    const body = make("section", "tests");
    body.append(...allTests({ visit, offered: offered(), words: shared, titles, open }));
    return [...bar("tests"), ...strange("tests"), body];
  }

  /* Shows "tests", "found", or an experiment by its name. */
  async function open(name, remember = true) {
    leave();
    const before = page;
    if (!(await ready())) return;
    if (!visit.view && !WITHOUT_PICTURE.includes(name)) return;
    page = name;
    visit.from = before;
    if (name === "tests") here.replaceChildren(...tests());
    else if (name === "found") here.replaceChildren(...found());
    else {
      visit.last = name;
      opened = await experiment(name);
    }
    root.dataset.state = name === "tests" ? "tests" : "experiment";
    if (remember) seewhy.remember(name);
    if (here.contains(document.activeElement)) return; // the page has said itself where the keyboard goes on
    scrollTo({ top: 0 });
    focusHeading(here);
  }

  /* Do you believe it? What was said can be said anew; the tests that follow stay the same. */
  async function vote(said) {
    if (!(await ready())) return;
    visit.said = said;
    if (!visit.thread.length) begin(visit, offered());
    const [first] = visit.thread;
    await open(first && visit.thread.length ? first : "tests");
  }

  /* Whatever page of the tests is open is about another word now. */
  async function aboutAnother() {
    if (!["tests", "experiment"].includes(root.dataset.state ?? "")) return;
    const name = root.dataset.state === "tests" ? "tests" : visit.last;
    await open(name, false);
  }

  return {
    open,
    vote,
    unanswered,
    aboutAnother,
    /* The question of the test that a link names, or null where it is not here. */
    link: (name) => {
      const test = LINKS[name];
      if (!test || !offered().includes(test)) return null;
      if (!WITHOUT_PICTURE.includes(test) && test !== "you_first") today = test;
      return { test, kicker: shared.today, question: titleOf(titles[test]) };
    },
    forget: () => {
      leave();
      put();
      visit = newVisit();
      here.replaceChildren();
    },
  };
}
