/* While the server works. */

import { spoken } from "./shared.js";

/* While the server works, says so in `place`: below the list of layers where there is one, else at its end. */
export async function working(place, text, work) {
  const note = spoken("small", text);
  const layers = place.querySelector(".layer");
  if (layers) layers.after(note);
  else place.append(note);
  try {
    return await work();
  } finally {
    note.remove();
  }
}
