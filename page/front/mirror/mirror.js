/* The mirror. Gradio calls this once, with `element` and `props`. Frames go to the server one after the other; the film
   itself stays here. */

const { words, places, look, side, models } = props;
const { alphaTable, brightestNinth, capital, colours, decodeBytes, eased, legend, make, middleSquare, percent } =
  seewhy.shared;
const { counted, paced, placeOf, say, sheet, steadied, upsample } = seewhy.shared;
const heard = { ...words, under_one: words.less_than_one, over_99: words.more_than_99 };
const root = document.documentElement;
const find = (selector) => seewhy.shared.find(element, selector);
const one = (selector) => seewhy.shared.find(document, selector);

const CALM = 90; // milliseconds in which a map has come most of the way to the next
const OFTEN = 500; // milliseconds between two percentages
const HEARD = 3000; // milliseconds between two answers that are read aloud
const TAP = 300; // milliseconds; a press that is shorter was a tap, which holds until the next one
const SLOW = 1500; // milliseconds after which an answer is old
const AGAIN = 1000; // milliseconds until the server is asked again after a refusal
const STILL = 2000; // milliseconds between two frames where nothing should move
const AHEAD = 50; // milliseconds before an answer is due in which pictures are made ready to follow it
const STANDING = 250; // milliseconds after which a film that shows nothing new is looked at all the same
const COARSE = 14; // cells across, up to which a map is drawn
const DRAWN = [64, 128]; // pixels across: of a coarse map, and of a finer one
const QUALITY = 0.92;
const MIDDLE = { x: 0.0625, y: 0.0625, width: 0.875, height: 0.875 }; // until an answer says what the model sees

const video = find("video");
const canvas = find(".reel canvas");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const palettes = Object.fromEntries(
  Object.entries(look.palettes).map(([name, text]) => [name, decodeBytes(/** @type {string} */ (text))]),
);
const alphas = alphaTable(look, look.opacity);
const answers = steadied(OFTEN);
const voice = paced(HEARD);
const frame = sheet(side, side);
const brush = frame.getContext("2d", { alpha: false, willReadFrequently: true });

let stream = null; // while the camera runs
let turn = 0; // changes whenever the film is asked for or let go of
let kept = false; // a picture of the film is on its way to the ordinary answer
let chosen = null; // the title of the layer that the visitor chose
let goal = null; // the last map, as large as it is drawn
let values = null; // what is drawn of it now
let drawn = 0; // when it was
let came = 0; // when the frame of the last answer was taken
let landed = 0; // when that answer came
let taken = null; // when the frame was taken whose map is not drawn yet
let seen = MIDDLE;
let holding = false; // no map is drawn, and nothing is read aloud
let pressed = null; // while it is: since when, and whether it was held before

seewhy.maps = 0;
const hints = ["try_it", "hold_up"].map((name) => {
  const [lead, ...rest] = words[name].split(":");
  return rest.length ? [make("b", "", `${lead}:`), rest.join(":")] : [lead];
});

const stopper = Object.assign(make("button", "", words.stop), { type: "button", id: "stop-camera" });
stopper.addEventListener("click", () => seewhy.anew());

/* --- what the visitor chose elsewhere --- */

const model = () => one("#model input:checked")?.value ?? Object.keys(models)[0];
const layers = () => models[model()].layers;
const layer = () => layers().find((each) => each.title === chosen) ?? layers().find((each) => each.default);

function question() {
  const asked = { model: one("#model input:checked")?.value, method: one("#method input:checked")?.value };
  const target = one("#target input")?.value.trim();
  const given = Object.entries({ ...asked, target, layer: layer().name }).filter(([, value]) => value);
  return new URLSearchParams(given);
}

function drawRow() {
  const row = layers();
  find(".layers .over").textContent = say(words.layers, { count: row.length });
  find(".words").setAttribute("aria-label", find(".layers .over").textContent);
  find(".words").replaceChildren(
    ...row.map((each) => {
      const label = make("label");
      const input = Object.assign(make("input"), { type: "radio", name: "mirror-layer", value: each.name });
      input.checked = each === layer();
      input.addEventListener("change", () => {
        chosen = each.title;
        goal = null;
      });
      label.append(input, make("span", "", each.title));
      return label;
    }),
  );
}

/* --- opening and stopping --- */

