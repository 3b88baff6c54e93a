"""The pictures of one question: their pixels and their seconds add up."""

import math
import os
import threading
from collections.abc import Callable, Hashable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from weakref import WeakValueDictionary

from models.problems import Problem
from page.pictures import prepared
from page.pictures.helpers import LARGE, TooHard, decode_apart, pixels_of
from page.pictures.picture import MAX_PIXELS, Limits, Picture

SECONDS = 3.5  # of CPU, for decoding all pictures of one question; asking about them comes on top
LEAST = 0.02  # seconds; with less, nothing is begun

# Decodes one of several pictures when its turn comes, so that a broken one does not spoil the others.
Opening = Callable[[], Picture]


class TooManyTogether(Problem):
    """Values: `limit` and `megapixels` in millions of pixels, of all pictures of a question together."""

    key = "picture.too_many_together"


@dataclass(frozen=True)
class Given:
    """An opening of which is known what it opens: `key` is the same for the same file, `pixels` what that claims."""

    key: Hashable
    pixels: int
    opening: Opening

    def __call__(self) -> Picture:
        """Decode it."""
        return self.opening()


class Together:
    """What one question has decoded so far."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._lock = threading.Lock()
        self._pixels: dict[Hashable, int] = {}
        self._seconds = SECONDS
        self._here: WeakValueDictionary[Hashable, Picture] = WeakValueDictionary()

    def count(self, pixels: Mapping[Hashable, int], limits: Limits) -> None:
        """Count files by their keys, before any of them is decoded. Raises TooManyTogether when it gets too much."""
        most = max(MAX_PIXELS, limits.pixels)
        with self._lock:
            both = {**self._pixels, **pixels}
            if (total := sum(both.values())) > most:
                raise TooManyTogether(limit=most // 10**6, megapixels=math.ceil(total / 10**6))
            self._pixels = both

    def decode(self, file: Path | bytes, limits: Limits) -> Picture:
        """Decode a picture, or take it as it was decoded before: for this question, or for one before it.

        Raises TooManyTogether, or what `page.pictures.helpers.decode_apart` raises.
        """
        if here := self._here.get(file):
            return here
        self.count({file: pixels_of(file, limits)}, limits)
        decode = partial(self._decode, file, limits)
        kept = prepared.of(os.getpid())
        picture = decode() if isinstance(file, bytes) else kept.get(file, limits, decode)
        self._here[file] = picture
        return picture

    def _decode(self, file: Path | bytes, limits: Limits) -> Picture:
        if self._seconds < LEAST:
            raise TooHard(limit=LARGE // 10**6)
        return decode_apart(file, limits, self._seconds, self._took)

    def _took(self, seconds: float) -> None:
        with self._lock:
            self._seconds -= seconds


current: ContextVar[Together | None] = ContextVar("together", default=None)


def begin() -> None:
    """A new question begins in this context."""
    current.set(Together())


def decode_one(file: Path | bytes, limits: Limits) -> Picture:
    """Decode a picture of the current question, as `Together.decode`; where none has begun, it is one of its own."""
    return (current.get() or Together()).decode(file, limits)


def given(file: Path | bytes, limits: Limits) -> Given:
    """An opening of a file. Raises OSError when there is none."""
    return Given(file, pixels_of(file, limits), lambda: decode_one(file, limits))


def key_of(opening: Opening) -> Hashable:
    """What is the same for openings of the same file."""
    return opening.key if isinstance(opening, Given) else opening


def count_all(openings: list[Opening], limits: Limits) -> None:
    """Count all that a question is about to open. Raises TooManyTogether."""
    together = current.get() or Together()
    together.count({each.key: each.pixels for each in openings if isinstance(each, Given)}, limits)
