/* Above every test: what the tests are about, how far one is, and the way to all tests. */

import { drawCard } from "./cards.js";
import { icon } from "./icons.js";
import { plain } from "./numbers.js";
import { button, capital, make, say, sheet } from "./shared.js";
import { actionOf } from "./titles.js";

/**
 * What the tests are about, as a way back to the answer; and the way back to the first answer from another word.
 * @param {Visit} visit
 * @param {Words} words
 */
function about(visit, words) {
  const { answer, view } = visit;
  const [first] = answer.top;
  const named = ({ label, percent }) =>
    answer.outside ? label : say(words.about_sure, { label: capital(label), percent });
  const made = make("div", "about");
  const small = sheet(132, 132);
  small.setAttribute("aria-hidden", "true");
  drawCard("answer", small, view);
  const text = make("span");
  text.append(make("span", "", words.tests_about), make("b", "", named(visit.word)));
  const whole = button("to-answer", "", seewhy.shown);
  whole.setAttribute("aria-label", `${words.tests_about} ${named(visit.word)}. ${words.to_the_answer}`);
  whole.append(small, text);
  made.append(whole);
  if (visit.word.index !== first.index) {
    const back = say(words.tests_back, { label: first.label, percent: answer.outside ? "" : first.percent });
    made.append(button("link back-to-first", back, () => seewhy.testsAbout(first.index)));
  }
  return made;
}

/* The steps, for a wide screen: those that are done lead back to their results. */
function path(visit, words, titles, now, open) {
  const made = make("ol", "path");
  visit.thread.forEach((name, place) => {
    const item = make("li");
    const done = visit.done(name) && name !== now;
    const sign = make("i");
    if (done) sign.append(icon("done"));
    else sign.textContent = String(place + 1);
    sign.setAttribute("aria-hidden", "true");
    if (name === now) {
      item.className = "on";
      item.setAttribute("aria-current", "step");
    }
    const text = make("span", "", actionOf(titles[name]));
    if (!done) item.append(sign, text);
    else {
      item.className = "did";
      const back = button("step", "", () => open(name));
      back.append(sign, text);
      item.append(back);
    }
    made.append(item);
  });
  const last = make("li", now === "found" ? "on" : "", words.found_step);
  if (now === "found") last.setAttribute("aria-current", "step");
  made.append(last);
  return made;
}

/* How far one is, for a narrow screen. */
function progress(visit, words, now) {
  const count = visit.thread.length;
  const at = visit.thread.indexOf(now) + 1;
  const done = visit.thread.filter((name) => visit.done(name)).length;
  const end =
    done < count ? plain(say(words.checks_done, { count: done, all: count })) : say(words.all_done, { count });
  const text = now === "found" ? end : say(words.test_of, { number: at, count });
  const made = make("div", "prog");
  const parts = make("span", "segs");
  parts.setAttribute("aria-hidden", "true");
  visit.thread.forEach((name, place) =>
    parts.append(make("i", visit.done(name) ? "full" : place === at - 1 ? "now" : "")),
  );
  made.append(make("span", "", text), parts);
  return made;
}

/**
 * The bar above a page of the tests; `now` is the page's name.
 * @param {Visit} visit
 * @param {Words} words
 * @param {Record<string, Words>} titles
 * @param {string} now
 * @param {(name: string) => unknown} open
 */
export function threadBar(visit, words, titles, now, open) {
  const bar = make("nav", "thread");
  bar.setAttribute("aria-label", words.your_tests);
  bar.append(about(visit, words));
  const { thread } = visit;
  const back = (text, name) => {
    const made = button("link all-tests", "", () => open(name));
    made.append(icon("back"), make("span", "", text));
    return made;
  };
  if (thread.length > 1 && (now === "found" || thread.includes(now))) {
    const all = button("link all-tests", words.all, () => open("tests"));
    bar.append(path(visit, words, titles, now, open), progress(visit, words, now), all);
  } else if (now !== "found" && visit.from === "found") bar.append(back(words.back_to_found, "found"));
  else if (now === "tests") {
    const at = thread.indexOf(visit.last);
    if (at >= 0) bar.append(back(say(words.back_to_test, { number: at + 1, count: thread.length }), visit.last));
  } else bar.append(back(words.all, "tests"));
  return bar;
}
