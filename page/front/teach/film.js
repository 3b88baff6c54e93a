/* The one camera of a lesson: it goes where one films, and is out as soon as nobody looks. */

import { el } from "./pieces.js";

const { decodeBytes, make, middleSquare, sheet } = window.seewhy.shared;

const SIDE = 256; // dots of a picture that is sent
const THUMB = 112;
const QUALITY = 0.92;

/* Calls `changed` whenever it opens, moves or goes out, and `trouble` with a sentence, or "". */
export function camera({ changed, trouble }) {
  const video = Object.assign(make("video"), { autoplay: true, muted: true, playsInline: true });
  const frame = sheet(SIDE, SIDE);
  let stream = null;
  let opening = null;
  let turn = 0; // changes whenever the film is asked for or let go of
  let place = null; // what holds it now
  const seen = { x: 0.0625, y: 0.0625, width: 0.875, height: 0.875 }; // of a square, what the model gets

  const mirrored = () => stream?.getVideoTracks()[0]?.getSettings().facingMode !== "environment";
  const ready = () => Boolean(stream && video.videoWidth && video.readyState >= 2);

  async function start(device) {
    const asked = ++turn;
    const made = await seewhy.film(device, "environment");
    if (!made) return false;
    if (turn !== asked) {
      end(made); // nobody waits for it any more
      return false;
    }
    stop(false);
    stream = made;
    video.srcObject = made;
    fit();
    await new Promise((resolve) => {
      if (video.readyState >= 2) resolve(true);
      else video.addEventListener("loadeddata", resolve, { once: true });
    });
    if (stream !== made) return false;
    watch();
    return true;
  }

  function fit() {
    const scale = 1 / seen.width;
    video.style.transform = `scale(${mirrored() ? -scale : scale}, ${scale})`;
  }

  function watch() {
    seewhy.watchFilm(video, {
      poor: (reason) => trouble(reason ? seewhy.given.camera[reason] : ""),
      ended: (reason) => {
        stop();
        trouble(seewhy.given.camera[reason]);
      },
    });
  }

  function end(film) {
    film.getTracks().forEach((track) => track.stop());
  }

  function stop(tell = true) {
    turn += 1;
    if (stream) end(stream);
    stream = null;
    video.srcObject = null;
    video.remove();
    place = null;
    if (tell) changed();
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stop(Boolean(stream));
  });
  addEventListener("pagehide", () => stop());

  return {
    video,
    stop,
    ready,
    mirrored,
    at: () => place,
    side: SIDE,
    pause: () => video.pause(),
    play: () => video.play(),

    /* Shows itself in an element, unless it was called elsewhere meanwhile; false where it did not open, which was
       told. */
    async show(into, device) {
      const mine = (opening = {});
      if (!stream || device) {
        trouble("");
        if (!(await start(device))) return opening !== mine;
      }
      if (opening !== mine) return true;
      place = into;
      into.prepend(video);
      await video.play().catch(() => {});
      changed();
      return true;
    },

    /* The square in front of it now, as it is sent, and small for the page. */
    shot() {
      const square = middleSquare(video.videoWidth, video.videoHeight, seen);
      const pen = frame.getContext("2d");
      pen.save();
      if (mirrored()) pen.setTransform(-1, 0, 0, 1, SIDE, 0);
      pen.drawImage(video, square.x, square.y, square.side, square.side, 0, 0, SIDE, SIDE);
      pen.restore();
      const whole = frame.toDataURL("image/jpeg", QUALITY);
      const blob = new Blob([decodeBytes(whole.split(",")[1])], { type: "image/jpeg" });
      return { blob, thumb: small(frame) };
    },

    async others() {
      const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
      const cameras = all.filter((each) => each.kind === "videoinput");
      const now = stream?.getVideoTracks()[0]?.getSettings().deviceId;
      const at = cameras.findIndex((each) => each.deviceId === now);
      return cameras.length < 2 ? null : cameras[(at + 1) % cameras.length].deviceId;
    },
  };

  function small(source) {
    const made = sheet(THUMB, THUMB);
    const [x, y, w, h] = [seen.x, seen.y, seen.width, seen.height].map((share) => share * SIDE);
    made.getContext("2d").drawImage(source, x, y, w, h, 0, 0, THUMB, THUMB);
    return made.toDataURL("image/jpeg", 0.85);
  }
}

/* The square in which the camera may be, with what is said where it is not. */
export const view = (...children) => el("div", "stage view", ...children);