/* Not before it is opened: what is hidden would be found as if it stood on the page. */
function letter() {
  find(".hold span").textContent = words.hold;
  find(".other").setAttribute("aria-label", words.other);
  find("#keep span").textContent = words.keep;
  find(".keeps").textContent = words.keep_help;
  find(".privacy").textContent = words.privacy;
  find(".little").textContent = words.little;
  find(".most").textContent = words.most;
}

async function open(device) {
  const asked = ++turn;
  const made = await seewhy.film(device);
  if (!made) return;
  if (turn !== asked) return end(made); // nobody waits for it any more
  release();
  stream = made;
  kept = false;
  letter();
  video.srcObject = made;
  one("#top")?.append(stopper);
  if (root.dataset.state !== "mirror") {
    seewhy.remember("mirror");
    root.dataset.state = "mirror";
    scrollTo({ top: 0 });
  }
  forget();
  drawRow();
  drawRamp();
  const mine = made;
  showOther();
  requestAnimationFrame((now) => move(mine, now));
  follow(mine);
  ask(mine);
  if (seewhy.kiosk) stay(mine);
}
seewhy.mirror = { open: () => open() };

function end(film) {
  film.getTracks().forEach((track) => track.stop());
}

/* The film goes with its camera: one that stays is taken for a camera that died. */
function release() {
  turn += 1;
  if (stream) end(stream);
  stream = null;
  video.srcObject = null;
}

function forget() {
  answers.forget();
  goal = values = taken = pressed = null;
  came = 0;
  hold(false);
  poor = "";
  trouble("");
  show(null);
}

/* The camera's light goes out as soon as nobody looks into the mirror. */
new MutationObserver(() => {
  if (root.dataset.state === "mirror") return;
  release();
  stopper.remove();
}).observe(root, { attributes: true, attributeFilter: ["data-state"] });
document.addEventListener("visibilitychange", () => {
  if (root.dataset.state !== "mirror" || kept) return;
  if (document.hidden) release();
  else if (!stream) open();
});
addEventListener("pagehide", release);

video.addEventListener("loadeddata", () => {
  place();
  seewhy.watchFilm(video, {
    poor(reason) {
      poor = reason ? seewhy.given.camera[reason] : "";
      trouble("");
    },
    ended(reason) {
      if (kept || root.dataset.state !== "mirror") return;
      seewhy.anew();
      seewhy.tell(seewhy.given.camera[reason]);
    },
  });
});
video.addEventListener("resize", () => place());

/* A phone that was turned has another film. */
function place() {
  const { videoWidth: width, videoHeight: height } = video;
  if (!width) return;
  find(".reel").style.setProperty("--shape", width / height);
  const box = middleSquare(width, height, seen).seen;
  for (const each of [canvas, find(".reel .seen")]) {
    Object.assign(each.style, {
      left: `${100 * (1 - box.x - box.width)}%`,
      top: `${100 * box.y}%`,
      width: `${100 * box.width}%`,
      height: `${100 * box.height}%`,
    });
  }
}

async function showOther() {
  const cameras = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  find(".other").hidden = cameras.filter((each) => each.kind === "videoinput").length < 2;
}
find(".other").addEventListener("click", async () => {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "videoinput");
  const now = stream?.getVideoTracks()[0]?.getSettings().deviceId;
  const next = cameras[(cameras.findIndex((each) => each.deviceId === now) + 1) % cameras.length];
  release(); // many phones open one camera at a time
  if (next) await open(next.deviceId);
});

/* --- asking --- */

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const running = (mine) => stream === mine && !kept;

/* The film's next picture has come; where a film stands still, the same one again. */
const pictured = () =>
  new Promise((resolve) => {
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(resolve);
    else requestAnimationFrame(resolve);
    setTimeout(resolve, STANDING);
  });

let shot = null; // the newest picture, ready to be sent
let due = 0; // when it is time to make one ready
let shoot = () => {}; // wakes who waits for one

/* While an answer is on its way, pictures are made ready so that the next one goes when it comes: the newest one. */
async function follow(mine) {
  shot = null;
  due = 0;
  while (running(mine)) {
    if (video.videoWidth && video.readyState >= 2 && !document.hidden && performance.now() >= due) {
      shot = encoded();
      shoot();
    }
    await pictured();
  }
}

