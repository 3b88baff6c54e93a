"""The use case behind the page's door for teaching: pictures in, what was learned and what it went by out."""

import hashlib
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date

import numpy as np
from numpy.typing import NDArray

from explainer.experiments.mask import Mask
from explainer.methods import DEFAULT_METHOD
from explainer.teach.fit import prepare
from explainer.teach.latched import Next
from explainer.teach.lesson import OneThing, ThingWithoutPictures
from explainer.teach.pooled import Features
from models.classifier import Classifier
from models.facts import ClassifierFacts
from models.store import UnknownModel
from models.taught import file as files
from models.taught.model import TaughtModel
from page.pictures.picture import Picture
from page.question import NoPicture
from page.reply import Json
from page.request import visitor
from page.service import Service
from page.supply import TAUGHT
from page.teaching.data_set import data_set
from page.teaching.exam import MOST_MASKS, MOST_UNSEEN
from page.teaching.examined import Examiner
from page.teaching.picture import LookedAt, TaughtPicture
from page.teaching.problems import FullVisit, NoSuchPicture, Opened, OtherNetwork
from page.teaching.replies import as_answer, as_state
from page.teaching.square import jpeg_of, pixels_of
from page.teaching.strangers import Strangers, StrangersOf
from page.teaching.visit import Learned, Naming, TaughtVisit, Thing
from page.teaching.visits import TaughtVisits

GIVEN = "given-"  # what the name of a picture of the page's own begins with
SMALL_OF = "small-"  # and of one that came in a file
SMALL = 96  # pixels of a side of the pictures that go into a file


