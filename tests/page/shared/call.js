/* Calls functions of page/shared for a test in Python: `[[name, ...values], …]` comes in, what they give goes out. */

import { stdin } from "node:process";

import * as maps from "../../../page/shared/maps.js";
import * as palettes from "../../../page/shared/palettes.js";
import * as sentences from "../../../page/shared/sentences.js";

/** @type {Record<string, Function>} */
const FUNCTIONS = { ...maps, ...palettes, ...sentences };

let text = "";
for await (const piece of stdin) text += piece;
const answers = JSON.parse(text).map(([name, ...values]) => FUNCTIONS[name](...values));
console.log(
  JSON.stringify(answers, (_, value) => (ArrayBuffer.isView(value) ? Array.from(/** @type {any} */ (value)) : value)),
);
