/* "Hold to film": as long as it is pressed, or from one tap to the next. A finger that slides off goes on. */

const TAP = 300; // milliseconds; what is shorter was no holding

/**
 * @param {HTMLButtonElement} button
 * @param {{ begin: () => void, end: () => void, going: () => boolean, tapped: () => void }} on
 */
export function holding(button, { begin, end, going, tapped }) {
  let since = null; // when the press began that began to film

  function down() {
    if (going()) {
      since = null;
      end();
      return;
    }
    since = performance.now();
    begin();
  }

  function up() {
    if (since === null) return;
    const long = performance.now() - since >= TAP;
    since = null;
    if (long) end();
    else tapped();
  }

  button.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    down();
  });
  for (const name of ["pointerup", "pointercancel"]) button.addEventListener(name, up);
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long touch
  button.addEventListener("keydown", (event) => {
    if (![" ", "Enter"].includes(event.key)) return;
    event.preventDefault();
    if (!event.repeat) down();
  });
  button.addEventListener("keyup", (event) => {
    if (![" ", "Enter"].includes(event.key)) return;
    event.preventDefault();
    up();
  });
  button.addEventListener("blur", up);
  // A screen reader presses without a pointer and without a key.
  button.addEventListener("click", (event) => {
    if (event.detail !== 0) return;
    down();
    since = null;
    if (going()) tapped();
  });
}
