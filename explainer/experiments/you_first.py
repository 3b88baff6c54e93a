"""You first: how far a visitor's marks agree with where the model looked."""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from explainer.experiments.mask import Mask, slices
from explainer.explain import Grid
from explainer.heatmap import upsample
from models.preprocess import Box

BRIGHTEST = 0.2  # of what the model saw
EVEN = 1e-6  # values of a map, 0..1, that differ by less are the same
COMPARED_AT = 400  # pixels along the longer side


class Level(StrEnum):
    """How much of the marks lies where the model looked."""

    ALL = "all"
    MOST = "most"
    HALF = "half"
    THIRD = "third"
    FEW = "few"
    NONE = "none"


class Luck(StrEnum):
    """How that compares with marks thrown at random."""

    MORE = "more"
    SAME = "same"
    LESS = "less"


FROM = ((Level.ALL, 0.95), (Level.MOST, 0.65), (Level.HALF, 0.42), (Level.THIRD, 0.25), (Level.FEW, 0.05))
BEYOND_LUCK = 1.5  # times as much as by luck, or as little


@dataclass(frozen=True)
class Overlap:
    """Shares from 0 to 1.

    `share` of the marks that the model saw lie in the brightest fifth of its map; of marks thrown at random it would be
    `chance`, the part of the map that counts as the brightest fifth: larger where many cells share a value, smaller
    where less than a fifth of the map is above its least value, and 1 for a map that is the same everywhere.
    `found` is the share of the brightest fifth that is marked, `unseen` the share of all marks that the model did not
    see.
    """

    share: float
    chance: float
    found: float
    unseen: float

    @property
    def even(self) -> bool:
        """Whether the map is the same everywhere, so that nothing can be compared."""
        return self.chance == 1

    @property
    def level(self) -> Level:
        """The share in a word."""
        return next((level for level, least in FROM if self.share >= least), Level.NONE)

    @property
    def luck(self) -> Luck:
        """The share beside that of luck, in a word."""
        if self.share >= BEYOND_LUCK * self.chance:
            return Luck.MORE
        return Luck.LESS if self.share * BEYOND_LUCK <= self.chance else Luck.SAME

    @property
    def tenths(self) -> tuple[int, int]:
        """Of ten equal parts of the marks, how many lie where the model looked, and how many would by luck."""
        return _tenths(self.share), _tenths(self.chance)


def compare(mask: Mask, grid: Grid, seen: Box) -> Overlap:
    """Lay marks on a map.

    Args:
        mask: marks on the upright picture.
        grid: (h, w) float32 map of 0..1 of what the model saw.
        seen: the part of the picture that the grid covers.

    Raises:
        explainer.experiments.mask.NothingSeen: no mark was seen.
    """
    marks = mask.within(seen).marks[slices(seen, mask.marks)]
    weights = _shrunk(marks)
    bright = brightest(upsample(grid, *weights.shape[::-1]))
    return Overlap(
        share=float(weights[bright].sum() / weights.sum()),
        chance=float(bright.mean()),
        found=float(weights[bright].mean()),
        unseen=1 - float(marks.sum() / mask.marks.sum()),
    )


def brightest(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The brightest fifth of a map (H, W), with all that shares its least value; all of a map that is even."""
    least = float(values.min())
    if values.max() - least <= EVEN:
        return np.ones(values.shape, np.bool_)
    return values >= max(float(np.quantile(values, 1 - BRIGHTEST)) - EVEN, least + EVEN)


def _shrunk(marks: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How much of each pixel of a smaller copy is marked, 0..1."""
    scale = min(1.0, COMPARED_AT / max(marks.shape))
    height, width = (max(1, round(length * scale)) for length in marks.shape)
    return np.asarray(cv2.resize(marks.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA))


def _tenths(share: float) -> int:
    return int(10 * share + 0.5)
