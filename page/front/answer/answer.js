/* The answer. Gradio calls this once, with `element`, `props`, `trigger` and `watch`. */

const { words } = props;
const { bar, button, capital, make, say } = seewhy.shared;
const find = (selector) => seewhy.shared.find(element, selector);

find(".title").textContent = words.title;
find(".doubt").textContent = words.doubt;
find(".yes").textContent = words.yes;
find(".not-yet").textContent = words.not_yet;
find(".yes").addEventListener("click", () => seewhy.vote("yes"));
find(".not-yet").addEventListener("click", () => seewhy.vote("not_yet"));
find(".vote").hidden = !props.tests;
find(".next-title").textContent = words.next;
find(".tap").textContent = `· ${words.tap}`;
find(".strange p").textContent = words.no_percent;
find(".strange .go").textContent = words.familiar;
find(".strange .go").addEventListener("click", () => seewhy.shared.find(document, "#new-picture").click());
find(".strange .all").textContent = words.all_tests;
find(".strange .all").hidden = !props.tests;
find(".strange .all").addEventListener("click", () => seewhy.open("tests"));

// Left and right go from one answer to the other, as between things of which one is chosen.
find(".answers").addEventListener("keydown", ({ key }) => {
  if (key === "ArrowLeft" || key === "ArrowRight") find(".answers button:not(:focus)")?.focus();
});

function pick(index) {
  seewhy.repeatable(() => trigger("pick", { index }));
}
seewhy.pick = pick;

/* Never empty: even the least share is one. */
function meter(share) {
  const made = bar(Math.max(0.02, share));
  made.setAttribute("aria-hidden", "true");
  return made;
}

/* A percentage, in words for whoever hears it: a sign for more or less would not be heard. */
function shown(element, { percent, heard }) {
  if (percent === heard) {
    element.textContent = percent;
    return element;
  }
  const seen = make("span", "", percent);
  seen.setAttribute("aria-hidden", "true");
  element.replaceChildren(seen, make("span", "sr", heard));
  return element;
}

function row(answer, chosen, outside) {
  const item = make("li");
  const whole = button("row", "", () => pick(answer.index));
  whole.dataset.index = answer.index;
  whole.setAttribute("aria-pressed", String(answer.index === chosen));
  whole.append(make("span", "", capital(answer.label)));
  if (!outside) whole.append(meter(answer.confidence), shown(make("span", "num"), answer));
  item.append(whole);
  return item;
}

/* What the map is for where it is another word, and whether the tests shall be about that one, too. */
function about(value, first) {
  find(".about").hidden = !value.asked;
  find(".asked").textContent = value.asked;
  find(".back").textContent = say(words.back, { label: first.label });
  find(".back").onclick = () => pick(first.index);
  const tested = value.top.find((each) => each.index === seewhy.chosen?.index) ?? first;
  const other = value.top.find((each) => each.index === value.index);
  find(".use").hidden = !other || other === tested || !props.tests;
  find(".use").textContent = say(words.use, { label: other?.label });
  find(".use").onclick = () => seewhy.testsAbout(value.index);
  find(".tested").hidden = tested === first;
  find(".tested b").textContent = say(words.tested, tested);
  find(".tested button").textContent = say(words.tested_back, first);
  find(".tested button").onclick = () => seewhy.testsAbout(first.index);
}

function show(value) {
  seewhy.answer = value;
  if (!value) return;
  const { outside } = value;
  const [first, ...others] = value.top;
  // What may be none of its words gets no percentage, and the first word stands among those that came nearest.
  find(".answer").classList.toggle("outside", Boolean(outside));
  find("h1").textContent = outside ? outside.headline : capital(first.label);
  find(".lead").textContent = outside ? outside.lead : "";
  find(".sure").textContent = value.sure;
  shown(find(".pct"), first);
  find(".meter .bar i").style.width = `${100 * first.confidence}%`;
  find(".labels").textContent = value.own_word;
  about(value, first);
  const held = find(".next :focus")?.dataset.index; // the keyboard stays where it was
  find(".next").replaceChildren(
    ...(outside ? value.top.slice(0, outside.nearest) : others).map((answer) => row(answer, value.index, outside)),
  );
  if (held) find(`.next [data-index="${held}"]`)?.focus({ preventScroll: true });
}

seewhy.answerAgain = () => show(props.value);
watch("value", () => show(props.value));
show(props.value);
