/* The door to teaching. Gradio calls this once; the scripts come when the door is opened. */

const home = new URL("parts/teach/", document.baseURI);
const root = document.documentElement;
/** @type {Promise<any> | null} */
let loaded = null;
const lesson = () =>
  (loaded ??= import(new URL("teach.js", home).href).then((module) =>
    module.start({ element: element.querySelector(".teach"), props, home }),
  ));

const teach = (seewhy.teach = {
  open: (where = true) =>
    lesson()
      .then((there) => there.open(where))
      .catch(() => {
        loaded = null;
        seewhy.tell(seewhy.given.failed);
      }),
  given: (files, target) => loaded?.then((there) => there.given(files, target)),
});
document.addEventListener("click", (event) => {
  if (!seewhy.shared.around(event, "#teach-door")) return;
  event.preventDefault();
  teach.open();
});
if (new URLSearchParams(location.search).has("teach") && root.dataset.state === "idle") teach.open();
