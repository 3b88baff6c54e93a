/* On a narrow screen the next steps stay at the bottom. The page leaves as much room for them as they take in its
   language, so that nothing at its end lies below them. */

const watching = new ResizeObserver((sizes) => {
  for (const { target } of sizes) {
    const height = /** @type {HTMLElement} */ (target).offsetHeight;
    if (height) document.documentElement.style.setProperty("--dock", `${height}px`);
  }
});

/**
 * @param {HTMLElement} dock
 */
export function docked(dock) {
  watching.observe(dock);
  return dock;
}
