/* What a visitor teaches, as the page shows it: things with their pictures. The server has the lesson; what was filmed
   and has not come there yet is shown as well. */

import { cameIn, sleep } from "./pieces.js";
import { MOST_PICTURES, nameOf } from "./telling.js";

const { say } = window.seewhy.shared;
const AGAIN = 1500; // milliseconds until the server is asked once more
const TYPED = 500; // milliseconds after the last letter of a name

/* `server` is what it asks; `changed` is called after every change. */
export function lesson({ server, words, changed }) {
  let keys = 0;
  /** @returns {any} a thing with nothing in it yet */
  const thing = (id = null, called = "") => ({
    key: String(++keys), // on the page; the server's number comes with the first picture
    id,
    name: called,
    pictures: [],
    different: 0,
    takes: 0,
    hint: null,
    small: [], // the addresses of pictures that came in a file
  });
  const own = [thing(), thing()];
  const none = { ...thing(server.NONE), key: "none", given: 0 };
  let queue = []; // pictures that have not come to the server yet
  let pumping = null;
  let trouble = ""; // what keeps them here
  let typing = null;
  const leaving = new Set(); // the numbers of pictures that the server is to take out
  let had = false; // whether the server has held any of it

  const all = () => [...own, none];
  const find = (key) => all().find((each) => each.key === key);
  const byId = (id) => all().find((each) => each.id === id);
  const number = (count) => say(words.thing, { number: count });
  const title = (each) => (each === none ? words.none_of_these : nameOf(each, own, number));

  /* Puts down what the server holds. */
  function sync(state) {
    for (const told of [...state.things, { ...state.none, id: server.NONE }]) {
      const each = byId(told.id);
      if (!each) continue;
      const held = new Map(each.pictures.filter((picture) => picture.id !== null).map((one) => [one.id, one]));
      const there = told.pictures.filter(({ id }) => !leaving.has(id));
      const settled = there.map(({ id, take }) => held.get(id) ?? { id, take, thumb: server.square(id) });
      each.pictures = [...settled, ...each.pictures.filter((picture) => picture.id === null)];
      const small = server.small(told.id, told.small);
      Object.assign(each, { different: told.different, takes: told.takes, hint: told.hint, small });
    }
    none.given = state.none.given;
    Object.assign(made, { guess: state.guess, alike: state.alike, opened: state.opened, canPutBack: state.back });
    had ||= state.things.length > 0;
    if (had && !state.things.length && own.some((each) => each.id !== null)) made.wiped();
  }

  /* Takes over a lesson that the server holds: one that was opened, or that outlived a page. */
  function adopt(state) {
    queue = [];
    own.length = 0;
    own.push(...state.things.map((told) => thing(told.id, told.name)));
    while (own.length < 2) own.push(thing());
    sync(state);
    changed();
  }

  /* The server's number of a thing. */
  async function known(each) {
    if (each.id !== null) return;
    const before = new Set(own.map((one) => one.id));
    const state = await server.addThing(isUnique(each) ? each.name.trim() : "");
    each.id = state.things.map((told) => told.id).find((id) => !before.has(id)) ?? null;
  }
  const isUnique = (each) => !own.some((other) => other !== each && title(other) === title(each));

  /* Sends what waits, one after the other; comes back when nothing waits. */
  const pump = () => (pumping ??= sending().finally(() => (pumping = null)));
  async function sending() {
    while (queue.length) {
      const [picture] = queue;
      const done = () => (queue = queue.filter((each) => each !== picture));
      try {
        await known(picture.thing);
        const told = await server.add(picture.thing.id, picture.take, picture.blob);
        trouble = "";
        done();
        if (picture.thing.pictures.some((each) => each.id === told.picture)) {
          drop(picture);
          picture.twice();
        }
        Object.assign(picture, { id: told.picture, blob: null, thumb: picture.thumb || server.square(told.picture) });
        sync(told);
      } catch (/** @type {any} */ error) {
        trouble = error.sentence ?? words.broken;
        if (error.final) {
          done();
          trouble = "";
          drop(picture);
          picture.refused(error.sentence);
          await check();
        } else await sleep(AGAIN);
      }
      changed();
    }
  }

  /* After a refusal: whether the server still has the lesson. */
  async function check() {
    if (!had) return;
    const state = await server.state().catch(() => null);
    if (state) sync(state);
  }

  function drop(picture) {
    const { pictures } = picture.thing;
    const at = pictures.indexOf(picture);
    if (at >= 0) pictures.splice(at, 1);
  }

  /* Asks; where there is no answer, the visitor is told why. */
  async function asking(act) {
    await pump();
    try {
      const told = await act();
      if (told?.things) sync(told);
      return told;
    } catch (/** @type {any} */ error) {
      seewhy.tell(error.sentence ?? words.broken);
      await check();
      return null;
    } finally {
      changed();
    }
  }

  /* The names as they are now. */
  async function rename() {
    clearTimeout(typing);
    for (const each of own) {
      if (each.id !== null && isUnique(each)) await server.rename(each.id, each.name.trim()).catch(() => {});
    }
  }

  const made = {
    own,
    none,
    all,
    find,
    byId,
    title,
    adopt,
    sync,
    asking,
    guess: true,
    alike: null,
    opened: false,
    canPutBack: false,
    /* The things that count: those with pictures, and those that came out of a file without any. */
    taught: () => own.filter((each) => each.pictures.length || (made.opened && each.id !== null)),
    trouble: () => trouble,
    coming: () => queue.length > 0,
    settled: pump,
    named: rename,
    wiped: () => {},
    shownNone: () => server.none(none.given),

    renamed() {
      clearTimeout(typing);
      typing = setTimeout(rename, TYPED);
    },
    addThing() {
      own.push(thing());
      changed();
    },
    async takeOut(each) {
      own.splice(own.indexOf(each), 1);
      queue = queue.filter((picture) => picture.thing !== each);
      changed();
      if (each.id !== null) await asking(() => server.dropThing(each.id));
    },

    /* Puts a picture down at once; false where the thing is full. `shot` is { blob, thumb }. The server may refuse it,
       or have it `twice`, of which a film has many. */
    add(each, take, shot, refused = (sentence) => seewhy.tell(sentence), twice = () => {}) {
      if (each.pictures.length >= MOST_PICTURES) return false;
      const picture = { ...shot, take, thing: each, id: null, refused, twice };
      each.pictures.push(picture);
      queue.push(picture);
      pump();
      changed();
      return true;
    },

    /* Files of one take. Gives the sentence to tell about them, or "". */
    async files(each, take, files) {
      const left = [];
      const before = each.pictures.length;
      let [full, same] = [0, 0];
      for (const file of files) {
        const shot = { blob: file, thumb: "" };
        const refused = () => left.push(file);
        if (seewhy.refusal(file)) refused();
        else if (!made.add(each, take, shot, refused, () => (same += 1))) full += 1;
      }
      await pump();
      if (full) return say(words.full, { limit: MOST_PICTURES });
      return cameIn(words, each.pictures.length - before, left, same);
    },

    /* Takes a picture away; what comes back puts it where it was. */
    async remove(each, picture) {
      each.pictures.splice(each.pictures.indexOf(picture), 1);
      queue = queue.filter((other) => other !== picture);
      changed();
      if (picture.id !== null) {
        leaving.add(picture.id);
        await asking(() => server.remove(picture.id).finally(() => leaving.delete(picture.id)));
      }
      return () => (picture.id === null ? made.add(each, picture.take, picture) : asking(() => server.back()));
    },
  };
  return made;
}
