"""From pictures of things to a head that names them: what is learned, how sure it may be, and what is unlike all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explainer.teach.calibrate import Calibration, calibrate, none_raised
from explainer.teach.different import ALIKE, first_of_each, kinds_of
from explainer.teach.fit import Span, fit
from explainer.teach.left_out import LeftOut, leave_out
from explainer.teach.novelty import bound_of, nearness
from explainer.teach.one_thread import one_thread
from models.problems import Problem
from models.taught.head import TaughtHead

EXAMPLES = 16  # of a thing, that stand for all of its pictures


class OneThing(Problem):
    """One thing alone, or none: there is nothing to be told from."""

    key = "teaching.one_thing"


class ThingWithoutPictures(Problem):
    """A thing without a picture. Values: name."""

    key = "teaching.no_pictures"


@dataclass(frozen=True, eq=False)
class ShownPictures:
    """All pictures that were shown, in their order: features (N, C) of length one, which thing each is, and the name of
    its take."""

    vectors: NDArray[np.float32]
    things: NDArray[np.int_]
    takes: tuple[str, ...]

    @classmethod
    def of(cls, vectors: Sequence[NDArray[np.float32]], things: Sequence[int], takes: Sequence[str]) -> "ShownPictures":
        """Put them together."""
        return cls(np.stack(vectors), np.asarray(things, np.int_), tuple(takes))


@dataclass(frozen=True, eq=False)
class Lesson:
    """What was learned: the head, and how it was calibrated. `things` has for each picture its thing, and `kinds` the
    number of its kind among those of its thing."""

    head: TaughtHead
    calibration: Calibration
    things: NDArray[np.int_]
    kinds: NDArray[np.int_]


def learn(shown: ShownPictures, names: Sequence[str], none: int | None = None, alike: float = ALIKE) -> Lesson:
    """Learn to tell things apart.

    Args:
        shown: the pictures; of each thing one at least.
        names: what the things are called, in the order of their numbers.
        none: the number of "none of these", whose pictures are of other things.
        alike: as for `explainer.teach.different.kinds_of`.

    Raises:
        OneThing: fewer than two things beside "none of these".
        ThingWithoutPictures: a thing has no picture.
    """
    count = len(names)
    if count - (none is not None) < 2:
        raise OneThing
    counts = np.bincount(shown.things, minlength=count)
    if not counts.all():
        raise ThingWithoutPictures(name=names[int(np.argmin(counts))])
    with one_thread():
        kinds = kinds_of_things(shown.vectors, shown.things, count, alike)
        span = Span.of(shown.vectors)
        held = leave_out(span.places, shown.things, shown.takes, kinds, count, none)
        rows = span.rows(fit(span.places, shown.things, count))
        if none is not None:
            by = none_raised(held, none)
            rows, held = rows.raised(none, by), _raised(held, none, by)
        calibration = calibrate(held)
        places = _examples(shown, kinds, count, none)
        head = TaughtHead(
            names=tuple(names),
            weight=rows.weight.astype(np.float32),
            bias=rows.bias.astype(np.float32),
            temperature=float(np.float32(calibration.temperature)),  # as a file keeps it
            counts=tuple(int(each) for each in counts),
            none=none,
            examples=shown.vectors[places],
            owners=tuple(int(shown.things[place]) for place in places),
            novelty=float(np.float32(_bound(shown, held, none))),
            guess=calibration.guess,
        )
    return Lesson(head, calibration, shown.things, kinds)


def kinds_of_things(
    vectors: NDArray[np.float32], things: NDArray[np.int_], count: int, alike: float = ALIKE
) -> NDArray[np.int_]:
    """The kind of each picture among those of its thing, as `explainer.teach.different.kinds_of`."""
    kinds = np.zeros(len(things), np.int_)
    for thing in range(count):
        kinds[things == thing] = kinds_of(vectors[things == thing], alike)
    return kinds


def _raised(held: LeftOut, none: int, by: float) -> LeftOut:
    scores = held.scores.copy()
    scores[:, none] += by
    return replace(held, scores=scores)


def _examples(shown: ShownPictures, kinds: NDArray[np.int_], count: int, none: int | None) -> list[int]:
    """The places of pictures that stand for all of the things: one of each kind, as many as may be kept."""
    chosen = []
    for thing in range(count):
        if thing != none:
            own = np.flatnonzero(shown.things == thing)
            chosen += [int(own[each]) for each in first_of_each(kinds[own], EXAMPLES)]
    return chosen


def _bound(shown: ShownPictures, held: LeftOut, none: int | None) -> float:
    takes = np.asarray(shown.takes, dtype=object)
    mine = shown.things != none if none is not None else np.ones(len(takes), bool)
    own = []
    for place in held.places[held.whole]:
        others = mine & (takes != takes[place])
        own.append(float(nearness(shown.vectors[[place]], shown.vectors[others])[0]))
    strangers = nearness(shown.vectors[~mine], shown.vectors[mine])
    return bound_of(own, strangers)
