/* What you found out: a line for each test of this visit, whether one believes it now, and a sheet to keep. */

import { docked } from "./dock.js";
import { headed, withNumbers } from "./headline.js";
import { icon } from "./icons.js";
import { keepSheet, printSheet } from "./sheet.js";
import { bar, button, capital, make, say, spoken } from "./shared.js";
import { titleOf } from "./titles.js";

const MOST = 6; // lines

/* The visitor's tests of the present word, the newest last; of each test the last time it was made. The checks of the
   map are one line. */
function linesOf(visit, words, titles, checks) {
  const mine = visit.findings.filter((each) => each.word === visit.word.index);
  const last = mine.filter((each, i) => mine.findLastIndex((other) => other.name === each.name) === i);
  const lines = last
    .filter((each) => !checks.includes(each.name))
    .map((each) => ({ ...each, title: titleOf(titles[each.name]) }));
  const checked = last.filter((each) => checks.includes(each.name));
  if (checked.length) {
    const together = say(words.found_map, { count: checked.length, all: checks.length });
    lines.push({ ...checked[checked.length - 1], title: words.honest, line: together });
  }
  return lines.slice(-MOST);
}

function line(found) {
  const item = make("li");
  const text = make("div");
  found.picture.setAttribute("role", "img");
  found.picture.setAttribute("aria-label", found.alt);
  text.append(make("p", "kick", found.title), withNumbers(make("h2"), found.line), make("p", "small", found.control));
  if (found.three) text.append(withNumbers(make("p", "small"), found.three));
  item.append(found.picture, text);
  return item;
}

/* Yes or no, once more. What was said can be changed until one leaves. */
function vote(visit, words, voted) {
  const made = docked(make("div", "vote"));
  const question = make("p", "doubt", words.believe_now);
  question.id = "believe-now";
  const answers = make("div", "answers");
  answers.setAttribute("role", "group");
  answers.setAttribute("aria-labelledby", question.id);
  const both = { yes: words.yes, no: words.no };
  for (const [said, text] of Object.entries(both)) {
    const one = button("alt", text, () => {
      visit.believes = said;
      press();
      voted();
    });
    one.dataset.said = said;
    answers.append(one);
  }
  const reply = spoken("small reply", "");
  const press = () => {
    for (const each of answers.querySelectorAll("button"))
      each.setAttribute("aria-pressed", String(each.dataset.said === visit.believes));
    reply.textContent = replyTo(visit, words);
  };
  press();
  const asked = make("div");
  const before = { yes: words.said_before_yes, not_yet: words.said_before_not_yet }[visit.said];
  asked.append(question, ...(before ? [make("p", "small", before)] : []));
  made.append(asked, answers, reply);
  return made;
}

/* What is said to an answer: each gets a reply, and one that is another than before the tests one of its own. */
function replyTo({ said, believes }, words) {
  const changed = { yes: said === "not_yet", no: said === "yes" }[believes];
  if (changed) return believes === "yes" ? words.reply_now_yes : words.reply_now_no;
  return { yes: words.reply_yes, no: words.reply_no }[believes] ?? "";
}

function sheetToKeep(visit, words, lines) {
  const made = make("div", "keep");
  const row = make("div", "pair");
  const save = button("alt", "", () => keepSheet(visit, words, lines));
  const print = button("alt", "", () => printSheet(visit, words, lines));
  save.append(icon("save"), make("span", "", words.sheet_save));
  print.append(icon("print"), make("span", "", words.sheet_print));
  row.append(save, print);
  made.append(make("p", "over", words.sheet), row, make("p", "small", words.keeps_nothing));
  return made;
}

/* What others said, once one has said it oneself: of the page's own pictures alone, and where it counts. */
async function others(visit, words, place) {
  const example = Number(visit.example || NaN);
  if (!seewhy.given.tally || !visit.said || !Number.isInteger(example)) return;
  const covered = visit.findings.findLast((each) => each.name === "cover" && each.word === visit.word.index);
  const said = {
    example,
    before: visit.said === "yes",
    after: visit.believes === "yes",
    less: covered?.less ?? null,
  };
  const counts = await fetch("tally", { method: "POST", body: JSON.stringify(said) })
    .then((response) => (response.ok ? response.json() : null))
    .catch(() => null);
  if (!counts?.people || visit.believes !== (said.after ? "yes" : "no")) return;
  const row = (text, count, all) => {
    const made = make("div", "other");
    const share = bar(count / all);
    share.setAttribute("aria-hidden", "true");
    made.append(make("span", "", text), make("span", "num", say(words.others_of, { count, all })), share);
    return made;
  };
  place.replaceChildren(
    make("p", "over", words.others),
    row(words.others_before, counts.before, counts.people),
    row(words.others_after, counts.after, counts.people),
    ...(counts.covered ? [row(words.others_less, counts.less, counts.covered)] : []),
    make("p", "small", words.others_only),
  );
}

/**
 * The page; `act` leads on from it.
 * @param {object} given
 * @param {Visit} given.visit
 * @param {Words} given.words
 * @param {Record<string, Words>} given.titles
 * @param {string[]} given.checks of the map
 * @param {boolean} given.kiosk
 * @param {{more: () => unknown, again: () => unknown, card: (() => unknown) | null}} given.act
 */
export function foundOut({ visit, words, titles, checks, kiosk, act }) {
  const { answer, word } = visit;
  const lines = linesOf(visit, words, titles, checks);
  const kicker = [
    capital(word.label),
    word.index === answer.top[0].index ? answer.sure.toLowerCase() : "",
    word.percent,
  ];
  const left = make("div", "side");
  const list = make("ol", "found");
  list.append(...lines.map(line));
  left.append(
    headed(kicker.filter(Boolean).join(", "), say(words.found_about, { label: word.label })),
    lines.length ? list : make("p", "", words.found_nothing),
  );
  const right = make("div", "side");
  const next = make("div", "then");
  const other = button("go", words.show_another, act.again);
  next.hidden = !visit.believes;
  next.append(other);
  const rest = make("div", "others-said");
  const voted = () => {
    next.hidden = false;
    others(visit, words, rest);
  };
  const links = make("div", "links");
  links.append(button("link", words.one_more_test, act.more));
  if (act.card) links.append(button("link", words.make_card, act.card));
  if (!kiosk) links.append(button("link", words.start_again, act.again));
  right.append(
    vote(visit, words, voted),
    rest,
    next,
    ...(kiosk || !lines.length ? [] : [sheetToKeep(visit, words, lines)]),
    ...(kiosk ? [make("p", "small", words.keeps_nothing_kiosk)] : []),
    links,
  );
  const two = make("div", "two found-out");
  two.append(left, right);
  return [two];
}
