/* Memory card: a part is marked, put into words, and laid beside the model's word and map. */

import { blobOf, save, upload } from "../files.js";
import { painter } from "../painter.js";
import { button, counted, figure, group, make, option, painted, percent, photo, pressOnly, say } from "../shared.js";

// The cards that were made in this window, of any picture; on a public screen there are none.
const made = [];

/** @param {Stage} stage */
export default function open({ words, constants, view, kiosk, ask, drawMap, places, tell, show: put, onward }) {
  /* --- marking and writing --- */

  function marking() {
    const brush = painter({ view, words, places, drawMap });
    const typed = Object.assign(make("textarea"), {
      rows: 1,
      maxLength: constants.most_letters,
      placeholder: words.meaning_type,
    });
    const label = make("label", "meaning", words.meaning);
    label.append(typed);
    const choice = group("choice", words.meaning);
    for (const text of [words.tap_dear, words.tap_laugh, words.tap_home])
      choice.append(
        button("", text, () => {
          typed.value = text;
          press();
        }),
      );
    const press = () => pressOnly(choice, (each) => each.textContent === typed.value);
    typed.addEventListener("input", press);
    press();
    const licence = make("select");
    const names = { private: words.licence_private, cc0: words.licence_cc0, "cc-by": words.licence_by };
    for (const key of constants.licences) licence.append(option(names[key], key));
    const allowed = make("label", "licence", words.licence_choice);
    allowed.append(licence);
    const go = button("go", words.make, async () => {
      go.disabled = true;
      const card = { mask: brush.mask(), meaning: typed.value, licence: licence.value };
      const told = await ask(card);
      go.disabled = false;
      if (told) show(told, brush, card);
    });
    const side = make("div", "side");
    const other = make("details", "curious");
    other.append(make("summary", "", words.other_ways), choice, allowed);
    // Where there is no keyboard, ready words are all that there is to choose, and nothing can be kept.
    side.append(label, ...(kiosk ? [choice, go] : [go, other]));
    const two = make("div", "two");
    two.append(brush.element, side);
    put(words.card_title, make("p", "lead", words.lead), two);
  }

  /* --- both beside each other, and the card --- */

  function show(told, brush, card) {
    if (!kiosk && made.length < constants.most) made.push({ ...card, picture: view.image.src });
    const halves = make("div", "halves");
    halves.append(
      figure(
        painted(view.image, (canvas) => {
          canvas.getContext("2d").drawImage(view.image, 0, 0);
          brush.outline(canvas);
        }),
        words.alt_yours,
        make("b", "", say(words.you, { meaning: told.meaning })),
      ),
      figure(
        painted(view.image, (canvas) => drawMap(canvas, view.image, view.seen, told.map)),
        say(words.alt_model, { label: told.label }),
        ...(told.nearest
          ? [make("b", "", told.nearest)]
          : [make("span", "big", percent(told.share, words)), make("b", "", say(words.says, { label: told.label }))]),
      ),
    );
    const last = make("div", "halves");
    const panel = make("div", "panel paper");
    panel.append(photo(told.card, words.alt_card));
    const side = make("div", "side");
    side.append(
      ...[told.compared, told.left_out].filter(Boolean).map((text) => make("p", "", text)),
      make("p", "limits", words.limits),
    );
    side.append(...(kiosk ? [next("alt")] : keeping(told)));
    last.append(panel, side);
    put(told.headline, halves, last, onward());
  }

  const next = (kind) => button(kind, words.one_more, marking);

  /* The card to keep; when there are several, all of them. */
  function keeping(told) {
    const row = make("div", "row");
    row.append(
      button("alt", words.keep, () => save(blobOf(told.card), words.file)),
      next("alt"),
    );
    if (made.length < 2) return [row];
    const all = make("div", "side collected");
    const together = make("div", "row");
    const forget = () => {
      made.length = 0;
      all.remove();
    };
    together.append(button("alt", words.keep_all, keepAll), button("link", words.forget, forget));
    all.append(make("p", "", counted(words, "collected", made.length, { count: made.length })), together);
    return [row, all];
  }

  async function keepAll() {
    const paths = new Map();
    for (const { picture } of made) if (!paths.has(picture)) paths.set(picture, await upload(blobOf(picture), words));
    const lost = [...paths.values()].find((each) => each.problem);
    if (lost) return tell(lost.problem);
    const told = await ask(
      {
        pictures: made.map((each) => paths.get(each.picture)),
        masks: made.map((each) => each.mask),
        meanings: made.map((each) => each.meaning),
        licences: made.map((each) => each.licence),
      },
      "memory_cards",
    );
    if (told) save(blobOf(told.zip), words.data_file);
  }

  marking();
}
