/* One sheet of A5 with what was found out, drawn here and kept by the visitor: saved as a picture, or printed. */

import { plain } from "./numbers.js";
import { capital, make, say, sheet } from "./shared.js";

const [WIDTH, HEIGHT] = [1240, 1748]; // A5 at 210 dots an inch
const EDGE = 84;
const INK = "#201B16";
const SOFT = "#5C534A";
const EMBER = "#A0380A";
const LINE = "#CDBFA9";
const RIGHT_TO_LEFT = ["ar"];

/* A pen that knows where the text begins, and wraps what is too long. */
function writer(canvas) {
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  const display = style.getPropertyValue("--display") || "serif";
  const body = style.getPropertyValue("--body") || "sans-serif";
  const rtl = RIGHT_TO_LEFT.includes(document.documentElement.lang);
  pen.direction = rtl ? "rtl" : "ltr";
  pen.textBaseline = "alphabetic";
  const at = (x) => (rtl ? WIDTH - x : x);

  const font = (size, bold, serif) => `${bold ? 700 : 400} ${size}px ${serif ? display : body}`;

  /* The lines of a text; a word that fits into none is cut. */
  function wrapped(text, width) {
    const lines = [];
    let line = "";
    for (const word of text.split(" ")) {
      let rest = word;
      const joined = line ? `${line} ${rest}` : rest;
      if (pen.measureText(joined).width <= width) {
        line = joined;
        continue;
      }
      if (line) lines.push(line);
      while (pen.measureText(rest).width > width) {
        let fits = rest.length - 1;
        while (fits > 1 && pen.measureText(rest.slice(0, fits)).width > width) fits -= 1;
        lines.push(rest.slice(0, fits));
        rest = rest.slice(fits);
      }
      line = rest;
    }
    if (line) lines.push(line);
    return lines;
  }

  return {
    pen,
    at,
    rtl,
    /* Writes a text and gives the height of its last line's foot. */
    text(text, x, y, { size, bold = false, serif = false, colour = SOFT, width = WIDTH - x - EDGE, end = false }) {
      pen.font = font(size, bold, serif);
      pen.fillStyle = colour;
      pen.textAlign = end ? "end" : "start";
      const lines = wrapped(text, width);
      lines.forEach((line, i) => pen.fillText(line, at(x), y + i * size * 1.3));
      return y + (lines.length - 1) * size * 1.3;
    },
    rule(y, colour = LINE, from = EDGE) {
      pen.strokeStyle = colour;
      pen.lineWidth = 2;
      pen.beginPath();
      pen.moveTo(at(from), y);
      pen.lineTo(at(WIDTH - EDGE), y);
      pen.stroke();
    },
    picture(image, x, y, side) {
      const left = rtl ? WIDTH - x - side : x;
      const least = Math.min(image.width, image.height);
      const [cutX, cutY] = [(image.width - least) / 2, (image.height - least) / 2];
      pen.drawImage(image, cutX, cutY, least, least, left, y, side, side);
    },
    box(x, y, ticked) {
      const left = rtl ? WIDTH - x - 34 : x;
      pen.strokeStyle = INK;
      pen.lineWidth = 3;
      pen.strokeRect(left, y - 30, 34, 34);
      if (!ticked) return;
      pen.lineWidth = 5;
      pen.beginPath();
      pen.moveTo(left + 7, y - 14);
      pen.lineTo(left + 14, y - 6);
      pen.lineTo(left + 27, y - 24);
      pen.stroke();
    },
  };
}

function answers(write, y, question, choices) {
  write.text(question, EDGE, y, { size: 30, bold: true, colour: INK, width: 620 });
  choices.forEach(([text, ticked], i) => {
    const x = 770 + i * 200;
    write.box(x, y, ticked);
    write.text(text, x + 50, y, { size: 28, colour: INK, width: 150 });
  });
}

/* The mark of the page, or of its host; gives how much room it takes. */
function drawMark({ pen, at, rtl }, x, y, side) {
  const mark = document.querySelector("#top .brand :is(svg, img)");
  if (!mark) return 0;
  pen.save();
  pen.translate(rtl ? at(x) - side : x, y);
  if (mark instanceof HTMLImageElement) {
    const scale = side / Math.max(mark.naturalWidth, mark.naturalHeight);
    pen.drawImage(mark, 0, 0, mark.naturalWidth * scale, mark.naturalHeight * scale);
  } else {
    pen.scale(side / 48, side / 48); // its view box
    Object.assign(pen, { lineWidth: 5.5, lineCap: "round", lineJoin: "round" });
    for (const path of mark.querySelectorAll("path")) {
      pen.strokeStyle = path.matches(".why") ? EMBER : INK;
      pen.stroke(new Path2D(path.getAttribute("d") ?? ""));
    }
  }
  pen.restore();
  return side + 18;
}

