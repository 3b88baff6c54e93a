/* The honest grid: the cells that a map is made of, weak ones drawn weak, and the score as a sum over cells. */

import { blocks } from "../grids.js";
import { checked, layers } from "../one_map.js";
import { thumbnail } from "../pictures.js";
import { caption } from "../opening.js";
import { button, decimal, make, painted, say, spoken } from "../shared.js";
import { tapping } from "./tapping.js";

const DRAWN = 224; // at least so many dots a side: each cell becomes a block of them with sharp edges
const GAP = 26; // on a grid up to this size, lines part the cells

const number = (value) => decimal(value, seewhy.given.point);

/** @param {Stage} stage */
export default function open({
  root,
  words,
  view,
  target,
  layer,
  ask,
  drawMap,
  show: put,
  found,
  others,
  glows,
  onward,
  working,
}) {
  const look = { cells: true, weak: false };

  function draw(canvas, told) {
    const dimmed = look.weak ? Math.min(1, told.strength) : 1;
    const map = { ...told.map, values: told.map.grid.map((value) => value * dimmed) };
    drawMap(canvas, view.image, view.seen, look.cells ? blocks(map, DRAWN) : map);
    if (!look.cells || Math.max(map.width, map.height) > GAP) return;
    const [x, y, width, height] = [
      view.seen[0] * canvas.width,
      view.seen[1] * canvas.height,
      view.seen[2] * canvas.width,
      view.seen[3] * canvas.height,
    ];
    const pen = canvas.getContext("2d");
    pen.strokeStyle = "rgba(21, 17, 14, .55)";
    pen.lineWidth = Math.max(1, canvas.width / 500);
    pen.beginPath();
    for (let i = 1; i < map.width; i++) {
      pen.moveTo(x + (i * width) / map.width, y);
      pen.lineTo(x + (i * width) / map.width, y + height);
    }
    for (let i = 1; i < map.height; i++) {
      pen.moveTo(x, y + (i * height) / map.height);
      pen.lineTo(x + width, y + (i * height) / map.height);
    }
    pen.stroke();
  }

  function sum(told) {
    const part = make("div", "side sum");
    const said = spoken("verdict-line", told.added);
    part.append(said);
    if (!told.sum) return part;
    const { bias, cells, total } = told.sum;
    const most = Math.max(...cells.flat().map(Math.abs), 1e-9);
    const table = make("table");
    table.append(make("caption", "", words.table));
    for (const row of cells) {
      const line = make("tr");
      for (const value of row) {
        const cell = make("td", "", number(value));
        cell.style.setProperty(
          "--tint",
          `rgb(${value < 0 ? "31 143 168" : "217 106 30"} / ${(0.55 * Math.abs(value)) / most})`,
        );
        line.append(cell);
      }
      line.append(Object.assign(make("th", "", number(row.reduce((all, value) => all + value, 0))), { scope: "row" }));
      table.append(line);
    }
    const last = (name, value) => {
      const line = make("tr");
      const title = Object.assign(make("th", "", name), { colSpan: cells[0].length, scope: "row" });
      title.style.textAlign = "end";
      line.append(title, make("th", "", number(value)));
      table.append(line);
    };
    last(words.start, bias);
    last(words.together, total);
    part.append(table, make("p", "limits", words.sum_limits));
    return part;
  }

  function show(told) {
    const of = say(words.map_of, { label: told.label });
    const map = painted(view.image, (made) => draw(made, told));
    const choice = make("div", "choice");
    const refreshing = [];
    let added = null;
    const tapped = make("div", "side tapped");
    const drawAll = () => {
      draw(map, told);
      if (look.cells) squares?.mark();
    };
    const set = (key, value) => {
      look[key] = value;
      for (const refresh of refreshing) refresh();
      added?.classList.toggle("away", Boolean(told.sum) && !look.cells); // the numbers are those of the squares
      drawAll();
    };
    const toggle = (text, key, value) => {
      const made = button("", text, () => set(key, value ?? !look[key]));
      const refresh = () =>
        made.setAttribute("aria-pressed", String(value === undefined ? look[key] : look[key] === value));
      refreshing.push(refresh);
      refresh();
      return made;
    };
    choice.append(toggle(words.true_cells, "cells", true), toggle(words.smooth, "cells", false));
    if (told.strength !== null && told.strength < 1) choice.append(toggle(words.show_weak, "weak"));
    else look.weak = false;
    const side = make("div", "side");
    const apart = button("link", words.apart, () => {
      added = sum(told);
      if (told.sum) set("cells", true);
      apart.remove();
      two.after(added);
      added.scrollIntoView({ block: "nearest" });
    });
    found(
      checked({
        verdict: told.headline,
        control: words.limits,
        label: told.label,
        picture: thumbnail(view.image, view.seen, (canvas) => draw(canvas, told)),
        alt: of,
      }),
    );
    // Only the last layer's squares can be asked: what follows it adds them up.
    const last = view.layers.at(-1)?.name === layer();
    const squares =
      told.alone && last
        ? tapping({ map, told, view, words, ask, place: tapped, redraw: drawAll, others, working })
        : null;
    side.append(
      choice,
      tapped,
      make("p", "strong", told.strong),
      layers(view, words, layer(), (name) => {
        layer(name);
        begin();
      }),
      make("p", "limits", [told.numbers, words.limits].join(" ")),
      onward(apart),
    );
    const two = make("div", "two");
    const title = view.layers.find((each) => each.name === layer())?.title ?? "";
    map.setAttribute("role", "img");
    map.setAttribute("aria-label", glows(of, told.map));
    const stage = make("div", "panel ready");
    const foot = make("div", "foot2");
    foot.append(caption(of, say(words.of_layer, { layer: title })));
    stage.append(map, foot);
    two.append(stage, side);
    put(told.headline, two);
    squares?.start();
  }

  async function begin() {
    const told = await working(root, words.waiting, () => ask({ target, layer: layer() }));
    if (told) show(told);
  }
  put(words.card_title);
  begin();
}
