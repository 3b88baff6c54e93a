/* For and against: one word's map in two colours, then that word beside another one, and what the colours are worth. */

import { gallery } from "../gallery.js";
import { checked, layers } from "../one_map.js";
import { square } from "../pictures.js";
import { bar, brightestNinth, button, find, loaded, make, numeral, percent, placeOf, say } from "../shared.js";

/** @param {Stage} stage */
export default function open({
  root,
  words,
  view,
  answer,
  target,
  layer,
  ask,
  show: put,
  found,
  onward,
  places,
  working,
}) {
  // Against what a single word is weighed: the first answer, or the second when it is that one.
  const rival = Number.isInteger(answer.index) ? answer.top.find((each) => each.index !== answer.index) : null;
  let weighed = false;

  /* Where it speaks most for the word, and where most against it. */
  function where({ map: { width, height, grid } }) {
    const most = (sign, sentence) => {
      const values = grid.map((value) => Math.max(0, sign * value));
      const place = placeOf(brightestNinth({ width, height, values }), places);
      return Math.max(...values) > 0 ? say(sentence, { place }) : "";
    };
    return [most(1, words.for_where), most(-1, words.against_where)].filter(Boolean).join(" ");
  }

  async function side(told, text) {
    const title = say(words.map_of, { label: told.label });
    const below = where(told);
    return { picture: await loaded(told.picture), alt: `${title}. ${below}`, title, below, text };
  }

  /* The scale in the colours of the maps. */
  function legend({ colours }) {
    const made = make("div", "legend");
    const scale = make("i");
    const stops = colours.map((colour) => `rgb(${colour.join(" ")})`);
    scale.style.background = `linear-gradient(90deg, ${stops.join(", ")})`;
    made.append(
      scale,
      make("span", "", words.against),
      make("span", "", words.little),
      make("span", "", words.in_favour),
    );
    return made;
  }

  /* How much is against it at each layer, in the colour of what is. */
  function bars(told) {
    const made = make("div", "bars");
    for (const { title, share_against: share } of told.layers) {
      const filled = bar(share ?? 0);
      find(filled, "i").style.background = `rgb(${told.colours[1].join(" ")})`;
      made.append(make("span", "", title), filled, numeral("num", share === null ? "–" : percent(share, words), words));
    }
    return made;
  }

  function curious(told) {
    const whole = make("details", "curious");
    whole.append(
      make("summary", "", words.curious),
      ...(told.most ? [make("p", "", told.most)] : []),
      make("h2", "", words.by_layer),
      bars(told),
    );
    return whole;
  }

  /* One sentence stands out: that of the map that came last. */
  async function show(alone, beside) {
    const last = beside ?? alone;
    const all = [await side(alone, beside ? alone.headline : ""), ...(beside ? [await side(beside, "")] : [])];
    const { stage, rows } = gallery(all, all.length - 1);
    const more = make("div", "side");
    more.append(legend(alone), rows);
    if (last.tried) more.append(make("p", "", last.tried));
    more.append(
      layers(view, words, layer(), (name) => {
        layer(name);
        look();
      }),
      make("p", "limits", words.limits),
    );
    const weigh = async () => {
      weighed = true;
      await look(alone);
    };
    const next = rival && !beside ? [button("link", say(words.weigh, { label: rival.label }), weigh)] : [];
    found(
      checked({
        verdict: last.headline,
        control: last.tried || words.limits,
        label: last.label,
        picture: square(await loaded(last.picture)),
        alt: say(words.map_of, { label: last.label }),
      }),
    );
    more.append(onward(...next), ...(beside ? [] : [curious(alone)]));
    const two = make("div", "two");
    two.append(stage, more);
    put(last.headline, two);
  }

  async function look(known) {
    const told = await working(root, words.waiting, async () => {
      const alone = known ?? (await ask({ target, layer: layer() }));
      return alone && [alone, weighed ? await ask({ target, rival: rival?.index, layer: layer() }) : null];
    });
    if (told) await show(...told);
  }
  put(words.card_title);
  look();
}
