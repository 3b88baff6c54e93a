"""What a visitor marked on a picture."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from explainer.heatmap import pixel_box
from models.preprocess import Box
from models.problems import Problem

Marks = NDArray[np.bool_]

LONGEST = 4096  # a mask has at most so many pixels along a side
MARKED_FROM = 128  # of 255
MOST_COVERED = 0.6  # of what the model sees


class BadMask(Problem):
    """Something that is no grey picture of 8 bits, of at most LONGEST by LONGEST pixels."""

    key = "mask.bad"


class NothingMarked(Problem):
    """A mask without a mark."""

    key = "mask.nothing"


class NothingSeen(Problem):
    """All marks are where the model does not look."""

    key = "mask.unseen"


class TooMuchMarked(Problem):
    """So much is marked that nothing would be left to ask about."""

    key = "mask.too_much"


@dataclass(frozen=True, eq=False)
class Mask:
    """Marks on an upright picture, (height, width) bool like its pixels."""

    marks: Marks

    @classmethod
    def fitted(cls, grey: object, width: int, height: int) -> "Mask":
        """Stretch a grey mask over a picture of `width` by `height` pixels.

        `grey` is (h, w) uint8 of any size up to LONGEST; 128 and more is marked. A mark that is finer than a pixel of
        the picture counts where it fills half of it, but no mask with marks becomes one without.
        Raises BadMask, and NothingMarked where no pixel is marked.
        """
        if not isinstance(grey, np.ndarray) or grey.dtype != np.uint8 or grey.ndim != 2:
            raise BadMask
        if not 0 < min(grey.shape) <= max(grey.shape) <= LONGEST:
            raise BadMask
        marked = (grey >= MARKED_FROM).astype(np.float32)
        if not marked.any():
            raise NothingMarked
        smaller = width < grey.shape[1] or height < grey.shape[0]
        way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
        fitted = cv2.resize(marked, (width, height), interpolation=way)
        return cls(fitted >= min(0.5, float(fitted.max())))

    @cached_property
    def extent(self) -> tuple[int, int, int, int]:
        """The smallest rectangle around the marks: left, top, right, bottom in pixels, the last two exclusive."""
        rows, columns = np.flatnonzero(self.marks.any(axis=1)), np.flatnonzero(self.marks.any(axis=0))
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1

    def within(self, seen: Box) -> "Mask":
        """The marks inside a part of the picture. Raises NothingSeen where there are none."""
        marks = np.zeros_like(self.marks)
        here = slices(seen, self.marks)
        marks[here] = self.marks[here]
        if not marks.any():
            raise NothingSeen
        return Mask(marks)

    def share(self, seen: Box) -> float:
        """How much of a part of the picture is marked, 0..1."""
        return float(self.marks[slices(seen, self.marks)].mean())

    def coverable(self, seen: Box) -> "Mask":
        """Itself, where covering it leaves something to ask about. Raises NothingSeen and TooMuchMarked."""
        if self.within(seen).share(seen) > MOST_COVERED:
            raise TooMuchMarked(most=round(100 * MOST_COVERED))
        return self


def slices(box: Box, marks: Marks) -> tuple[slice, slice]:
    """The rows and columns of `marks`, (height, width), that a box covers."""
    height, width = marks.shape
    left, top, right, bottom = pixel_box((box.x, box.y, box.width, box.height), width, height)
    return slice(top, bottom), slice(left, right)
