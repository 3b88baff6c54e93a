/* A picture stays with the visitor as well: what the server has deleted meanwhile, because the page was asleep or left
   alone, is sent once more before the next question about it. Comes before page.js, which then sees one request. */
(() => {
  const { addressOf } = window.seewhy.shared;
  const MOST = 4; // pictures: the one on the page, and a few that were refused after it
  const SURE = 15000; // milliseconds in which a picture that was there is taken to be there
  const kept = new Map(); // by the name that the page uses: { file, path: the server's name of it now, seen }
  const fetchNow = window.fetch.bind(window);
  const at = (path) => new URL(`gradio_api/${path}`, document.baseURI);

  // Its own bytes: a file that was chosen may be closed to this page, or another one, when it is wanted again.
  const copy = async (file) => new File([await file.arrayBuffer()], file.name, { type: file.type });

  /** @param {[any, any?]} request */
  async function sent(request) {
    const copies = request[1].body.getAll("files").map((file) => copy(file).catch(() => null));
    const answer = await fetchNow(...request);
    const paths = answer.ok
      ? await answer
          .clone()
          .json()
          .catch(() => [])
      : [];
    paths.forEach(async (path, i) => {
      const file = await copies[i];
      if (!file) return;
      kept.set(path, { file, path, seen: Date.now() });
      for (const old of [...kept.keys()].slice(0, -MOST)) kept.delete(old);
    });
    return answer;
  }

  /* Sends a picture again where the server does not have it. */
  async function bring(one) {
    if (Date.now() - one.seen < SURE) return;
    const there = await fetchNow(at(`file=${encodeURI(one.path)}`), { method: "HEAD", cache: "no-store" });
    if (!there.ok) {
      const form = new FormData();
      form.append("files", one.file);
      const answer = await fetchNow(at("upload"), { method: "POST", body: form });
      if (!answer.ok) return; // the question will be refused, in a sentence
      [one.path] = await answer.json();
    }
    one.seen = Date.now();
  }

  async function asked(address, options) {
    let { body } = options;
    for (const [name, one] of kept) {
      if (!body.includes(JSON.stringify(name))) continue;
      await bring(one).catch(() => {});
      body = body.replaceAll(JSON.stringify(name), JSON.stringify(one.path));
    }
    return fetchNow(address, { ...options, body });
  }

  window.fetch = (/** @type {[any, any?]} */ ...request) => {
    const address = addressOf(request[0]);
    if (address.includes("/queue/join") && typeof request[1]?.body === "string") return asked(request[0], request[1]);
    if (address.includes("/upload?") && request[1]?.body instanceof FormData) return sent(request);
    return fetchNow(...request);
  };
})();
