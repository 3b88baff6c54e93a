/* One photograph, made where it is wanted. */

import { button, make, sheet } from "./shared.js";

const LONGEST = 1280; // dots

/**
 * The film and its shutter. Gives its element, and `stop`, which puts the camera out.
 * @param {MediaStream} stream
 * @param {Words} words
 * @param {(data: string) => unknown} done gets the photograph in base64
 */
export function oneShot(stream, words, done) {
  const whole = make("div", "one-shot");
  const video = Object.assign(make("video"), { autoplay: true, muted: true, playsInline: true });
  const stop = () => stream.getTracks().forEach((track) => track.stop());
  const shoot = button("go", words.take_photo, () => {
    const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
    const shot = sheet(Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale));
    shot.getContext("2d").drawImage(video, 0, 0, shot.width, shot.height);
    stop();
    shoot.disabled = true;
    done(shot.toDataURL("image/jpeg", 0.9).split(",")[1]);
  });
  shoot.disabled = true; // until the first frame has come
  video.addEventListener("loadeddata", () => {
    shoot.disabled = false;
  });
  video.srcObject = stream;
  const panel = make("div", "panel");
  panel.append(video);
  whole.append(panel, shoot);
  return { element: whole, stop };
}
