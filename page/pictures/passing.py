"""A picture whose pixels are held only until a model's square is made of them.

A large one takes ten megabytes, and the places of all lines some forty of them, for as long as their questions wait
for a model that needs 150 KB of each.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from page.pictures.picture import Picture

if TYPE_CHECKING:
    from models.preprocess import Preprocess

Pixels = NDArray[np.uint8]


class LetGo(Exception):
    """The pixels of a picture that is kept nowhere were asked for after it was seen."""


def kept_nowhere() -> Pixels:
    """What gives no pixels again. Raises LetGo."""
    raise LetGo


class PassingPicture(Picture):
    """As `Picture`, but let go of with the first square that is made of it; its size, its name and what a model gets of
    it stay. Whoever wants its pixels after that gets them from where they are kept, each time anew."""

    def __init__(
        self,
        size: tuple[int, int],
        known: str,
        seen: "dict[Preprocess, Pixels]",
        again: Callable[[], Pixels],
        held: Image.Image | None = None,
    ) -> None:
        """As `Picture`; `again` gives the pixels, (height, width, 3), and `held` is what need not be asked for yet."""
        object.__setattr__(self, "known", known)
        object.__setattr__(self, "seen", seen)
        self._size, self._again, self._held = size, again, held

    @classmethod
    def of(cls, picture: Picture) -> "PassingPicture":
        """A picture that is kept nowhere else."""
        return cls(picture.size, picture.known, picture.seen, kept_nowhere, picture.rgb)

    @property
    def rgb(self) -> Image.Image:
        """As `Picture.rgb`. Raises LetGo."""
        return self._held or Image.fromarray(self._again())

    @property
    def array(self) -> Pixels:
        """As `Picture.array`. Raises LetGo."""
        held = self._held  # another thread may let go of it meanwhile
        return np.asarray(held) if held else self._again()

    @property
    def size(self) -> tuple[int, int]:
        """As `Picture.size`."""
        return self._size

    def seen_by(self, preprocess: "Preprocess") -> Pixels:
        """As `Picture.seen_by`."""
        pixels = super().seen_by(preprocess)
        self._held = None
        return pixels

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process it goes with its pixels."""
        return Picture, (self.rgb, self.known, self.seen)
