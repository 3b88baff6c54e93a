/* Where the experiments are. Gradio calls this once; everything else comes when the first of them is wanted. */

const home = new URL("parts/", document.baseURI);
const stage = () =>
  (stage.loaded ??= import(new URL("stage.js", home)).then((module) =>
    module.start({ element, props, watch, home, send: (asked) => trigger("ask", asked) }),
  ));

seewhy.open = (name, remember = true) =>
  stage()
    .then((loaded) => loaded.open(name, remember))
    .catch(() => {
      stage.loaded = null;
      seewhy.tell(seewhy.given.failed);
    });
seewhy.close = () => stage.loaded?.then((loaded) => loaded.forget());
seewhy.unanswered = () => stage.loaded?.then((loaded) => loaded.unanswered());
