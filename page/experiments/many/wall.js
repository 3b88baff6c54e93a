/* The wall: one picture with its map and answer, and what the visitor says about it. */

import { button, capital, group, make, option, percent, pressOnly, say } from "../shared.js";

/* `row` as the server gives it, with its number. */
export function tile(row, words, drawMap) {
  const made = make("figure", "tile");
  made.dataset.number = row.number;
  const panel = make("div", "panel");
  const caption = make("figcaption");
  caption.append(make("span", "over", say(words.picture, { number: row.number })));
  if (row.picture) {
    const [best] = row.answers;
    const shown = {
      number: row.number,
      label: best.label,
      percent: percent(best.confidence, words),
      sentence: row.nearest,
    };
    const canvas = make("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", say(row.outside ? words.describe_outside : words.describe, shown));
    const image = new Image();
    image.onload = () => {
      Object.assign(canvas, { width: image.naturalWidth, height: image.naturalHeight });
      const { x, y, width, height } = row.seen;
      drawMap(canvas, image, [x, y, width, height], row.map);
    };
    image.src = row.picture;
    panel.append(canvas);
    // Outside, a percentage would mean little.
    caption.append(
      ...(row.outside
        ? [make("span", "", row.nearest)]
        : [make("b", "", capital(best.label)), make("span", "num", shown.percent)]),
    );
  } else {
    made.classList.add("broken");
    caption.append(make("span", "", row.problem));
  }
  made.append(panel, caption);
  return made;
}

/* One tap says whether the answer is right, another one takes that back; kept in `own`. */
export function verdict(row, own, words, changed) {
  const name = say(words.picture, { number: row.number });
  const made = group("choice verdict", name);
  for (const right of [true, false]) {
    const one = button("", right ? words.right : words.not_right, () => {
      if (own.right.get(row.number) === right) own.right.delete(row.number);
      else own.right.set(row.number, right);
      press();
      changed(right);
    });
    one.value = String(right);
    one.setAttribute("aria-label", `${name}: ${one.textContent}`);
    made.append(one);
  }
  const press = () => pressOnly(made, (each) => each.value === String(own.right.get(row.number)));
  press();
  return made;
}

/* What the visitor says of one picture, kept in `own`: a word for each number, and the numbers of those in costume.
   `typing` tells whether a word can be typed. */
export function controls(row, groups, own, words, typing) {
  const made = make("div", "controls");
  const select = make("select");
  select.setAttribute("aria-label", `${say(words.picture, { number: row.number })}: ${words.each}`);
  const add = (text, value) => select.append(option(text, value));
  const mine = own.each.get(row.number);
  add(words.as_all, "");
  add(say(words.its_answer, { label: row.answers[0].label }), row.answers[0].label);
  for (const name of new Set([...groups, mine].filter((each) => each && each !== row.answers[0].label)))
    add(capital(name), name);
  if (typing) add(words.other, "?");
  select.value = mine ?? "";
  const typed = Object.assign(make("input"), { type: "text", hidden: true, placeholder: words.type });
  typed.setAttribute("aria-label", words.type);
  const keep = () => own.each.set(row.number, select.value === "?" ? typed.value.trim() : select.value);
  select.addEventListener("change", () => {
    typed.hidden = select.value !== "?";
    if (!typed.hidden) typed.focus();
    keep();
  });
  typed.addEventListener("input", keep);
  const wears = Object.assign(make("input"), { type: "checkbox", checked: own.costume.has(row.number) });
  wears.addEventListener("change", () => own.costume[wears.checked ? "add" : "delete"](row.number));
  const label = make("label", "wears");
  label.append(wears, words.costume);
  made.append(select, typed, label);
  return made;
}
