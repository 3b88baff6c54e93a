"""What one visitor taught: things with their pictures, in memory."""

import secrets
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explainer.teach.different import kinds_of
from explainer.teach.lesson import Lesson, OneThing, ShownPictures, ThingWithoutPictures, learn
from models.taught.head import MOST_THINGS, TaughtHead, clean_name
from page.supply import TAUGHT
from page.teaching.exam import Exams
from page.teaching.picture import LookedAt, TaughtPicture
from page.teaching.problems import (
    FullThing,
    FullVisit,
    NameTaken,
    NoSuchPicture,
    NoThing,
    Opened,
    TooManyThings,
)
from page.teaching.square import jpeg_of
from page.teaching.strangers import Strangers

MOST_EACH, MOST_ALL = 200, 600  # pictures of a thing, and of all things
MOST_BYTES = 60 * 2**20  # of a visit
BEFORE = 64 * 2**10  # bytes of an exam that stays to be compared with, about
MAPS_EACH = 16  # pictures of a thing of which the maps are kept
NONE = 0  # the id of "none of these"
KEPT_ALIKE = 0.75  # cosine from which on a stranger is too much like what is taught to be called none of these


class Holding(IntEnum):
    """What a visitor would miss of a visit that is wiped, least first. `PICTURES` stands for an opened file as well."""

    NOTHING = 0
    NAMES = 1
    PICTURES = 2


@dataclass(eq=False)
class Thing:
    """A thing: `number` is its id, `name` "" until somebody gives one. `small` are the pictures that came in a file:
    JPEGs to be looked at, of which nothing more can be learned."""

    number: int
    name: str = ""
    pictures: list[TaughtPicture] = field(default_factory=list)
    small: tuple[bytes, ...] = ()

    @property
    def vectors(self) -> NDArray[np.float32]:
        """The features of its pictures (N, C)."""
        return np.stack([each.vector for each in self.pictures])


@dataclass(frozen=True)
class Naming:
    """What things are called in the language of a request: `thing` with {number}, and `none`."""

    thing: str
    none: str


@dataclass(frozen=True, eq=False)
class Learned:
    """What was learned: the head, the thing of each of its rows, and the lesson, None where it came out of a file."""

    head: TaughtHead
    things: tuple[int, ...]
    lesson: Lesson | None = None

    def row(self, thing: int) -> int:
        """The row of a thing. Raises NoThing."""
        if thing not in self.things:
            raise NoThing
        return self.things.index(thing)


