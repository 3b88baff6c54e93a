/* Whether this browser lets a page read what it has drawn. Some answer with white or noise, so that nobody can be told
   from others by it; the picture and its map are drawn without reading, but marks, shots and files are read. */
(() => {
  const { seewhy } = window;
  const SIDE = 16;
  const FAINT = 12; // of 255: a browser that changes only the last bits does no harm
  const shade = (i) => [(37 * i) % 256, (91 * i + 60) % 256, (153 * i + 20) % 256, 255];
  const sheet = () => seewhy.shared.sheet(SIDE, SIDE);
  const differs = (data) => data.some((value, i) => Math.abs(value - shade(i >> 2)[i % 4]) > FAINT);
  const read = (canvas) => canvas.getContext("2d").getImageData(0, 0, SIDE, SIDE).data;

  async function look() {
    const canvas = sheet();
    const pattern = new ImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) pattern.data.set(shade(i), 4 * i);
    canvas.getContext("2d").putImageData(pattern, 0, 0);
    if (differs(read(canvas))) return true;
    const image = Object.assign(new Image(), { src: canvas.toDataURL("image/png") });
    await image.decode();
    const again = sheet();
    again.getContext("2d").drawImage(image, 0, 0);
    return differs(read(again));
  }

  let known = null;
  /* Tells it once it was tried; a browser that refuses to read spoils it as well. */
  seewhy.spoiled = () => (known ??= look().catch(() => true));

  /* The same, and tells the visitor, who can allow it. */
  seewhy.reads = async () => {
    const spoiled = await seewhy.spoiled();
    if (spoiled) seewhy.tell(seewhy.given.spoiled);
    return !spoiled;
  };
})();
