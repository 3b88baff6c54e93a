/* Whoever moves before the camera ends what is shown when nobody is there. The film is compared here and goes
   nowhere. */
(() => {
  const { seewhy } = window;
  const { kiosk } = seewhy;
  if (seewhy.given.kiosk.wake !== "motion") return;
  const EVERY = 500; // milliseconds between two looks
  const TWICE = 2; // looks one after the other that must have seen movement: a lamp that goes on is none
  const AGAIN = 30000; // milliseconds until a camera that is away is looked for again
  let film = null; // the camera, and what tells whether it has moved, while nobody is there

  async function open() {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320 } });
    const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, srcObject: stream });
    film = { stream, video, moves: seewhy.movement(video), seen: 0 };
    if (kiosk.attracting()) await video.play();
    else close(); // somebody came meanwhile
  }
  function close() {
    if (!film) return;
    const { stream, video } = film;
    film = null;
    stream.getTracks().forEach((track) => track.stop());
    video.srcObject = null; // else who waits for it to play might wait for ever
  }
  /* It goes out with what is shown, before the mirror opens it. */
  new MutationObserver(() => {
    if (!kiosk.attracting()) close();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-attract"] });

  async function look() {
    if (!kiosk.attracting()) return EVERY;
    try {
      if (!film) await open();
    } catch {
      close();
      return kiosk.attracting() ? AGAIN : EVERY; // it comes back by itself when the camera does
    }
    if (!film) return EVERY;
    if (film.stream.getTracks().every((track) => track.readyState === "ended")) {
      close();
      return EVERY;
    }
    film.seen = film.moves() ? film.seen + 1 : 0;
    if (film.seen >= TWICE) kiosk.wake();
    return EVERY;
  }

  (async () => {
    for (;;) await kiosk.pause(await look());
  })();
})();
