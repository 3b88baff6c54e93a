/* The true squares of the last layer: what the one that is tapped says alone, what it adds, and which are like it. */

import { between } from "../placing.js";
import { button, capital, decimal, make, photo, say, spoken } from "../shared.js";

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * Makes the squares of a drawn map ones to tap.
 * @param {object} given
 * @param {Canvas} given.map where the map is drawn
 * @param {any} given.told what the server told of it
 * @param {View} given.view
 * @param {Words} given.words
 * @param {(values: object, endpoint?: string) => Promise<any>} given.ask
 * @param {HTMLElement} given.place where it is told
 * @param {() => void} given.redraw draws the map anew
 * @param {() => Promise<unknown[]>} given.others pictures to look for squares like one of these in
 * @param {Stage["working"]} given.working
 */
export function tapping({ map, told, view, words, ask, place, redraw, others, working }) {
  const { alone, sum } = told;
  const [rows, columns] = [alone.length, alone[0].length];
  const values = told.map.grid;
  const brightest = values.indexOf(Math.max(...values));
  let at = [Math.floor(brightest / columns), brightest % columns];
  const [x, y, width, height] = view.seen;

  function mark() {
    const pen = map.getContext("2d");
    const [across, down] = [(width * map.width) / columns, (height * map.height) / rows];
    const box = [x * map.width + at[1] * across, y * map.height + at[0] * down, across, down];
    for (const [colour, wide] of [
      ["#15110E", 8],
      ["#5FD0E0", 4],
    ]) {
      pen.strokeStyle = String(colour);
      pen.lineWidth = (Number(wide) * map.width) / 800;
      pen.strokeRect(box[0], box[1], box[2], box[3]);
    }
  }

  function tell() {
    const [row, column] = at;
    const said = make("p", "says");
    said.append(`${words.alone} `);
    alone[row][column].forEach((word, i) => said.append(make(i ? "span" : "b", "", capital(word)), " "));
    /** @type {HTMLElement[]} */
    const parts = [spoken("small", say(words.tap, { row: row + 1, column: column + 1 })), said];
    if (sum) {
      const [value, score] = [sum.cells[row][column], sum.score].map((each) => decimal(each, seewhy.given.point));
      parts.push(make("p", "small", say(words.adds, { label: told.label, value, score })));
    }
    parts.push(make("p", "limits", say(words.no_say, { count: rows * columns })));
    parts.push(button("link", words.alike, like));
    place.replaceChildren(...parts);
  }

  async function like() {
    const asked = at;
    const found = await working(place, words.asking, async () =>
      ask({ square: asked, others: await others() }, "alike"),
    );
    if (!found || at !== asked) return;
    const six = make("div", "alike");
    for (const each of found.alike) six.append(photo(each.picture, words.alike_alt));
    place.querySelector("button")?.replaceWith(make("p", "small", words.alike), six);
  }

  function choose(row, column) {
    at = [between(0, row, rows - 1), between(0, column, columns - 1)];
    redraw();
    tell();
  }

  map.addEventListener("click", (event) => {
    const box = map.getBoundingClientRect();
    const [across, down] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    choose(Math.floor(((down - y) / height) * rows), Math.floor(((across - x) / width) * columns));
  });
  map.tabIndex = 0;
  map.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (step) choose(at[0] + step[0], at[1] + step[1]);
    else if (event.key === "Home") choose(at[0], 0);
    else if (event.key === "End") choose(at[0], columns - 1);
    else return;
    event.preventDefault();
  });

  return {
    mark,
    /* Nothing is chosen at first but the brightest. */
    start() {
      map.setAttribute("role", "application");
      redraw();
      tell();
    },
  };
}
