"""How far two maps of one picture agree: what the brightest fifth of both has in common."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explainer.explain import Grid
from explainer.heatmap import pixel_box, upsample
from explainer.marks import EVEN, brightest
from models.preprocess import Box

COMPARED_AT = 320  # dots along the longer side


@dataclass(frozen=True)
class Agreement:
    """Shares from 0 to 1.

    `shared` is the Dice coefficient of the brightest fifths of two maps, where both models saw the picture; two maps
    that know nothing of each other would have `chance` in common. Both are None where a map is the same everywhere.
    """

    shared: float | None
    chance: float | None


def agree(one: Grid, other: Grid, seen: tuple[Box, Box], size: tuple[int, int]) -> Agreement:
    """Compare two maps of a picture.

    Args:
        one: (h, w) float32 map of 0..1.
        other: another, of any size.
        seen: the part of the picture that each of them covers.
        size: width and height of the picture; only their ratio counts.
    """
    scale = COMPARED_AT / max(size)
    width, height = (max(1, round(length * scale)) for length in size)
    laid = [_laid(grid, box, width, height) for grid, box in zip((one, other), seen, strict=True)]
    both = np.isfinite(laid[0]) & np.isfinite(laid[1])
    if not both.any():
        return Agreement(None, None)
    values = [each[both] for each in laid]
    if any(each.max() - each.min() <= EVEN for each in values):
        return Agreement(None, None)
    bright = [brightest(each) for each in values]
    sizes = [int(each.sum()) for each in bright]
    common = int((bright[0] & bright[1]).sum())
    return Agreement(2 * common / sum(sizes), 2 * sizes[0] * sizes[1] / (len(values[0]) * sum(sizes)))


def _laid(grid: Grid, seen: Box, width: int, height: int) -> NDArray[np.float32]:
    """The map in its place on the picture, NaN around it."""
    left, top, right, bottom = pixel_box((seen.x, seen.y, seen.width, seen.height), width, height)
    laid = np.full((height, width), np.nan, np.float32)
    laid[top:bottom, left:right] = upsample(grid, right - left, bottom - top)
    return laid
