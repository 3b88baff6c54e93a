/* The answer. Gradio calls this once, with `element`, `props`, `trigger` and `watch`. */

const { words } = props;
const { bar, button, capital, make, say } = seewhy.shared;
const find = (selector) => seewhy.shared.find(element, selector);

find(".title").textContent = words.title;
for (const doubt of element.querySelectorAll(".doubt")) doubt.textContent = words.doubt;
find(".test").textContent = words.test;
find(".ask button").addEventListener("click", () => seewhy.open("cards"));
find(".next-title").textContent = words.next;
find(".tap").textContent = `· ${words.tap}`;
find(".strange p").textContent = words.no_percent;
find(".strange button").textContent = words.familiar;
find(".strange button").addEventListener("click", () => seewhy.shared.find(document, "#new-picture").click());

function pick(index) {
  seewhy.repeatable(() => trigger("pick", { index }));
}

/* Never empty: even the least share is one. */
function meter(share) {
  const made = bar(Math.max(0.02, share));
  made.setAttribute("aria-hidden", "true");
  return made;
}

function row(answer, chosen, outside) {
  const item = make("li");
  const whole = button("row", "", () => pick(answer.index));
  whole.dataset.index = answer.index;
  whole.setAttribute("aria-pressed", String(answer.index === chosen));
  whole.append(make("span", "", capital(answer.label)));
  if (!outside) whole.append(meter(answer.confidence), make("span", "num", answer.percent));
  item.append(whole);
  return item;
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
  find(".ask button").className = outside ? "alt" : "go";
  find(".others")[outside ? "after" : "before"](find(".ask"));
  find(".labels").textContent = document.documentElement.lang === "en" ? "" : value.vocabulary.language;
  find(".sure").textContent = value.sure;
  find(".pct").textContent = first.percent;
  find(".meter .bar i").style.width = `${100 * first.confidence}%`;
  find(".about").hidden = !value.asked;
  find(".asked").textContent = value.asked;
  find(".about button").textContent = say(words.back, { label: first.label });
  find(".about button").onclick = () => pick(first.index);
  const held = find(".next :focus")?.dataset.index; // the keyboard stays where it was
  find(".next").replaceChildren(
    ...(outside ? value.top.slice(0, outside.nearest) : others).map((answer) => row(answer, value.index, outside)),
  );
  if (held) find(`.next [data-index="${held}"]`)?.focus({ preventScroll: true });
}

watch("value", () => show(props.value));
show(props.value);
