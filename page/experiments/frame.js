/* Where the experiments are. Gradio calls this once; everything else comes when the first of them is wanted. */

const home = new URL("parts/", document.baseURI);
/** @type {Promise<any> | null} */
let loaded = null;
const stage = () =>
  (loaded ??= import(new URL("stage.js", home).href).then((module) =>
    module.start({ element, props, watch, home, send: (question) => trigger("ask", question) }),
  ));

function asked(act) {
  return stage()
    .then(act)
    .catch(() => {
      loaded = null;
      seewhy.tell(seewhy.given.failed);
    });
}

seewhy.open = (name, remember = true) => asked((there) => there.open(name, remember));
seewhy.vote = (said) => asked((there) => there.vote(said));
seewhy.close = () => loaded?.then((there) => there.forget());
seewhy.unanswered = () => loaded?.then((there) => there.unanswered());

// The word that the tests are about, where the visitor chose another one than the first.
seewhy.chosen = null;
seewhy.testsAbout = (index) => {
  seewhy.chosen = { index };
  seewhy.answerAgain();
  loaded?.then((there) => there.aboutAnother());
};

/* A link to one test: the page begins with its question. */
async function begin(name) {
  const link = await asked((there) => there.link(name));
  if (!link) return seewhy.tell(props.words.not_here);
  if (link.test === "many" || link.test === "from_nothing") return seewhy.open(link.test);
  const switched = document.querySelector("#mark-first");
  if (link.test === "you_first" && switched instanceof HTMLInputElement) switched.checked = true;
  const { find, make } = seewhy.shared;
  const hero = find(document, "#hero .html-container") ?? find(document, "#hero");
  const before = make("div", "todays");
  before.append(make("p", "kick", link.kicker), make("h2", "", link.question));
  hero.prepend(before);
}
const named = new URLSearchParams(location.search).get("test");
if (named) begin(named);