/* The sheet as a canvas. */
export function drawSheet(visit, words, lines, map) {
  const canvas = sheet(WIDTH, HEIGHT);
  const write = writer(canvas);
  const { answer, word, view } = visit;
  write.pen.fillStyle = "#FFFFFF";
  write.pen.fillRect(0, 0, WIDTH, HEIGHT);
  const beside = drawMark(write, EDGE, 76, 56);
  write.text(seewhy.given.brand, EDGE + beside, 120, { size: 44, bold: true, serif: true, colour: INK });
  write.text(words.sheet_name, 700, 118, { size: 28, colour: INK });
  write.rule(126, SOFT, 700 + 40 + write.pen.measureText(words.sheet_name).width);

  write.picture(map, EDGE, 165, 280);
  const x = EDGE + 330;
  let y = write.text(words.sheet_about, x, 220, { size: 28 });
  y = write.text(capital(word.label), x, y + 62, { size: 54, bold: true, serif: true, colour: INK });
  const first = word.index === answer.top[0].index;
  const sure = [first ? answer.sure.toLowerCase() : "", word.percent].filter(Boolean).join(", ");
  y = write.text(say(words.sheet_answer, { sure }), x, y + 52, { size: 32, bold: true, serif: true, colour: EMBER });
  write.text(words.sheet_read, x, y + 44, { size: 26 });

  const room = Math.min(215, 735 / lines.length); // what is left is for the visitor to write on
  const side = Math.min(175, room - 26);
  lines.forEach((found, i) => {
    const top = 475 + i * room;
    write.rule(top);
    write.picture(found.picture, EDGE, top + (room - side) / 2, side);
    const left = EDGE + side + 32;
    const size = Math.min(1, room / 185);
    let foot = write.text(found.title, left, top + 44 * size, { size: 25 * size });
    foot = write.text(plain(found.mine ?? found.line), left, foot + 40 * size, {
      size: 31 * size,
      bold: true,
      serif: true,
      colour: INK,
    });
    write.text([found.control, plain(found.three ?? "")].join(" "), left, foot + 38 * size, { size: 25 * size });
  });

  y = 475 + lines.length * room;
  write.rule(y);
  answers(write, y + 60, words.sheet_before, [
    [words.yes, visit.said === "yes"],
    [words.not_yet, visit.said === "not_yet"],
  ]);
  answers(write, y + 120, words.sheet_now, [
    [words.yes, visit.believes === "yes"],
    [words.no, visit.believes === "no"],
  ]);
  write.text(words.sheet_next, EDGE, y + 190, { size: 28, bold: true, colour: INK });
  const last = HEIGHT - 130;
  for (let line = y + 255; line < last - 30; line += 62) write.rule(line, SOFT);
  const foot = write.text(words.sheet_proof, EDGE, last, { size: 23 });
  const layer = view.layers.find((each) => each.name === view.default_layer)?.title ?? "";
  const source = visit.example ? words.sheet_source_page : words.sheet_source_mine;
  const made = say(words.sheet_made, { model: view.model, method: view.method, layer });
  write.text(`${source} ${made}`, EDGE, foot + 34, { size: 23 });
  return canvas;
}

function drawn(visit, words, lines) {
  const { view } = visit;
  const map = sheet(560, 560);
  const whole = sheet(view.image.naturalWidth, view.image.naturalHeight);
  const layer = view.layers.find((each) => each.name === view.default_layer) ?? null;
  seewhy.drawMap(whole, view.image, view.seen, layer);
  const [x, y, width, height] = view.seen;
  map
    .getContext("2d")
    .drawImage(whole, x * whole.width, y * whole.height, width * whole.width, height * whole.height, 0, 0, 560, 560);
  return drawSheet(visit, words, lines, map);
}

/* Hands the sheet to the visitor as a picture. */
export function keepSheet(visit, words, lines) {
  drawn(visit, words, lines).toBlob((blob) => {
    if (blob) seewhy.save(blob, words.sheet_file);
    else seewhy.tell(words.sheet_not_saved);
  }, "image/png");
}

/* Prints the sheet and nothing else of the page. */
export async function printSheet(visit, words, lines) {
  const image = Object.assign(new Image(), { src: drawn(visit, words, lines).toDataURL("image/png"), alt: "" });
  await image.decode();
  const page = Object.assign(make("div"), { id: "sheet-to-print" });
  const look = make("style");
  look.textContent =
    "@page { size: A5; margin: 0; } @media print { body > :not(#sheet-to-print) { display: none !important; } }";
  page.append(look, image);
  document.body.append(page);
  const gone = () => page.remove();
  window.addEventListener("afterprint", gone, { once: true });
  window.print();
}
