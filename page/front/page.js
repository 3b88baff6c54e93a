/* Around Gradio: giving a picture by every way there is, what moves while we wait, and what fails before the server
   hears of it. `window.seewhy` holds the sentences and the few functions that events call. */
(() => {
  const seewhy = window.seewhy;
  const { given } = seewhy;
  const { addressOf, around, find, make, say } = seewhy.shared;
  const gradio = given.selectors; // what Gradio draws
  const root = document.documentElement;
  const one = (selector) => find(document, selector);
  const input = () => one(gradio.chooser);

  root.lang = given.language;
  root.dir = given.direction;
  root.dataset.state = "idle";
  root.classList.toggle("kiosk", Boolean(given.kiosk));

  // Hints about keys are for whoever uses them; a phone has keys, too, where one types.
  addEventListener("keydown", (event) => {
    if (!around(event, "input[type=text], textarea")) root.dataset.keys = "";
    // Arrows lead through the words below a field. What scrolls is a stop of its own, unless it says that it is none.
    if (event.key === "Tab") document.querySelector(gradio.choices)?.setAttribute("tabindex", "-1");
  });

  /* --- what the events call --- */

  let taken = 0;
  let turn = 0; // counts what the visitor asked for
  // A given picture moves from the door to `pending`. Its name becomes a number: the same file twice is news too.
  const unchanged = { __type__: "update" };
  seewhy.take = (picture) => {
    if (!picture) return [unchanged, unchanged];
    const named = /^picture-(\d+)/.exec(picture.orig_name ?? "");
    const late = named && Number(named[1]) !== turn; // something newer was asked for while it was on its way
    if (late) return [null, unchanged];
    seewhy.tapped = "";
    seewhy.last = () => ({ ...picture, orig_name: String(++taken) });
    return [null, seewhy.last()];
  };

  // What was asked for last, once more: a picture for `pending`, or a tap that is repeated.
  seewhy.last = () => unchanged;
  seewhy.again = () => seewhy.last() ?? unchanged;
  const later = (act) => () => {
    outdate();
    const mine = turn;
    letGo().then(() => {
      if (turn === mine) act();
    });
  };
  seewhy.repeatable = (act) => {
    seewhy.last = later(act);
    seewhy.last();
  };
  seewhy.questioned = () => {
    seewhy.acted();
    seewhy.last = later(() => seewhy.repeat());
  };

  // The word in the drawer's field is asked about, unless the answer on the page is about it.
  /** @type {string | null | undefined} */
  let wanted = null;
  seewhy.wants = (target) => {
    if (target === wanted) return;
    wanted = target;
    seewhy.questioned();
    seewhy.repeat();
  };

  function outdate() {
    seewhy.acted();
    seewhy.outdate();
  }

  // Gradio lets go of one event after the other and waits for the server in between. What is asked before it is through
  // would be let go as well.
  let leaving = 0;
  async function letGo() {
    do await new Promise((resolve) => setTimeout(resolve, 30));
    while (leaving);
  }

  // The visitor asked for something; what travels from before is late now.
  seewhy.acted = () => {
    turn += 1;
    seewhy.started();
  };

  seewhy.started = () => {
    root.dataset.busy = "";
    delete root.dataset.again;
    hush();
    one("#status [role=status]").textContent = given.looking;
  };

  seewhy.finished = () => {
    delete root.dataset.busy;
    one("#status [role=status]").textContent = "";
  };

  // What the drawer offers belongs to the model that answered: others have other words, and some other ways of drawing.
  let asks = "";
  let ways = "";
  seewhy.offer = (answer, target) => {
    wanted = target;
    return [offerWords(answer?.vocabulary), offerWays(answer?.drawing)];
  };

  function offerWords(offered) {
    if (!offered || JSON.stringify(offered.asks) === asks) return unchanged;
    asks = JSON.stringify(offered.asks);
    return { ...unchanged, choices: offered.asks.map((each) => [each, each]), info: offered.asks_help };
  }

  // Of the ways of drawing, one is hidden where the model has it not; whoever had chosen it gets the usual one.
  function offerWays(drawing) {
    if (!drawing || drawing.help === ways) return unchanged;
    ways = drawing.help;
    root.toggleAttribute("data-attention", drawing.attention);
    const chosen = one("#method input:checked")?.value;
    const value = chosen === "attention" && !drawing.attention ? "gradcam" : chosen;
    return { ...unchanged, info: drawing.help, value };
  }

  seewhy.anew = () => {
    root.dataset.state = "idle";
    turn += 1;
    if (history.state?.depth) history.go(-history.state.depth);
    seewhy.hidden = false;
    seewhy.forget();
    seewhy.close();
    seewhy.finished();
    scrollTo({ top: 0 });
  };

  // The viewer has drawn a value. A new picture is worth looking at from the top.
  seewhy.arrived = (again) => {
    if ("camera" in root.dataset) closeCamera();
    if ((!again && one("#mark-first").checked) || seewhy.hidden) return hide();
    if (root.dataset.state !== "result") seewhy.remember("answer");
    root.dataset.state = "result";
    if (!again) seewhy.answered();
    else if (one("#viewer .stage").getBoundingClientRect().bottom < innerHeight / 3)
      one("#viewer .stage").scrollIntoView();
  };

  // Whoever wants to mark first gets the picture without its answer, until they have marked or skipped it.
  seewhy.hidden = false;
  async function hide() {
    one("#mark-first").checked = false;
    seewhy.hidden = true;
    await seewhy.open("you_first");
    if (root.dataset.state !== "experiment") seewhy.shown(); // its script did not come
  }
  seewhy.shown = () => {
    seewhy.hidden = false;
    seewhy.remember("answer");
    seewhy.answered();
  };
  seewhy.guessFirst = () => {
    one("#new-picture").click();
    one("#mark-first").checked = true;
  };

  // The browser's own way back leads from a test to the tests, to the answer, to the start, and not away.
  history.replaceState(null, "");
  seewhy.remember = (where) => history.pushState({ where, depth: (history.state?.depth ?? 0) + 1 }, "");
  window.addEventListener("popstate", () => {
    const where = history.state?.where;
    if (root.dataset.state === "idle") return;
    if (!where) one("#new-picture").click();
    else if (where === "answer") seewhy.answered();
    else if (where === "mirror") seewhy.mirror?.open();
    else if (where.startsWith("teach")) seewhy.teach?.open(where);
    else seewhy.open(where, false);
  });

  // From the tests back to the answer that they are about.
  seewhy.answered = () => {
    root.dataset.state = "result";
    scrollTo({ top: 0 });
    one("#answer h1").focus({ preventScroll: true }); // what a screen reader says next
  };

  // After a refusal: the model to ask from now on. One that is on its way stays chosen, and is asked once it is here.
  seewhy.refused = async (answered, asked) => {
    const mine = turn;
    wanted = undefined; // so that the same word can be asked about again
    seewhy.finished();
    letGoOfShot();
    if (!(asked in (await onTheirWay()))) return answered;
    whenHere(asked, mine);
    return asked;
  };

  async function onTheirWay() {
    return (
      (await fetch("fetching")
        .then((response) => response.json())
        .catch(() => null)) ?? {}
    );
  }

  async function whenHere(model, mine) {
    const title =
      [...document.querySelectorAll(gradio.models)]
        .find((each) => each.getAttribute("value") === model)
        ?.closest("label")
        ?.textContent.trim() ?? model;
    for (let shares = await onTheirWay(); turn === mine && model in shares; shares = await onTheirWay()) {
      root.dataset.busy = "";
      const percent = say(given.percent, { percent: Math.round(100 * shares[model]) });
      one("#status [role=status]").textContent = `${say(given.download, { model: title })} ${percent}`;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    if (turn === mine) one("#again").click(); // whatever became of it, the answer says so
  }

  /* --- giving a picture --- */

  // The chooser has an input of its own: Gradio's comes and goes while a picture travels. The capture phase sees a file
  // that was given to Gradio's before Gradio does. A file's name stays here.
  appears("#file", 400).then((file) => {
    file.accept = given.accept;
  });
  document.addEventListener(
    "change",
    (event) => {
      const target = /** @type {HTMLInputElement} */ (event.target);
      if ((target !== one("#file") && target !== input()) || target.dataset.checked) return;
      const [file] = target.files ?? [];
      if (!file) return;
      event.stopImmediatePropagation();
      target.value = "";
      give(file);
    },
    true,
  );

  seewhy.give = give;
  async function give(file) {
    const sentence = seewhy.refusal(file);
    if (sentence) return tell(sentence);
    outdate();
    const mine = turn;
    const [readable] = await Promise.all([seewhy.readable(file), letGo()]);
    if (turn === mine && !readable) return tell(given.not_a_picture);
    const target = await appears(gradio.chooser, 2400); // it is away while another picture travels
    if (turn !== mine) return;
    const parcel = new DataTransfer();
    parcel.items.add(seewhy.parcel(file, `picture-${mine}`));
    target.files = parcel.files;
    target.dataset.checked = "yes";
    target.dispatchEvent(new Event("change", { bubbles: true }));
    delete target.dataset.checked;
  }

  for (const name of /** @type {const} */ (["dragenter", "dragover"])) {
    document.addEventListener(
      name,
      (event) => {
        if (!seewhy.hovers(event)) return;
        event.preventDefault();
        if (event.dataTransfer?.types.includes("Files")) root.dataset.drag = "";
      },
      true,
    );
  }
  document.addEventListener(
    "dragleave",
    (event) => {
      if (!event.relatedTarget) delete root.dataset.drag;
    },
    true,
  );
  document.addEventListener(
    "drop",
    (event) => {
      delete root.dataset.drag;
      if (lesson(event, event.dataTransfer)) return;
      const offered = seewhy.offered(event, event.dataTransfer);
      if (!offered) return;
      event.preventDefault();
      event.stopPropagation();
      take(offered);
    },
    true,
  );
  document.addEventListener(
    "paste",
    (event) => {
      if (lesson(event, event.clipboardData)) return;
      const offered = seewhy.offered(event, event.clipboardData);
      if (!offered?.file && !offered?.sentence) return;
      event.preventDefault();
      take(offered);
    },
    true,
  );

  // While one teaches, files are for the lesson, and words for its fields.
  function lesson(event, data) {
    if (root.dataset.state !== "teach") return false;
    const files = [...(data?.files ?? [])];
    if (files.length || event.type === "drop") {
      event.preventDefault();
      event.stopPropagation();
    }
    if (files.length) seewhy.teach?.given(files, event.target);
    return true;
  }

  /** @param {Offered} offered */
  function take({ file, sentence }) {
    if (file) give(file);
    if (sentence) tell(sentence);
  }

  document.addEventListener("click", (event) => {
    if (around(event, "#choose-file")) one("#file").click();
    if (around(event, "#use-camera")) (seewhy.mirror?.open ?? openCamera)();
    if (around(event, "#no-camera")) closeCamera();
    if (around(event, "#many-door")) {
      event.preventDefault();
      seewhy.open("many");
    }
    around(event, ".seewhy-toast button")?.parentElement?.remove();
  });

  // The page comes anew in the chosen language. In another site's frame a cookie has to say that it belongs there.
  document.addEventListener("change", (event) => {
    const target = /** @type {HTMLSelectElement} */ (event.target);
    if (target.id !== "language") return;
    const framed = window.self === window.top ? "SameSite=Lax" : "SameSite=None; Secure; Partitioned";
    document.cookie = `language=${target.value}; Path=/; ${framed}`;
    if (given.kiosk) window.name = "start";
    location.reload();
  });

  /* --- the camera --- */

  const reasons = {
    NotAllowedError: "refused",
    SecurityError: "refused",
    NotFoundError: "missing",
    OverconstrainedError: "missing",
    NotReadableError: "busy",
    AbortError: "busy",
  };

  // What the camera sees, or nothing where the visitor was told why.
  // `facing` is the side that a phone's camera should be on.
  seewhy.film = async (device, facing) => {
    if (!(await seewhy.reads())) return null;
    if (!window.isSecureContext || !navigator.mediaDevices) return tell(given.camera.insecure);
    try {
      const video = device ? { deviceId: { exact: device } } : facing ? { facingMode: facing } : true;
      return await navigator.mediaDevices.getUserMedia({ video });
    } catch (error) {
      return tell(given.camera[reasons[/** @type {Error} */ (error).name] ?? "failed"]);
    }
  };

  // Asked for here first: Gradio shows nothing when there is no camera.
  async function openCamera() {
    const stream = await seewhy.film();
    if (!stream) return;
    stream.getTracks().forEach((track) => track.stop());
    root.dataset.camera = "";
    one("#picture").inert = false;
    one(gradio.from_camera).click();
    const access = await appears(gradio.allow_camera);
    access?.click();
  }

  // Gradio loses a shot before the camera's first frame: the shutter is there from then on.
  document.addEventListener(
    "loadeddata",
    (event) => {
      if (!("camera" in root.dataset) || !around(event, "#picture")) return;
      root.dataset.camera = "ready";
      one(gradio.shutter)?.setAttribute("aria-labelledby", "take-photo"); // Gradio's own name is English
      seewhy.watchFilm(/** @type {HTMLVideoElement} */ (event.target), {
        poor(trouble) {
          if (!["ready", "poor"].includes(root.dataset.camera ?? "")) return;
          root.dataset.camera = trouble ? "poor" : "ready";
          if (trouble) tell(given.camera[trouble], true);
          else hush();
        },
        ended(trouble) {
          if (!["ready", "poor"].includes(root.dataset.camera ?? "")) return;
          closeCamera();
          tell(given.camera[trouble]);
        },
      });
    },
    true,
  );

  // At a kiosk one steps back first: the shutter counts. What was shot then stays in sight until its answer comes, in
  // the place of Gradio's words about a file.
  const COUNT = 3;
  let counting = 0;
  document.addEventListener(
    "click",
    (event) => {
      const shutter = around(event, gradio.shutter);
      if (!shutter) return;
      if (given.kiosk && !shutter.dataset.counted) {
        event.stopImmediatePropagation();
        count(shutter);
      } else freeze();
    },
    true,
  );

  async function count(shutter) {
    if (counting) return;
    for (counting = COUNT; counting && root.dataset.camera === "ready"; counting--) {
      one("#countdown").textContent = String(counting);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    counting = 0;
    one("#countdown").textContent = "";
    if (root.dataset.camera !== "ready") return;
    shutter.dataset.counted = "yes";
    shutter.click();
    delete shutter.dataset.counted;
  }

  function freeze() {
    const film = one(gradio.film);
    const frozen = one("#frozen");
    Object.assign(frozen, { width: film.videoWidth, height: film.videoHeight });
    frozen.getContext("2d").drawImage(film, 0, 0);
    root.dataset.camera = "shot";
    one("#picture").inert = true;
  }

  // What was shot was refused: from the start, another one can be taken.
  function letGoOfShot() {
    if (root.dataset.camera === "shot") closeCamera();
  }

  function closeCamera() {
    if (root.dataset.camera === "poor") hush();
    delete root.dataset.camera;
    one("#picture").inert = true;
    one(gradio.from_file)?.click();
  }

  // Until the camera runs, the stage's own buttons speak for the component below them.
  appears("#picture", 400).then((picture) => {
    picture.inert = true;
  });

  async function appears(selector, patience = 40) {
    for (let i = 0; i < patience; i++) {
      const found = one(selector);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return null;
  }

  /* --- sentences that the server does not send --- */

  // What earlier messages said is over.
  function hush() {
    const closing = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(gradio.close_message));
    closing.forEach((close) => close.click());
  }

  seewhy.hush = hush;

  // A `lasting` message stays until it is over, or closed.
  function tell(sentence, lasting = false) {
    hush();
    letGoOfShot();
    const toast = make("div", "seewhy-toast toast-body");
    toast.setAttribute("role", "alert");
    const close = Object.assign(make("button", "", "×"), { type: "button" });
    close.setAttribute("aria-label", given.close);
    toast.append(make("p", "", sentence), close);
    document.body.append(toast);
    if (!lasting) setTimeout(() => toast.remove(), 15000);
    seewhy.finished();
  }
  seewhy.tell = tell;

  // Gradio makes a button of a toast's head, around the button that closes it.
  new MutationObserver(() => {
    for (const head of document.querySelectorAll(`${gradio.message_head}[role]`)) {
      head.removeAttribute("role");
      head.removeAttribute("tabindex");
    }
  }).observe(root, { childList: true, subtree: true });

  // What fails before any event runs. Gradio shows what a refused join is made of, and its own words for a lost upload.
  const lost = (sentence) => appears(gradio.message).then(() => tell(sentence ?? given.failed));
  const spoken = (detail) => new Response(JSON.stringify({ detail }), { status: 500 });
  const fetchNow = window.fetch.bind(window);
  // Gradio lets go of a request that has not got its number yet without naming it, and its answer would still come.
  const joined = new Map(); // what the server said to the latest request of each event
  async function letGoOf(address, options) {
    const body = JSON.parse(options.body);
    if (body.event_id !== null) return fetchNow(address, options);
    const { event_id } = (await joined.get(body.fn_index)) ?? {};
    if (!event_id) return new Response("{}"); // nothing that the server could let go of
    return fetchNow(address, { ...options, body: JSON.stringify({ ...body, event_id }) });
  }
  window.fetch = async (/** @type {[any, any?]} */ ...request) => {
    const address = addressOf(request[0]);
    if (/\/(cancel|reset)$/.test(address)) {
      leaving += 1;
      return letGoOf(...request).finally(() => {
        leaving -= 1;
      });
    }
    const joining = address.includes("queue/join");
    const answer = fetchNow(...request);
    if (joining) {
      const said = answer.then((response) => response.clone().json());
      joined.set(
        JSON.parse(request[1].body).fn_index,
        said.catch(() => null),
      );
    }
    const response = await answer.catch((error) => {
      if (joining) return spoken(given.failed);
      if (/upload\?|queue\/data/.test(address)) lost();
      throw error;
    });
    if (response.ok || !/queue\/join|\/upload\?/.test(address)) return response;
    const said = await response
      .clone()
      .json()
      .catch(() => ({}));
    if (!joining) lost(said.error);
    if (!joining || ![429, 503].includes(response.status)) return response;
    root.dataset.again = "";
    return spoken(response.status === 503 ? given.busy : said.detail);
  };
})();