function encoded() {
  const began = performance.now();
  const square = middleSquare(video.videoWidth, video.videoHeight, seen);
  brush.drawImage(video, square.x, square.y, square.side, square.side, 0, 0, side, side);
  // Not `toBlob`, which waits for the browser to be idle, and beside a moving film it seldom is.
  return { body: decodeBytes(frame.toDataURL("image/jpeg", QUALITY).split(",")[1]), began };
}

async function ask(mine) {
  let took = 0;
  while (running(mine)) {
    if (!shot) {
      await new Promise((resolve) => {
        shoot = () => resolve(null);
      });
      continue;
    }
    const { body, began } = shot;
    const sent = performance.now();
    const pause = still.matches ? STILL : 0;
    shot = null;
    due = sent + Math.max(took, pause) - AHEAD;
    const wait = await askOnce(mine, body, began);
    took = performance.now() - sent;
    const left = Math.max(wait, pause - took);
    if (left > 0) {
      shot = null;
      due = performance.now() + left - AHEAD;
      await sleep(left);
    }
  }
}

/* One frame, which was taken `began`; how long to wait until the next. */
async function askOnce(mine, body, began) {
  const asked = question();
  let response = null;
  let said = null;
  try {
    response = await fetch(`api/mirror?${asked}`, { method: "POST", body });
    said = await response.json();
  } catch {
    if (running(mine)) trouble(words.broken);
    return AGAIN;
  }
  if (!running(mine) || asked.get("layer") !== layer().name) return 0;
  if (!response.ok) {
    trouble(said.error ?? seewhy.given.failed);
    return AGAIN;
  }
  trouble("");
  arrived(said, began);
  return 0;
}

function arrived(said, began) {
  const box = said.seen;
  if (box.x !== seen.x || box.width !== seen.width) {
    seen = box;
    place();
  }
  came = taken = began;
  landed = performance.now();
  const strength = said.outside ? 0 : (said.strength ?? 1);
  const { width, height, grid } = said.layer;
  const cells = { width, height, values: grid.map((value) => value * strength) };
  const size = DRAWN[Math.max(width, height) > COARSE ? 1 : 0];
  // Made as large as it is drawn here and not on each animation frame: to ease it then comes to the same.
  goal = upsample(cells, size, size);
  write(".scale", said.strength === null ? words.unscaled : words.scale);
  tag(describe(cells, said.target.said));
  show(answers.take(said, began));
}

/* --- showing --- */

function sureness(share) {
  const [fairly, very] = models[model()].levels;
  return share >= very ? words.very_sure : share >= fairly ? words.fairly_sure : words.not_sure;
}

let shown = null;
function show(said) {
  speak(said);
  if (said && said === shown) return;
  shown = said;
  const named = said && !said.outside;
  find(".mirror").classList.toggle("nothing", Boolean(said) && !named);
  find("h1").textContent = named ? capital(said.said) : said ? words.nothing : words.starting;
  find(".sure").textContent = named ? sureness(said.confidence) : said ? words.nothing_over : "";
  find(".pct").textContent = named ? percent(said.confidence, words) : "";
  find(".bar i").style.width = named ? `${100 * said.confidence}%` : "0";
  const next = named
    ? said.top
        .slice(1)
        .map((each) => `${each.said} ${percent(each.confidence, words)}`)
        .join(", ")
    : "";
  find(".then").textContent = named
    ? say(words.next, { answers: next })
    : said
      ? say(words.nothing_why, models[model()])
      : "";
  find(".try").replaceChildren(...hints[said && !named ? 1 : 0]);
}

function speak(said) {
  if (!said || holding) return;
  const sentence = said.outside ? words.nothing : `${capital(said.said)}, ${percent(said.confidence, heard)}`;
  const spoken = voice.take(sentence, performance.now());
  if (spoken) find(".heard").textContent = spoken;
}

let told = "";
let poor = ""; // what is wrong with the film itself, however well it is answered
function trouble(sentence) {
  told = sentence || poor;
  write(".trouble", told);
}

/* Old answers are said to be old, also while none comes any more. */
let aged = 0;
function age(now) {
  const late = came ? now - came : 0;
  const seconds = Math.round(late / 1000);
  const slow = late > SLOW && !still.matches;
  find(".live").classList.toggle("slow", slow);
  write(".live", slow ? words.slow : words.live);
  write(".state", slow ? counted(words, "age", seconds, { seconds }) : words.mirrored);
  write(".when", slow ? counted(words, "before", seconds, { seconds }) : words.now);
  if (slow && !told) trouble(words.crowded);
}
function write(selector, sentence) {
  if (find(selector).textContent !== sentence) find(selector).textContent = sentence;
}

