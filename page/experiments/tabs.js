/* The checks of the map, as tabs of one page: one stop for the keyboard, and arrows to go from one to the next. */

import { button, make } from "./shared.js";
import { shortOf, titleOf } from "./titles.js";

/**
 * @param {string[]} names
 * @param {string} now
 * @param {Record<string, Words>} titles
 * @param {(name: string) => unknown} open
 */
export function tabs(names, now, titles, open) {
  const list = make("div", "tabs");
  list.setAttribute("role", "tablist");
  for (const name of names) {
    const one = button("tab", "", () => {
      if (name !== now) open(name);
    });
    one.setAttribute("role", "tab");
    one.setAttribute("aria-selected", String(name === now));
    one.tabIndex = name === now ? 0 : -1;
    one.append(make("span", "long", titleOf(titles[name])), make("span", "short", shortOf(titles[name])));
    list.append(one);
  }
  list.addEventListener("keydown", (event) => {
    const { key } = event;
    const rtl = document.documentElement.dir === "rtl" ? -1 : 1;
    const at = names.indexOf(now);
    const last = names.length - 1;
    const to = {
      ArrowRight: (at + rtl + names.length) % names.length,
      ArrowLeft: (at - rtl + names.length) % names.length,
      Home: 0,
      End: last,
    }[key];
    if (to === undefined) return;
    event.preventDefault();
    open(names[to]);
  });
  return list;
}
