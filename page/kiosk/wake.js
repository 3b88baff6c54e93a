/* Whoever moves before the camera ends what is shown when nobody is there. The film is compared here and goes
   nowhere. */
(() => {
  const { seewhy } = window;
  const { kiosk } = seewhy;
  if (seewhy.given.kiosk.wake !== "motion") return;
  const EVERY = 500; // milliseconds between two looks
  const TWICE = 2; // looks one after the other that must have seen movement: a lamp that goes on is none
  const AGAIN = 30000; // milliseconds until a camera that is away is looked for again
  let film = null; // the camera and what tells whether it has moved, while nobody is there

  const opened = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 320 } });
    const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, srcObject: stream });
    await video.play();
    return { stream, moves: seewhy.movement(video), seen: 0 };
  };
  const close = () => {
    film?.stream.getTracks().forEach((track) => track.stop());
    film = null;
  };

  async function look() {
    if (!kiosk.attracting()) {
      close();
      return EVERY;
    }
    try {
      film ??= await opened();
    } catch {
      return AGAIN; // it comes back by itself when the camera does
    }
    if (film.stream.getTracks().every((track) => track.readyState === "ended")) {
      close();
      return EVERY;
    }
    film.seen = film.moves() ? film.seen + 1 : 0;
    if (film.seen >= TWICE) {
      close(); // before the mirror opens it
      kiosk.wake();
    }
    return EVERY;
  }

  (async () => {
    for (;;) await kiosk.pause(await look());
  })();
})();