class Teaching:
    """Teaches for all visitors. What each taught is in `visits`, and in no other place."""

    def __init__(self, service: Service, visits: TaughtVisits | None = None) -> None:
        """Ask the models of `service`."""
        self.service = service
        self.words = service.words
        self.visits = visits or TaughtVisits()
        self._compute = service.place.bring("features", self._features)
        self._fingerprint = service.place.bring("fingerprint", self._fingerprint_of, lasting=True)
        self._strangers = StrangersOf(lambda network, pixels: self._compute(network, list(pixels)))
        self._fingerprints: weakref.WeakKeyDictionary[Classifier, str] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        self._preparing = False  # whether what learns is being loaded, or is
        service.supply.taught = lambda name: self.taught(name, visitor())

    # --- whose

    def visit(self, token: str, name: str = "") -> TaughtVisit | None:
        """The visit of a browser by its cookie, or that of a name, where it may be used; None without one."""
        return self.visits.named(name, token) if name else self.visits.of(token)

    def begin(self, token: str, address: str, model: str | None = None, page: bool = True) -> TaughtVisit:
        """A new visit, which teaches the network `model`, None for the default one; that of the browser's page, or one
        beside it. Raises as `Supply.prepare`, and FullPage."""
        name = model or self.service.default_model
        self.service.supply.prepare(name)
        if name.startswith(TAUGHT):
            name = self.service.supply.taught_model(name).backbone
        with self._lock:
            first, self._preparing = not self._preparing, True
        if first:
            threading.Thread(target=prepare, name="prepare to learn", daemon=True).start()
        return self.visits.begin(token, address, name, page)

    def taught(self, name: str, token: str) -> TaughtModel | None:
        """What was taught; None where there is no visit of that name that may be used.

        Raises OneThing or ThingWithoutPictures before anything could be learned.
        """
        visit = self.visits.named(name, token)
        if visit is None:
            return None
        learned = self.learned(visit)
        return TaughtModel(visit.name, " · ".join(learned.head.names), visit.backbone, learned.head)

    # --- teaching

    def add(self, visit: TaughtVisit, thing: int, picture: Picture, take: str) -> TaughtPicture:
        """Add a picture to a thing. Raises as `TaughtVisit.add`, and FullPage."""
        looked = self.look_at(visit, picture)
        self.visits.make_room(visit, looked.pixels.nbytes)
        return visit.add(thing, looked, take)

    def learned(self, visit: TaughtVisit) -> Learned:
        """What was learned. Raises OneThing, ThingWithoutPictures."""
        return visit.learned(self.strangers(visit), self.naming)

    def strangers(self, visit: TaughtVisit) -> Strangers:
        """The page's own pictures of other things, for the network of a visit."""
        return self._strangers.of(self._network(visit.backbone))

    @property
    def naming(self) -> Naming:
        """What things are called in the language of the request."""
        return Naming(self.words.section("teaching")["thing"], self.words("teaching.none"))

    def state(self, visit: TaughtVisit, learn: bool = False) -> Json:
        """The state; with `learn`, what is only known once it has learned is told as well."""
        learned = None
        if learn:
            with suppress(OneThing, ThingWithoutPictures):
                learned = self.learned(visit)
        return as_state(visit, len(self.strangers(visit).squares), learned, self.naming)

    # --- asking

    def ask(self, visit: TaughtVisit, picture: Picture, thing: int | None) -> Json:
        """What it says of a picture. Raises OneThing, ThingWithoutPictures, NoThing."""
        learned = self.learned(visit)
        seen = self._network(visit.backbone).preprocess.seen(*picture.size)
        looked = self.look_at(visit, picture)
        return as_answer(visit, learned, looked.features, seen, thing, self.words)

    def ask_again(self, visit: TaughtVisit, number: int, thing: int | None) -> Json:
        """The same about a picture that is kept."""
        learned = self.learned(visit)
        kept = visit.picture(number)
        features = self.look(visit, [pixels_of(kept.square)])[0].features
        seen = self._network(visit.backbone).preprocess.seen(1, 1)
        return as_answer(visit, learned, features, seen, thing, self.words)

    def square(self, visit: TaughtVisit, name: str) -> bytes:
        """The JPEG of a picture by its id; "given-3" is one of the page's own, "small-2-0" the first that came with a
        file for the thing 2. Raises NoSuchPicture."""
        if name.startswith(SMALL_OF):
            return visit.small_picture(name.removeprefix(SMALL_OF))
        number = name.removeprefix(GIVEN)
        if not (number.isascii() and number.isdigit()) or len(number) > 9:
            raise NoSuchPicture
        if number == name:
            return visit.picture(int(number)).square
        squares = self.strangers(visit).squares
        if int(number) >= len(squares):
            raise NoSuchPicture
        return squares[int(number)]

    # --- the exam

    def exam(self, visit: TaughtVisit, thing: int) -> Json:
        """The exam of a thing, with what is learned now. Raises NoThing, OneThing, ThingWithoutPictures."""
        return self._examiner(visit).exam(thing)[1]

    def set_empty(self, visit: TaughtVisit, thing: int, picture: Picture | None) -> None:
        """Keep the scene without a thing, None takes it away. Raises FullVisit, FullPage."""
        visit.thing(thing)
        visit.exams.of(thing).empty = self._for_test(visit, picture) if picture else None

    def add_unseen(self, visit: TaughtVisit, thing: int, picture: Picture) -> None:
        """Add a picture of a thing to the take that it never saw. Raises FullVisit, FullPage."""
        visit.thing(thing)
        if len(visit.exams.unseen) >= MOST_UNSEEN:
            raise FullVisit(limit=MOST_UNSEEN)
        kept = self._for_test(visit, picture)
        with visit.lock:
            visit.exams.unseen.append((thing, kept))

    def _for_test(self, visit: TaughtVisit, picture: Picture) -> TaughtPicture:
        looked = self.look_at(visit, picture)
        self.visits.make_room(visit, looked.pixels.nbytes)
        return visit.for_test(looked)

    def set_mask(self, visit: TaughtVisit, number: int, mask: Picture | None) -> int:
        """Mark the thing in a picture, None takes the marks away; the id of the thing.

        Raises NoSuchPicture, NothingMarked, FullVisit.
        """
        thing, kept = visit.thing_of(number), visit.picture(number)
        with visit.lock:
            visit.exams.masks.pop(number, None)
            for each in visit.exams.each.values():
                if each.swapped and number in each.swapped[1]:
                    each.swapped = None
            if mask is not None:
                if len(visit.exams.masks) >= MOST_MASKS:
                    raise FullVisit(limit=MOST_MASKS)
                height, width = pixels_of(kept.square).shape[:2]
                visit.exams.masks[number] = Mask.fitted(np.asarray(mask.rgb.convert("L")), width, height).marks
        return thing.number

    def note_added(self, visit: TaughtVisit, thing: int, what: Next, before: Json) -> None:
        """What was proposed is added now: `before` stays to be compared with."""
        kept = visit.exams.of(thing)
        kept.before = {**before, "before": None}
        kept.added = list(dict.fromkeys([*kept.added, what]))  # however often somebody says so

    def forget_unseen(self, visit: TaughtVisit) -> None:
        """Begin a new unseen take."""
        with visit.lock:
            visit.exams.unseen = []

    def _examiner(self, visit: TaughtVisit) -> Examiner:
        strangers = self.strangers(visit).vectors
        return Examiner(visit, self.learned(visit), lambda pixels: self.look(visit, pixels), strangers)

    # --- the file

    def file(self, visit: TaughtVisit, pictures: bool = False) -> bytes:
        """What was taught as a file, with small pictures where these are wanted.

        Raises OneThing, ThingWithoutPictures.
        """
        learned = self.learned(visit)
        small = tuple(
            (learned.row(thing.number), each) for thing in visit.things for each in _small_of(thing) if pictures
        )
        return files.write(files.TaughtFile(learned.head, visit.backbone, self._fingerprint(visit.backbone), small))

    def data_set(self, visit: TaughtVisit) -> bytes:
        """All taught pictures as a zip. Raises OneThing, ThingWithoutPictures, and Opened for what came without any."""
        if visit.opened is not None:
            raise Opened
        title = self.service.supply.classifier(visit.backbone).spec.title
        return data_set(visit, self.learned(visit), self.words, title, date.today())

    def open(self, visit: TaughtVisit, data: bytes) -> TaughtVisit:
        """Let the contents of a file take the place of all that was taught.

        Raises OtherNetwork where its network is not here, or is another one of the same name, and what
        `models.taught.file.read` raises.
        """
        taught = files.read(data)
        try:
            network = self._network(taught.backbone)
        except UnknownModel as error:
            raise OtherNetwork from error
        features = self._strangers.of(network).vectors.shape[1]
        if self._fingerprint(taught.backbone) != taught.fingerprint or taught.head.features != features:
            raise OtherNetwork
        self.visits.make_room(visit, len(data))
        with visit.lock:
            visit.backbone = taught.backbone
            visit.take_over(taught.head, taught.pictures)
        return visit

    def _network(self, name: str) -> ClassifierFacts:
        return self.service.known(name).facts

    def _fingerprint_of(self, model: str) -> str:
        """That of a network, computed once."""
        classifier = self.service.supply.classifier(model)
        with self._lock:
            if classifier not in self._fingerprints:
                self._fingerprints[classifier] = classifier.fingerprint()
            return self._fingerprints[classifier]

    # --- computing

    def look_at(self, visit: TaughtVisit, picture: Picture | None) -> LookedAt:
        """What the network of a visit makes of a picture. Raises NoPicture without one."""
        if picture is None:
            raise NoPicture
        return self.look(visit, [self.pixels(visit, picture)])[0]

    def pixels(self, visit: TaughtVisit, picture: Picture) -> NDArray[np.uint8]:
        """What the network of a visit gets of a picture, (side, side, 3)."""
        return picture.seen_by(self._network(visit.backbone).preprocess)

    def look(self, visit: TaughtVisit, pixels: Sequence[NDArray[np.uint8]]) -> list[LookedAt]:
        """The same of pixels (side, side, 3) that it would get."""
        found = self._compute(visit.backbone, list(pixels))
        return [
            LookedAt(each, hashlib.sha256(each.tobytes()).digest(), features)
            for each, features in zip(pixels, found, strict=True)
        ]

    def _features(self, model: str, pixels: list[NDArray[np.uint8]]) -> list[Features]:
        from explainer.teach.features import features_of

        classifier = self.service.supply.classifier(model)
        last = (classifier.spec.layers[-1].name,)
        engine = self.service.engines.of(classifier, DEFAULT_METHOD, last)
        return features_of(classifier, [classifier.preprocess.normalised(each) for each in pixels], engine)


def _small_of(thing: Thing) -> Iterator[bytes]:
    """The pictures of a thing as a file has them: those that came in one, or those that were taught."""
    yield from thing.small
    for each in thing.pictures:
        yield jpeg_of(_small(pixels_of(each.square)))


def _small(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    from PIL import Image

    return np.asarray(Image.fromarray(pixels).resize((SMALL, SMALL), Image.Resampling.BILINEAR))
