"""Where the evidence for a thing lies: the squares that add up to its score."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from explainer.experiments.mask import MOST_COVERED
from models.taught.head import TaughtHead

PLACES = 3  # rows and columns of the places that a picture is divided into
Cells = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Score:
    """A score taken apart: `bias` and all `cells` (H, W) add up to it exactly."""

    bias: float
    cells: Cells

    @property
    def total(self) -> float:
        """The score."""
        return self.bias + float(self.cells.sum())

    @property
    def added(self) -> float:
        """What the squares that speak for it add."""
        return float(np.maximum(self.cells, 0).sum())

    @property
    def taken(self) -> float:
        """What the squares that speak against it take away, from zero up."""
        return float(np.maximum(-self.cells, 0).sum())


def score_of(head: TaughtHead, maps: NDArray[np.floating], thing: int, against: int | None = None) -> Score:
    """Take a score apart, or the difference of two.

    Args:
        head: a taught head.
        maps: (C, H, W) of `explainer.teach.features.Features`.
        thing: the row whose score it is.
        against: the row to be subtracted, if any.
    """
    weight = head.weight[thing].astype(np.float64) - (head.weight[against] if against is not None else 0)
    bias = float(head.bias[thing]) - (float(head.bias[against]) if against is not None else 0.0)
    cells = np.einsum("c,chw->hw", weight, maps.astype(np.float64))
    return Score(bias / head.temperature, cells / head.temperature)


def coverage(marks: NDArray[np.bool_], height: int, width: int) -> NDArray[np.float64]:
    """How much of each square of a map is marked, 0..1.

    Args:
        marks: (h, w), over the part of the picture that the map covers.
        height: of the map, in squares.
        width: of the map, in squares.

    Returns:
        (height, width). The marks have grown by half a square before: so near to a thing, a square of the last layer
        has seen the thing as well.
    """
    rows, columns = marks.shape
    around = max(1, round(rows / height / 2)), max(1, round(columns / width / 2))
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * around[1] + 1, 2 * around[0] + 1))
    grown = cv2.dilate(marks.astype(np.uint8), brush).astype(np.float32)
    return np.asarray(cv2.resize(grown, (width, height), interpolation=cv2.INTER_AREA), np.float64)


def share_on(scores: Sequence[Score], covered: Sequence[NDArray[np.float64]]) -> float | None:
    """Which share of all that speaks for a thing, in several pictures together, lies on what is covered, 0..1.

    A square counts with the share of it that is covered. None where nothing speaks for it.
    """
    positive = [np.maximum(each.cells, 0) for each in scores]
    total = sum(float(each.sum()) for each in positive)
    if total <= 0:
        return None
    return sum(float((each * part).sum()) for each, part in zip(positive, covered, strict=True)) / total


class Rough(StrEnum):
    """Why marks can't tell where the evidence lies."""

    SMALL = "small"  # less than one square of the map
    LARGE = "large"  # so much that nearly all lies on it, whatever was learned


def rough_of(marks: NDArray[np.bool_], squares: int) -> Rough | None:
    """Whether marks (h, w) over what the map covers are too rough for a map of so many squares; None where they are
    not."""
    share = float(marks.mean())
    if share * squares < 1:
        return Rough.SMALL
    return Rough.LARGE if share > MOST_COVERED else None


@dataclass(frozen=True, eq=False)
class Usually:
    """Where the evidence lies in most pictures: `grid` (H, W) is the mean share of each square. `place` is the ninth of
    the picture, row by row from 0, that has most of it in `of` pictures out of `count`."""

    grid: NDArray[np.float64]
    place: int
    of: int
    count: int


def usually(scores: Sequence[Score]) -> Usually | None:
    """Where the evidence of several pictures lies; None where nothing speaks for the thing in any."""
    positive = [np.maximum(each.cells, 0) for each in scores]
    shares = [each / each.sum() for each in positive if each.sum() > 0]
    if not shares:
        return None
    best = np.array([int(_ninths(each).argmax()) for each in shares])
    counts = np.bincount(best, minlength=PLACES * PLACES)
    place = int(counts.argmax())
    return Usually(np.mean(shares, axis=0), place, int(counts[place]), len(shares))


def _ninths(cells: Cells) -> NDArray[np.float64]:
    """The mean of each ninth, row by row."""
    small = cv2.resize(cells.astype(np.float32), (PLACES, PLACES), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float64).ravel()
