/* When nobody has touched the screen for a while: a countdown that any touch stops, and then the visit is over. */
(() => {
  const { seewhy } = window;
  const { kiosk } = seewhy;
  const { around, button, counted, find, make } = seewhy.shared;
  const { words, idle, countdown } = seewhy.given.kiosk;
  const root = document.documentElement;
  const ROUND = 2 * Math.PI * 44;
  const RING = `
    <div class="ring">
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle cx="50" cy="50" r="44"/><circle class="left" cx="50" cy="50" r="44"/>
      </svg><b></b>
    </div>
    <div><h1 id="still-there-title"></h1><p></p></div>`;
  let last = performance.now();
  let place = "";
  let sheet = null;
  let ends = 0;

  kiosk.touched = () => {
    last = performance.now();
    sheet?.remove();
    sheet = null;
  };

  // A browser reports a mouse that lies still as moved whenever the page below it changes.
  function moved(event) {
    const now = `${event.screenX} ${event.screenY}`;
    if (now !== place) kiosk.touched();
    place = now;
  }
  for (const name of ["pointerdown", "pointerup", "keydown", "wheel", "input"]) {
    document.addEventListener(
      name,
      (event) => {
        if (around(event, "#still-there .again")) last = performance.now();
        else if (sheet && name === "pointerdown") swallow();
        else if (event.isTrusted) kiosk.touched();
      },
      { capture: true, passive: true },
    );
  }
  document.addEventListener("pointermove", moved, { capture: true, passive: true });

  // The touch that stops the countdown does nothing else: the sheet stays above the page until it is through.
  function swallow() {
    last = performance.now();
    const old = sheet;
    sheet = null;
    old.classList.add("going");
    setTimeout(() => old.remove(), kiosk.FADE);
  }

  function build() {
    const made = Object.assign(make("div"), { id: "still-there" });
    made.setAttribute("role", "alertdialog");
    made.setAttribute("aria-labelledby", "still-there-title");
    const inner = make("div");
    const row = make("div", "count");
    row.innerHTML = RING;
    find(row, "h1").textContent = words.there;
    const stay = button("stay", words.stay, kiosk.touched);
    const again = button("again", words.now, () => {
      kiosk.touched();
      kiosk.reset("start");
    });
    inner.append(row, stay, again);
    made.append(inner);
    document.body.append(made);
    stay.focus({ preventScroll: true });
    return made;
  }

  function tell(left) {
    const goes = root.dataset.state === "idle" ? "page_goes" : "picture_goes";
    sheet.querySelector("b").textContent = left;
    sheet.querySelector("p").textContent = counted(words, goes, left, { seconds: left });
    const ring = sheet.querySelector(".left");
    ring.style.strokeDasharray = ROUND;
    ring.style.strokeDashoffset = ROUND * (1 - left / countdown);
  }

  function tick() {
    root.toggleAttribute("data-visited", kiosk.visited());
    if (kiosk.leaving() || kiosk.attracting()) return;
    const untouched = (performance.now() - last) / 1000;
    if (untouched < idle) return;
    if (!kiosk.visited()) return kiosk.attract();
    if (!sheet) {
      sheet = build();
      ends = performance.now() + 1000 * countdown; // from when it can be seen, however busy the computer was
    }
    const left = Math.ceil((ends - performance.now()) / 1000);
    if (left > 0) return tell(left);
    kiosk.touched();
    kiosk.reset("attract");
  }

  kiosk.begin(() => {
    const somebody = window.name === "start";
    window.name = "";
    if (!somebody) kiosk.attract();
    setInterval(tick, 250);
  });
})();
