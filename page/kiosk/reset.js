/* The end of a visit: nothing of it stays on the page, in the browser or on the server. It also is how the screen comes
   back when the server was away. */
(() => {
  const { seewhy } = window;
  const root = document.documentElement;
  const { addressOf, button, find, make, spoken } = seewhy.shared;
  const { words } = seewhy.given.kiosk;
  const LOOK_EVERY = 3000;
  /** @type {Kiosk} */
  const kiosk = (seewhy.kiosk = /** @type {any} */ ({})); // what it holds comes with the other scripts
  kiosk.FADE = 320; // milliseconds: touches right after the first one are the same finger
  const travelling = new Set();
  let session = "";
  let uploaded = false;
  let leaving = false;

  kiosk.pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  kiosk.visited = () => root.dataset.state !== "idle" || "camera" in root.dataset || "busy" in root.dataset || uploaded;
  kiosk.leaving = () => leaving;

  /* --- what this visit leaves on the server --- */

  const fetchNow = window.fetch.bind(window);
  window.fetch = async (/** @type {[any, any?]} */ ...request) => {
    const address = addressOf(request[0]);
    if (address.includes("/queue/join")) session = JSON.parse(request[1].body).session_hash;
    const answer = fetchNow(...request);
    if (!/\/upload(\?|$)/.test(address)) return answer;
    uploaded = true;
    const arrived = answer.then(
      () => {},
      () => {},
    );
    travelling.add(arrived);
    arrived.then(() => travelling.delete(arrived));
    return answer;
  };

  /* --- leaving --- */

  /* Forgets this visit. `then` is "attract", or "start" where somebody is there. */
  kiosk.reset = async (then) => {
    if (leaving) return;
    leaving = true;
    curtain();
    find(document, "#new-picture")?.click(); // lets go of what is on its way
    await Promise.race([Promise.all(travelling), kiosk.pause(4000)]); // an upload that has not arrived can't be deleted
    const body = JSON.stringify({ session });
    const language = then === "start" ? /(?:^|; )(language=[\w-]+)/.exec(document.cookie)?.[1] : null;
    const gone = async () => (await fetchNow("kiosk/reset", { method: "POST", body })).ok;
    while (!(await gone().catch(() => false))) await kiosk.pause(1000);
    if (language) document.cookie = `${language}; Path=/; SameSite=Lax`; // whoever is still here reads the same one
    again(then);
  };

  // A new page knows nothing of the old one; its name is all that a browser hands on.
  function again(then) {
    window.name = then === "start" ? "start" : "";
    location.reload();
  }

  function curtain() {
    if (document.querySelector("#kiosk-wait")) return;
    const whole = Object.assign(make("div"), { id: "kiosk-wait" });
    whole.append(spoken("", words.wait));
    document.body.append(whole);
  }

  /* --- the server was away --- */

  let run = null;
  async function look() {
    const alive = await fetchNow("kiosk/alive", { cache: "no-store" }).then(
      (response) => response.json(),
      () => null,
    );
    if (leaving) return;
    run ??= alive?.run ?? null;
    const away = !alive;
    const another = alive && alive.run !== run;
    if (another && alive.ready) {
      leaving = true;
      again("attract");
    } else if ((away || another) && !kiosk.attracting?.()) curtain();
    else if (alive && !another) document.querySelector("#kiosk-wait")?.remove();
  }
  setInterval(look, LOOK_EVERY);
  look();

  /* --- the buttons that are always there --- */

  // Gradio brings these scripts when the page is there already.
  kiosk.begin = (act) => (document.body ? act() : document.addEventListener("DOMContentLoaded", act));
  kiosk.begin(() => {
    const both = Object.assign(make("div"), { id: "leaving" });
    const anew = button("", words.again, () => kiosk.reset("start"));
    const other = button("", words.new_picture, () => find(document, "#new-picture").click());
    both.append(Object.assign(anew, { id: "start-again" }), Object.assign(other, { id: "another-picture" }));
    document.body.append(both);
    // The languages stand beside them.
    new ResizeObserver(() => root.style.setProperty("--leaving", `${both.offsetWidth}px`)).observe(both);
  });
})();