class TaughtVisit:
    """Everything that one visitor taught. Several threads may use it; each method is done at once.

    `owner` is the browser's cookie, or that of anybody who knows the `name`. `seen` is when it was used last, in
    seconds of the clock of `page.teaching.visits.TaughtVisits`.
    """

    def __init__(self, owner: str, address: str, backbone: str) -> None:
        """Nothing is taught yet, to the network called `backbone`."""
        self.owner, self.address, self.backbone = owner, address, backbone
        self.name = TAUGHT + secrets.token_urlsafe(18)
        self.seen = 0.0
        self.lock = threading.RLock()
        self.things: list[Thing] = []
        self.none = Thing(NONE)
        self.exams = Exams()
        self.opened: TaughtHead | None = None
        self.revision = 0
        self._number = 0
        self._out: list[tuple[Thing, int, TaughtPicture]] = []
        self._learned: tuple[int, Naming, Learned] | None = None

    def thing(self, number: int) -> Thing:
        """One of the things by its id, "none of these" for 0. Raises NoThing."""
        found = next((each for each in (self.none, *self.things) if each.number == number), None)
        if found is None:
            raise NoThing
        return found

    def name_thing(self, number: int | None, name: str, none: str = "") -> Thing:
        """Call a thing something else than what `none` of these is called; None adds one.

        Raises NoThing, NameTaken, TooManyThings, Opened.
        """
        name = clean_name(name)
        with self.lock:
            if self.opened is not None:
                raise Opened
            others = {each.name.casefold() for each in self.things if each.number != number} | {none.casefold()}
            if name and name.casefold() in others:
                raise NameTaken(name=name)
            if number is None:
                if len(self.things) >= MOST_THINGS:
                    raise TooManyThings(limit=MOST_THINGS)
                found = Thing(self._next())
                self.things.append(found)
            else:
                found = self.thing(number)
            found.name = name
            self._changed()
            return found

    def drop_thing(self, number: int) -> None:
        """Take a thing away with its pictures; "none of these" only loses its own. Raises NoThing."""
        with self.lock:
            found = self.thing(number)
            self._out = []
            if found is self.none:
                found.pictures = []
            else:
                self.things.remove(found)
            self.exams.drop(number)
            self._changed()

    def add(self, number: int, looked: LookedAt, take: str) -> TaughtPicture:
        """Add a picture to a thing; one that it has already is not added again.

        Raises NoThing, FullThing, FullVisit, Opened.
        """
        square = jpeg_of(looked.pixels)
        with self.lock:
            if self.opened is not None:
                raise Opened
            found = self.thing(number)
            same = next((each for each in found.pictures if each.digest == looked.digest), None)
            if same:
                return same
            if len(found.pictures) >= MOST_EACH:
                raise FullThing(limit=MOST_EACH)
            if sum(len(each.pictures) for each in (self.none, *self.things)) >= MOST_ALL:
                raise FullVisit(limit=MOST_ALL)
            kept = sum(each.maps is not None for each in found.pictures)
            picture = looked.taught(self._next(), square, take, kept < MAPS_EACH and self._is_new(found, looked))
            if self.bytes + picture.bytes > MOST_BYTES:
                raise FullVisit(limit=len(self.pictures()))
            found.pictures.append(picture)
            self._out = []
            self._changed()
            return picture

    def remove(self, pictures: Iterable[int]) -> None:
        """Take pictures out. Raises NoSuchPicture for one that is not there."""
        with self.lock:
            numbers = list(pictures)
            for number in numbers:
                self.picture(number)
            out = []
            for thing in (self.none, *self.things):
                for place in reversed(range(len(thing.pictures))):
                    if thing.pictures[place].number in numbers:
                        out.append((thing, place, thing.pictures.pop(place)))
            self._out = out[::-1]
            self._changed()

    def put_back(self) -> None:
        """Put back what was taken out last; nothing happens where there is none."""
        with self.lock:
            for thing, place, picture in self._out:
                thing.pictures.insert(place, picture)
            self._out = []
            self._changed()

    @property
    def can_put_back(self) -> bool:
        """Whether something can be put back."""
        return bool(self._out)

    def picture(self, number: int) -> TaughtPicture:
        """A picture by its id, taught or kept for a test. Raises NoSuchPicture."""
        for each in (*self.pictures(), *self.exams.pictures()):
            if each.number == number:
                return each
        raise NoSuchPicture

    def pictures(self) -> list[TaughtPicture]:
        """All taught pictures."""
        return [each for thing in (self.none, *self.things) for each in thing.pictures]

    def thing_of(self, number: int) -> Thing:
        """The thing that a taught picture is of. Raises NoSuchPicture."""
        for thing in (self.none, *self.things):
            if any(each.number == number for each in thing.pictures):
                return thing
        raise NoSuchPicture

    def small_picture(self, name: str) -> bytes:
        """A picture that came in a file, by its thing's id and its place, such as "2-0". Raises NoSuchPicture."""
        known = {f"{thing.number}-{place}": each for thing in self.things for place, each in enumerate(thing.small)}
        if name not in known:
            raise NoSuchPicture
        return known[name]

    def for_test(self, looked: LookedAt, take: str = "") -> TaughtPicture:
        """A picture as it is kept for a test. Raises FullVisit."""
        with self.lock:
            picture = looked.taught(self._next(), jpeg_of(looked.pixels), take, with_maps=True)
            if self.bytes + picture.bytes > MOST_BYTES:
                raise FullVisit(limit=len(self.pictures()))
            return picture

    def take_over(self, head: TaughtHead, small: Sequence[tuple[int, bytes]] = ()) -> None:
        """What was taught elsewhere takes the place of all that was taught here; `small` are its pictures, each with
        the row of its thing."""
        with self.lock:
            self.things = [
                Thing(self._next(), name, small=tuple(each for own, each in small if own == row))
                for row, name in enumerate(head.names)
                if row != head.none
            ]
            self.none, self.exams, self._out = Thing(NONE), Exams(), []
            self.opened = head
            self._changed()

    def learned(self, strangers: Strangers, naming: Naming) -> Learned:
        """What was learned of all pictures, computed once for each change.

        Raises OneThing, ThingWithoutPictures.
        """
        with self.lock:
            known = self._learned
            if known and known[:2] == (self.revision, naming):
                return known[2]
            learned = self._learn(strangers, naming)
            self._learned = (self.revision, naming, learned)
            return learned

    def _learn(self, strangers: Strangers, naming: Naming) -> Learned:
        if self.opened is not None:
            order = iter(each.number for each in self.things)
            things = tuple(NONE if row == self.opened.none else next(order) for row in range(len(self.opened.names)))
            return Learned(self.opened, things)
        if len(self.things) < 2:
            raise OneThing
        for thing in self.things:
            if not thing.pictures:
                raise ThingWithoutPictures(name=self.name_of(thing, naming))
        vectors = [each.vector for thing in self.things for each in thing.pictures]
        mine = np.stack(vectors)
        kept = strangers.unlike(mine, KEPT_ALIKE)
        rows = [row for row, thing in enumerate(self.things) for _ in thing.pictures]
        takes = [each.take for thing in self.things for each in thing.pictures]
        none = len(self.things)
        vectors += [strangers.vectors[place] for place in kept] + [each.vector for each in self.none.pictures]
        extra = len(kept) + len(self.none.pictures)
        names = [*(self.name_of(thing, naming) for thing in self.things), naming.none]
        lesson = learn(ShownPictures.of(vectors, rows + [none] * extra, takes + [""] * extra), names, none)
        head = replace(lesson.head, full=self._full(lesson.head))
        return Learned(head, (*(each.number for each in self.things), NONE), lesson)

    def _full(self, head: TaughtHead) -> float:
        """The fixed scale of maps: a square that a quarter of the taught pictures reach."""
        strongest = []
        for row, thing in enumerate(self.things):
            maps = [each.maps for each in thing.pictures if each.maps is not None]
            strongest += [
                float(np.einsum("c,chw->hw", head.weight[row], each.astype(np.float32)).max()) for each in maps
            ]
        return max(0.0, float(np.quantile(strongest, 0.75)) / head.temperature) if strongest else 0.0

    def name_of(self, thing: Thing, naming: Naming) -> str:
        """What a thing is called: by its place, until somebody gives it a name."""
        if thing is self.none:
            return naming.none
        if thing.name:
            return thing.name
        given = {each.name.casefold() for each in self.things}
        # Of numbers this far apart, no two places have one in common.
        names = (naming.thing.format(number=number) for number in count(self.things.index(thing) + 1, MOST_THINGS))
        return next(name for name in names if name.casefold() not in given)

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        pictures = self._kept()
        head = self.opened
        arrays: list[NDArray[Any]] = [*self.exams.masks.values()]
        if head is not None:
            arrays += [each for each in (head.weight, head.bias, head.examples) if each is not None]
        small = sum(len(each) for thing in self.things for each in thing.small)
        before = sum(each.before is not None for each in self.exams.each.values())
        return (
            sum(each.bytes for each in pictures) + sum(each.nbytes for each in arrays) + small + before * BEFORE + 4096
        )

    @property
    def holding(self) -> Holding:
        """What would be lost with it."""
        if self.opened is not None or self._kept():
            return Holding.PICTURES
        return Holding.NAMES if self.things else Holding.NOTHING

    def _kept(self) -> list[TaughtPicture]:
        """All pictures: taught, kept for tests, and taken out a moment ago."""
        return [*self.pictures(), *self.exams.pictures(), *(picture for _, _, picture in self._out)]

    def _is_new(self, thing: Thing, looked: LookedAt) -> bool:
        """Whether a picture is the first of a kind, or among the first of a thing."""
        if len(thing.pictures) < 4:
            return True
        kinds = kinds_of(np.concatenate([thing.vectors, looked.features.vector[None]]))
        return bool(kinds[-1] > kinds[:-1].max())

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _changed(self) -> None:
        self.revision += 1
