/* A model that would have to be downloaded is named with its size, and asked for: a tap alone brings none. */
(() => {
  const { given } = window.seewhy;
  const { button, make, say } = window.seewhy.shared;
  const allowed = new Set();
  /** @type {HTMLElement | null} */
  let question = null;

  function close() {
    question?.remove();
    question = null;
  }

  /** @param {HTMLInputElement} model */
  function choose(model) {
    close();
    allowed.add(model.value);
    model.click();
  }

  /**
   * @param {HTMLInputElement} model
   * @param {number} megabytes
   */
  function ask(model, megabytes) {
    question = make("div", "far");
    question.setAttribute("role", "alert");
    const title = model.closest("label")?.textContent?.trim() ?? model.value;
    const row = make("div", "row");
    const yes = button("alt", given.download_yes, () => choose(model));
    row.append(
      yes,
      button("link", given.download_no, () => {
        close();
        document
          .querySelector(`${given.selectors.models}:checked`)
          ?.closest("label")
          ?.scrollIntoView({ block: "nearest" });
      }),
    );
    question.append(make("p", "", say(given.download_first, { model: title, megabytes })), row);
    document.querySelector("#model")?.append(question);
    yes.focus({ preventScroll: true });
    question.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener(
    "click",
    (event) => {
      const model = event.target;
      if (!(model instanceof HTMLInputElement) || !model.matches(given.selectors.models)) return;
      if (allowed.has(model.value)) return;
      event.preventDefault(); // what was chosen before is chosen again
      event.stopImmediatePropagation();
      close();
      fetch("far")
        .then((response) => response.json())
        .catch(() => ({}))
        .then((far) => (far[model.value] ? ask(model, far[model.value]) : choose(model)));
    },
    true,
  );
})();