function move(mine, now) {
  if (!running(mine)) return;
  if (goal && (taken !== null || now - landed < 10 * CALM)) {
    values = eased(values, goal, now - drawn, still.matches ? 0 : CALM);
    draw();
    if (taken !== null) {
      seewhy.lag = performance.now() - taken;
      seewhy.maps += 1;
      taken = null;
    }
  }
  drawn = now;
  if (now - aged > 100) age((aged = now));
  requestAnimationFrame((later) => move(mine, later));
}

function draw() {
  const across = Math.sqrt(values.length);
  if (canvas.width !== across) canvas.width = canvas.height = across;
  const pen = canvas.getContext("2d", { willReadFrequently: true }); // its pixels come from a script
  if (holding) pen.clearRect(0, 0, across, across);
  else pen.putImageData(new ImageData(colours(values, palettes[look.colormap], alphas), across, across), 0, 0);
}

function tag(sentence) {
  if (canvas.getAttribute("aria-label") !== sentence) canvas.setAttribute("aria-label", sentence);
}

function describe(cells, label) {
  if (!cells.values.some((value) => value > 0)) return words.describe_nothing;
  const ninth = brightestNinth(cells);
  const mirrored = ninth - (ninth % 3) + 2 - (ninth % 3); // left is right
  return say(words.describe, { label, place: placeOf(mirrored, places) });
}

function drawRamp() {
  const pixels = legend(palettes[look.colormap], alphas);
  find(".ramp").getContext("2d").putImageData(new ImageData(pixels, 256), 0, 0);
}

/* At a kiosk, whoever moves before the mirror is there, though nobody can be there for ever. */
let touched = 0;
for (const name of ["pointerdown", "keydown"]) {
  document.addEventListener(
    name,
    (event) => {
      if (event.isTrusted) touched = performance.now();
    },
    { capture: true, passive: true },
  );
}
async function stay(mine) {
  const moves = seewhy.movement(video);
  if (!touched || performance.now() - touched > 1000 * seewhy.given.kiosk.stay) touched = performance.now();
  while (running(mine)) {
    await sleep(500);
    if (moves() && performance.now() - touched < 1000 * seewhy.given.kiosk.stay) seewhy.kiosk.touched();
  }
}

/* --- buttons and keys --- */

function hold(on) {
  holding = on;
  find(".hold").setAttribute("aria-pressed", on);
  if (values) draw();
}
function press() {
  if (pressed) return; // a key that is down says so again and again
  pressed = { since: performance.now(), before: holding };
  hold(true);
}
function lift() {
  if (!pressed) return;
  const { since, before } = pressed;
  pressed = null;
  hold(!before && performance.now() - since < TAP);
}
const button = find(".hold");
button.addEventListener("pointerdown", press);
for (const name of ["pointerup", "pointercancel", "pointerleave", "blur"]) button.addEventListener(name, lift);
button.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (root.dataset.state !== "mirror") return;
  if (event.key === "Escape") seewhy.anew();
  const held = (event.target === button && [" ", "Enter"].includes(event.key)) || event.key.toLowerCase() === "h";
  if (held && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    press();
  }
});
document.addEventListener("keyup", lift);

find("#keep").addEventListener("click", async () => {
  if (!stream || kept || !video.videoWidth) return;
  const whole = sheet(video.videoWidth, video.videoHeight);
  whole.getContext("2d").drawImage(video, 0, 0);
  kept = true;
  video.pause();
  video.poster = whole.toDataURL("image/jpeg", 0.8);
  release();
  video.srcObject = null;
  const blob = await new Promise((resolve) => whole.toBlob(resolve, "image/jpeg", 0.95));
  await seewhy.give(new File([blob], "film.jpg", { type: "image/jpeg" }));
});

/* A picture that was kept and refused: the film goes on. An answer is drawn soon after it has come. */
const refused = () => kept && root.dataset.state === "mirror" && !("busy" in root.dataset);
new MutationObserver(async () => {
  if (!refused()) return;
  await sleep(1000);
  if (refused()) open();
}).observe(root, { attributes: true, attributeFilter: ["data-busy"] });
