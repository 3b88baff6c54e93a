/* The same test with another picture: it stays in the test, and three stand side by side at the end. */

import { upload } from "./files.js";
import { glows } from "./glows.js";
import { focusHeading, headed, withNumbers } from "./headline.js";
import { icon } from "./icons.js";
import { oneShot } from "./one_shot.js";
import { steps } from "./onward.js";
import { bar, button, capital, find, layerNamed, make, numeral, photo, say, sheet, spoken } from "./shared.js";

const ENOUGH = 3;
const MOST = 6;
const EXAMPLES = 5;

/** @param {View} view */
const layerOf = (view) => layerNamed(view.layers, view.default_layer);

/* A picture with its map, cut to what the model saw. */
function mapOf(view) {
  const whole = sheet(view.image.naturalWidth, view.image.naturalHeight);
  seewhy.drawMap(whole, view.image, view.seen, layerOf(view));
  const cut = sheet(300, 300);
  const [x, y, width, height] = view.seen;
  cut
    .getContext("2d")
    .drawImage(whole, x * whole.width, y * whole.height, width * whole.width, height * whole.height, 0, 0, 300, 300);
  return cut;
}

function labelled(canvas, text) {
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", text);
  return canvas;
}

/**
 * @param {object} given
 * @param {HTMLElement} given.root
 * @param {string} given.question
 * @param {Words} given.words of the stage
 * @param {Words} given.places
 * @param {{view: View, finding: Finding}} given.first
 * @param {(source: object) => Promise<{view: View, answer: Answer} | null>} given.look
 * @param {(view: View, answer: Answer, source: object) => Promise<Finding | null>} given.repeat
 * @param {[string, () => unknown]} given.next
 * @param {(verdict: string) => unknown} given.together gets what all pictures together say
 * @param {boolean} given.files whether files may be chosen
 */
export function three({ root, question, words, places, first, look, repeat, next, together, files }) {
  /** @type {{view: View, finding: Finding | null}[]} */
  const done = [first];
  let wanted = ENOUGH;
  let stop = () => {};

  function pictureOf({ view, finding }, number) {
    const slot = make("section", "slot");
    const pair = make("div", "pairs");
    pair.append(
      labelled(mapOf(view), glows(say(words.map_of, { label: view.label }), layerOf(view), words, places)),
      ...(finding ? [labelled(copy(finding.picture), finding.alt)] : []),
    );
    slot.append(make("p", "kick", say(words.picture_of, { number, count: Math.max(wanted, done.length) })), pair);
    if (!finding) {
      slot.append(spoken("small", words.asking));
      return slot;
    }
    slot.append(withNumbers(make("h2"), `${capital(finding.label)}: *${finding.numbers}*`));
    const bars = make("div", "b3");
    finding.bars.forEach(([text, share, percent, was], place) => {
      const row = make("div", `${was ? "was" : ""}${place === 2 ? " beside" : ""}`);
      row.append(make("span", "", text), bar(share), numeral("num", percent, words));
      bars.append(row);
    });
    const said = make("p");
    said.append(make("b", "", finding.verdict), " ", make("span", "small", finding.note));
    slot.append(bars, said);
    return slot;
  }

  function copy(canvas) {
    const made = sheet(canvas.width, canvas.height);
    made.getContext("2d").drawImage(canvas, 0, 0);
    return made;
  }

  function picker(number) {
    const slot = make("section", "slot pickslot");
    const line = spoken("small trouble", "");
    const choose = button("go", "", () => file.click());
    choose.append(icon("picture"), make("span", "", words.choose_picture));
    const film = button(files ? "alt" : "go", "", async () => {
      const stream = await seewhy.film();
      if (!stream) return;
      const shot = oneShot(stream, words, (data) => take(data));
      stop();
      stop = shot.stop;
      slot.replaceChildren(make("p", "kick", kicker), shot.element);
    });
    film.append(icon("camera"), make("span", "", words.use_film));
    const file = Object.assign(make("input"), { type: "file", accept: seewhy.given.accept, hidden: true });
    file.addEventListener("change", async () => {
      const [given] = file.files ?? [];
      if (!given) return;
      const sent = await upload(given, words);
      if (sent.problem) line.textContent = sent.problem;
      else take({ path: sent.path });
    });
    const kicker = say(words.picture_of, { number, count: Math.max(wanted, number) });
    slot.append(
      make("p", "kick", kicker),
      make("h2", "", words.which_next),
      ...(files ? [choose, file] : []),
      film,
      line,
      ...examples(),
    );
    async function take(source) {
      line.textContent = words.asking;
      const there = await look(source);
      if (!there) return void (line.textContent = "");
      if (there.answer.outside) return outside();
      stop();
      done.push({ view: there.view, finding: null });
      draw();
      const finding = await repeat(there.view, there.answer, source);
      if (finding) done[done.length - 1] = { view: there.view, finding };
      else done.pop();
      draw();
    }
    function outside() {
      stop();
      if (!slot.contains(line)) draw(words.no_word_fits);
      else line.textContent = words.no_word_fits;
    }
    function examples() {
      const all = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#examples [data-number]"))];
      const left = all.filter((each) => !used.has(each.dataset.number ?? "")).slice(0, EXAMPLES);
      if (!left.length) return [];
      const row = make("div", "minis");
      for (const each of left) {
        const one = button("", "", () => {
          used.add(each.dataset.number ?? "");
          take({ example: Number(each.dataset.number) });
        });
        one.append(photo(find(each, "img").src), make("span", "", each.textContent));
        row.append(one);
      }
      return [make("p", "over", words.or_tap), row];
    }
    return slot;
  }
  const used = new Set([seewhy.tapped]);

  function waiting(number) {
    const slot = make("section", "slot emptyslot");
    const kicker = say(words.picture_of, { number, count: wanted });
    slot.append(make("p", "over", kicker), make("p", "small", words.after_that));
    return slot;
  }

  function verdict() {
    const found = done.filter((each) => each.finding);
    if (found.length < ENOUGH) return words.three_pictures;
    const held = found.filter((each) => each.finding?.held).length;
    return say(first.finding.together ?? words.three_done, { count: held, all: found.length });
  }

  function draw(trouble = "") {
    const asked = done.every((each) => each.finding);
    const slots = done.map((each, i) => pictureOf(each, i + 1));
    if (asked && done.length < wanted) slots.push(picker(done.length + 1));
    while (slots.length < ENOUGH) slots.push(waiting(slots.length + 1));
    const whole = make("div", "trip slots");
    whole.append(...slots);
    const full = asked && done.length >= wanted;
    const more = () => {
      wanted = done.length + 1;
      draw();
    };
    root.replaceChildren(
      headed(question, verdict()),
      whole,
      make("p", "small", full ? words.three_no_proof : (first.finding.each ?? words.each_time)),
      full
        ? steps({ next, again: done.length < MOST ? [words.one_more_picture, more] : null, links: [] })
        : button("link enough", words.enough, next[1]),
    );
    if (full) {
      together(verdict());
      scrollTo({ top: 0 });
    }
    if (trouble) find(root, ".trouble").textContent = trouble;
    focusHeading(root);
  }

  draw();
  scrollTo({ top: 0 });
  return () => stop();
}
