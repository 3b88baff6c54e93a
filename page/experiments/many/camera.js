/* Photographs made here, one after the other, where no file may be chosen. */

import { button, make, say, sheet, spoken } from "../shared.js";

const LONGEST = 640; // dots; more than any model sees

/* What takes up to `most` photographs, and calls `done` with them, in base64, when the visitor has enough. Gives its
   element and `stop`, which puts the camera out. */
export function camera(stream, words, most, done) {
  const whole = make("div", "camera");
  const video = Object.assign(make("video"), { autoplay: true, muted: true, playsInline: true });
  const panel = make("div", "panel");
  const shots = make("div", "shots");
  const line = spoken("small", "");
  const row = make("div", "row");
  const pictures = [];
  const counted = () => (pictures.length ? say(words.shots, { count: pictures.length, limit: most }) : "");

  let film = null;
  let stopped = false;
  const stop = () => {
    stopped = true;
    film.getTracks().forEach((track) => track.stop());
  };
  const ask = button("alt", words.ask, () => {
    stop();
    done(pictures);
  });
  const shoot = button("go", words.shoot, () => {
    const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
    const shot = sheet(Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale));
    shot.getContext("2d").drawImage(video, 0, 0, shot.width, shot.height);
    pictures.push(shot.toDataURL("image/jpeg", 0.9).split(",")[1]);
    shots.append(shot);
    line.textContent = counted();
    row.append(ask);
    if (pictures.length === most) shoot.remove();
  });

  const restart = button("go", words.use_camera, async () => {
    const next = await seewhy.film();
    if (!next) return; // the visitor was told why
    restart.replaceWith(shoot);
    run(next);
    if (stopped) stop();
  });

  function run(next) {
    film = next;
    shoot.disabled = true; // until its first frame has come
    video.srcObject = next;
  }

  // What it took stays, and another camera may go on where one has ended.
  const { tell, given } = seewhy;
  video.addEventListener("loadeddata", () => {
    shoot.disabled = false;
    seewhy.watchFilm(video, {
      poor(trouble) {
        shoot.disabled = Boolean(trouble);
        line.textContent = trouble ? given.camera[trouble] : counted();
      },
      ended(trouble) {
        if (stopped) return;
        line.textContent = counted();
        shoot.replaceWith(restart);
        tell(given.camera[trouble]);
      },
    });
  });

  run(stream);
  panel.append(video);
  row.append(shoot);
  whole.append(panel, row, line, shots, make("p", "small", words.deleted_kiosk));
  return { element: whole, stop };
}
