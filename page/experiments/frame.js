/* Where the experiments are. Gradio calls this once; everything else comes when the first of them is wanted. */

const home = new URL("parts/", document.baseURI);
/** @type {Promise<any> | null} */
let loaded = null;
const stage = () =>
  (loaded ??= import(new URL("stage.js", home).href).then((module) =>
    module.start({ element, props, watch, home, send: (asked) => trigger("ask", asked) }),
  ));

seewhy.open = (name, remember = true) =>
  stage()
    .then((there) => there.open(name, remember))
    .catch(() => {
      loaded = null;
      seewhy.tell(seewhy.given.failed);
    });
seewhy.close = () => loaded?.then((there) => there.forget());
seewhy.unanswered = () => loaded?.then((there) => there.unanswered());
