/* What is shown when nobody is there. Its maps are the server's, of the examples; the first touch ends it. */
(() => {
  const { seewhy } = window;
  const { kiosk } = seewhy;
  const { words } = seewhy.given.kiosk;
  const root = document.documentElement;
  const STAY = 9000; // of one example
  const BARE = 1600; // of that, without its map
  const FADE = 320; // touches right after the first one are the same finger
  const SIDE = 1080;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let whole = null;
  let shown = null; // what the server gave
  let at = -1;
  let timer = null;

  kiosk.attracting = () => Boolean(whole);

  function build() {
    const made = kiosk.make("section", "attract");
    const bottom = kiosk.make("div", "");
    const head = kiosk.make("h1", "");
    head.textContent = document.querySelector("#hero h1")?.textContent ?? "";
    const button = Object.assign(kiosk.make("button", "", words.start), { type: "button", className: "touch" });
    button.addEventListener("click", end);
    bottom.append(head, Object.assign(kiosk.make("p", "", words.lead), { className: "lead" }), button, Object.assign(kiosk.make("p", "", ""), { className: "read" }));
    made.append(kiosk.make("div", ""), Object.assign(kiosk.make("div", ""), { className: "fade" }), bottom);
    made.firstChild.className = "slides";
    bottom.className = "in";
    made.addEventListener("pointerdown", end);
    return made;
  }

  /* Shows it, unless it is there. */
  kiosk.attract = async () => {
    if (whole) return;
    scrollTo({ top: 0 });
    whole = build();
    document.body.append(whole);
    root.dataset.attract = "";
    document.addEventListener("keydown", end, true);
    const mine = whole;
    await given();
    if (whole === mine && shown.length) next();
  };

  kiosk.wake = () => end();
  function end() {
    if (!whole) return;
    const old = whole;
    whole = null;
    clearTimeout(timer);
    document.removeEventListener("keydown", end, true);
    delete root.dataset.attract;
    old.classList.add("going");
    setTimeout(() => old.remove(), FADE);
    kiosk.touched();
    if (seewhy.given.kiosk.first === "mirror") seewhy.mirror?.open();
  }

  async function given() {
    while (!shown || !seewhy.drawMap) {
      shown ??= await fetch("kiosk/attract").then((response) => (response.ok ? response.json() : null), () => null);
      if (!shown || !seewhy.drawMap) await kiosk.pause(1000);
    }
  }

  /* The part of a picture that the model saw, as large as the screen has room for: bare, and with its map on top. */
  async function slide({ base, seen, map }) {
    const image = new Image();
    image.src = base;
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const [x, y, w, h] = [seen[0] * width, seen[1] * height, seen[2] * width, seen[3] * height];
    const scale = Math.min(1, SIDE / Math.min(w, h));
    const glowing = Object.assign(document.createElement("canvas"), { width: Math.round(width * scale), height: Math.round(height * scale) });
    seewhy.drawMap(glowing, image, seen, map);
    const both = kiosk.make("div", "");
    both.className = "slide";
    for (const [source, factor, name] of [[image, 1, "bare"], [glowing, scale, "glow"]]) {
      const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(w * scale), height: Math.round(h * scale), className: name });
      canvas.getContext("2d").drawImage(source, x * factor, y * factor, w * factor, h * factor, 0, 0, canvas.width, canvas.height);
      both.append(canvas);
    }
    return both;
  }

  async function next() {
    const mine = whole;
    at = (at + 1) % shown.length;
    const one = shown[at];
    const coming = await slide(one);
    if (whole !== mine) return;
    const slides = whole.querySelector(".slides");
    slides.append(coming);
    [...slides.children].slice(0, -2).forEach((old) => old.remove());
    // The page came after this, and its name with it.
    const brand = document.querySelector("#top .brand");
    if (brand && !whole.querySelector(".brand")) whole.querySelector(".in").before(brand.cloneNode(true));
    const [before, after] = words.headline.split("{label}");
    const label = Object.assign(document.createElement("em"), { textContent: one.label });
    whole.querySelector("h1").replaceChildren(before, label, after);
    whole.querySelector(".read").textContent = words.read.replace("{percent}", one.percent);
    whole.dataset.ready = "";
    if (still.matches) return coming.classList.add("lit");
    timer = setTimeout(() => {
      coming.classList.add("lit");
      if (shown.length > 1) timer = setTimeout(next, STAY - BARE);
    }, BARE);
  }
})();
