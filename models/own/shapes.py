"""What a network's weights look like from outside: names and shapes, and what in them follows the use made of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Shape = tuple[int, ...]
Shapes = Mapping[str, Shape]
Hashes = npt.NDArray[np.uint64]

CHANNELS = 3  # of a picture in colours


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """An architecture by 64 bits for each of its weights, sorted.

    `fixed` stands for those whose name and shape are always the same; `head` (names alone) for those whose first
    length is the number of classes, and `stem` (its name alone, or nothing) for the one whose second is the number of
    the picture's channels.
    """

    fixed: Hashes
    head: Hashes
    stem: Hashes


def fingerprint(shapes: Shapes, classes: int) -> Fingerprint:
    """The fingerprint of a network that was built with so many `classes`, a number that is nothing else in it."""
    head = head_of(shapes, classes)
    stem = [name] if (name := stem_of(shapes)) else []
    fixed = hashes(full(name, shape) for name, shape in shapes.items() if name not in {*head, *stem})
    return Fingerprint(fixed, hashes(head), hashes(stem))


def head_of(shapes: Shapes, classes: int) -> list[str]:
    """The names of the weights that have one row for each class."""
    return [name for name, shape in shapes.items() if shape[:1] == (classes,)]


def stem_of(shapes: Shapes) -> str | None:
    """The name of the convolution that meets the picture, in a network that was built for colours."""
    return next((name for name, shape in shapes.items() if len(shape) == 4 and shape[1] == CHANNELS), None)


def full(name: str, shape: Sequence[int]) -> str:
    """One weight as a text to hash."""
    return f"{name} {'x'.join(map(str, shape))}"


def hashes(texts: Iterable[str]) -> Hashes:
    """64 bits for each text, sorted."""
    digests = b"".join(blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.sort(np.frombuffer(digests, np.uint64))
