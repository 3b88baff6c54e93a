"""The exam of a visit: the pictures that it is made of, and what came of it before the last addition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explainer.teach.latched import Next
from page.teaching.picture import TaughtPicture

LEAST_UNSEEN = 5  # pictures, for the test with an unseen take
SHOWN = 10  # pictures of it are asked about
MOST_UNSEEN = 60  # are kept
MOST_MASKS = 24


@dataclass(eq=False)
class ThingExam:
    """The tests of one thing. `swapped` is the picture of the thing where another stood, made once of the painted
    pictures with these ids."""

    empty: TaughtPicture | None = None
    swapped: tuple[TaughtPicture, tuple[int, int], int] | None = None
    before: Mapping[str, Any] | None = None
    added: list[Next] = field(default_factory=list)


@dataclass(eq=False)
class Exams:
    """The tests of all things: what each has alone, the unseen take of all of them, of which at most `shown` pictures
    are asked about, and what is painted."""

    each: dict[int, ThingExam] = field(default_factory=dict)
    unseen: list[tuple[int, TaughtPicture]] = field(default_factory=list)
    masks: dict[int, NDArray[np.bool_]] = field(default_factory=dict)  # by picture
    shown: int = SHOWN

    def of(self, thing: int) -> ThingExam:
        """That of one thing."""
        return self.each.setdefault(thing, ThingExam())

    def drop(self, thing: int) -> None:
        """Forget those of a thing that is gone."""
        self.each.pop(thing, None)
        self.unseen = [(own, picture) for own, picture in self.unseen if own != thing]

    def pictures(self) -> list[TaughtPicture]:
        """All pictures that are kept for tests."""
        own = [each.empty for each in self.each.values() if each.empty]
        swapped = [each.swapped[0] for each in self.each.values() if each.swapped]
        return [*own, *swapped, *(picture for _, picture in self.unseen)]

    def asked_unseen(self) -> list[tuple[int, TaughtPicture]]:
        """The pictures of the unseen take that are asked about: evenly of all that came."""
        count = len(self.unseen)
        if count <= self.shown:
            return list(self.unseen)
        return [self.unseen[round(place)] for place in np.linspace(0, count - 1, self.shown)]
