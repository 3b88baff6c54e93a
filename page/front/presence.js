/* Tells the server that this page is open, hidden or closed: what a visitor sent goes when the last page has. */
(() => {
  const { addressOf } = window.seewhy.shared;
  const { address, every } = window.seewhy.given.presence;
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // nobody else can speak for this page
  const page = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  let session = null;
  let number = 0; // words overtake each other
  let closed = false;

  function say(state) {
    const word = JSON.stringify({ page, session, state, number: number++ });
    // A beacon outlives the page, and nobody waits for an answer.
    navigator.sendBeacon(new URL(address, document.baseURI), word);
  }

  // A page that is hidden may be a phone's that sleeps before it can say so.
  const open = () => {
    if (!closed) say(document.hidden ? "asleep" : "here");
  };

  // Gradio's name for this page, under which the server keeps its answers.
  const fetchNow = window.fetch.bind(window);
  window.fetch = (/** @type {[any, any?]} */ ...request) => {
    if (addressOf(request[0]).includes("/queue/join")) {
      const named = JSON.parse(request[1].body).session_hash;
      if (named !== session) {
        session = named;
        open();
      }
    }
    return fetchNow(...request);
  };

  addEventListener("pagehide", () => {
    closed = true;
    say("gone");
  });
  addEventListener("pageshow", () => {
    closed = false;
    open();
  }); // also when the browser kept the page for a way back
  document.addEventListener("visibilitychange", open);
  document.addEventListener("freeze", () => {
    if (!closed) say("asleep");
  });
  document.addEventListener("resume", open);
  setInterval(open, every);
})();
