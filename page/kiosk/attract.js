/* What is shown when nobody is there. Its maps are the server's, of the examples; the first touch ends it. */
(() => {
  const { seewhy } = window;
  const { kiosk } = seewhy;
  const { button, loaded, make, say, sheet } = seewhy.shared;
  const { words } = seewhy.given.kiosk;
  const root = document.documentElement;
  const STAY = 9000; // of one example
  const BARE = 1600; // of that, without its map
  const SIDE = 1080;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let whole = null;
  let shown = null; // what the server gave
  let at = -1;
  let timer = null;

  kiosk.attracting = () => Boolean(whole);

  function build() {
    const made = Object.assign(make("section"), { id: "attract" });
    const bottom = make("div", "in");
    bottom.append(
      make("h1", "", document.querySelector("#hero h1")?.textContent ?? ""),
      make("p", "lead", words.lead),
      button("touch", words.start, end),
      make("p", "read"),
    );
    made.append(make("div", "slides"), make("div", "fade"), bottom);
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
    setTimeout(() => old.remove(), kiosk.FADE);
    kiosk.touched();
    if (seewhy.given.kiosk.first === "mirror") seewhy.mirror?.open();
  }

  async function given() {
    while (!shown || !seewhy.drawMap) {
      shown ??= await fetch("kiosk/attract").then(
        (response) => (response.ok ? response.json() : null),
        () => null,
      );
      if (!shown || !seewhy.drawMap) await kiosk.pause(1000);
    }
  }

  /* The part of a picture that the model saw, as large as the screen has room for: bare, and with its map on top. */
  async function slide({ base, seen, map }) {
    const image = await loaded(base);
    const { naturalWidth: width, naturalHeight: height } = image;
    const [x, y, w, h] = [seen[0] * width, seen[1] * height, seen[2] * width, seen[3] * height];
    const scale = Math.min(1, SIDE / Math.min(w, h));
    const glowing = sheet(Math.round(width * scale), Math.round(height * scale));
    seewhy.drawMap(glowing, image, seen, map);
    const both = make("div", "slide");
    /* Cut out of `source`, which is `times` as large as the picture. */
    const cut = (source, times, name) => {
      const canvas = sheet(Math.round(w * scale), Math.round(h * scale));
      const pen = canvas.getContext("2d");
      pen.drawImage(source, x * times, y * times, w * times, h * times, 0, 0, canvas.width, canvas.height);
      canvas.className = name;
      return canvas;
    };
    both.append(cut(image, 1, "bare"), cut(glowing, scale, "glow"));
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
    whole.querySelector("h1").replaceChildren(before, make("em", "", one.label), after);
    whole.querySelector(".read").textContent = say(words.read, { percent: one.percent });
    whole.dataset.ready = "";
    if (still.matches) return coming.classList.add("lit");
    timer = setTimeout(() => {
      coming.classList.add("lit");
      if (shown.length > 1) timer = setTimeout(next, STAY - BARE);
    }, BARE);
  }
})();
