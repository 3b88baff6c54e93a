"""A picture file without what no picture needs: what is left before any decoder sees the bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from models.problems import Problem

Size = tuple[int, int]
Part = TypeVar("Part")

MOST_PARTS = 1_000  # segments, chunks, boxes, directories or entries in one file
LONGEST_PROFILE = 8 << 20  # bytes, as in browsers


class CostlyPicture(Problem):
    """The file is small, but opening it would take much memory or time."""

    key = "picture.costly"


class OtherKind(Problem):
    """A picture of a kind that isn't decoded. Values: `kind`, its name."""

    key = "picture.other_kind"


@dataclass(frozen=True)
class Bare:
    """A file that holds a picture and no notes.

    `orientation` is Exif's, 1 to 8. `profile` is an ICC profile that is not in `data`. `sizes` are claimed somewhere in
    the file, so that memory would be taken for them. `ended` is false where the end may be missing.
    """

    data: bytes = field(repr=False)
    orientation: int = 1
    profile: bytes | None = field(default=None, repr=False)
    sizes: tuple[Size, ...] = ()
    ended: bool = True


def at_most(parts: Iterable[Part], most: int = MOST_PARTS) -> Iterator[Part]:
    """Yield every part. Raises CostlyPicture where there are more than `most`."""
    for number, part in enumerate(parts):
        if number == most:
            raise CostlyPicture()
        yield part
