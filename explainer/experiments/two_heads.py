"""How far two maps of one picture agree: what the brightest fifth of both has in common."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explainer.experiments.mask import Marks
from explainer.experiments.you_first import EVEN, brightest
from explainer.explain import Grid
from explainer.heatmap import Pixels, pixel_box, upsample
from models.preprocess import Box

COMPARED_AT = 320  # pixels along the longer side
DRAWN_AT = 960
# Of both maps, only of the first, only of the other: apart for every kind of eye.
COLOURS = ((255, 214, 102), (217, 106, 30), (31, 143, 168))
DIMMED, COLOURED = 0.55, 0.6


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
    bright = _brightest(one, other, seen, size, COMPARED_AT)
    if bright is None:
        return Agreement(None, None)
    first, second, together = bright
    sizes = [int(each.sum()) for each in (first, second)]
    common = int((first & second).sum())
    return Agreement(2 * common / sum(sizes), 2 * sizes[0] * sizes[1] / (int(together.sum()) * sum(sizes)))


def where(picture: Image.Image, one: Grid, other: Grid, seen: tuple[Box, Box]) -> Pixels | None:
    """The picture in grey, DRAWN_AT pixels along its longer side, with the brightest fifths of two maps in COLOURS, as
    `agree` compares them. None where a map is the same everywhere."""
    bright = _brightest(one, other, seen, picture.size, DRAWN_AT)
    if bright is None:
        return None
    first, second, _ = bright
    height, width = first.shape
    grey = np.asarray(picture.convert("L").resize((width, height), Image.Resampling.LANCZOS), np.float32)
    drawn = np.repeat(DIMMED * grey[..., None], 3, axis=2)
    for part, colour in zip((first & second, first & ~second, second & ~first), COLOURS, strict=True):
        drawn[part] = (1 - COLOURED) * grey[part][:, None] + COLOURED * np.array(colour, np.float32)
    return drawn.round().astype(np.uint8)


def _brightest(
    one: Grid, other: Grid, seen: tuple[Box, Box], size: tuple[int, int], longest: int
) -> tuple[Marks, Marks, Marks] | None:
    """Where on a picture of this longer side the brightest fifth of each map lies, of what both saw, and what both saw;
    None where a map is the same everywhere, or nothing was seen by both."""
    scale = longest / max(size)
    width, height = (max(1, round(length * scale)) for length in size)
    laid = [_laid(grid, box, width, height) for grid, box in zip((one, other), seen, strict=True)]
    together = np.isfinite(laid[0]) & np.isfinite(laid[1])
    if not together.any():
        return None
    found = []
    for each in laid:
        values = each[together]
        if values.max() - values.min() <= EVEN:
            return None
        marks = np.zeros_like(together)
        marks[together] = brightest(values)
        found.append(marks)
    return found[0], found[1], together


def _laid(grid: Grid, seen: Box, width: int, height: int) -> NDArray[np.float32]:
    """The map in its place on the picture, NaN around it."""
    left, top, right, bottom = pixel_box((seen.x, seen.y, seen.width, seen.height), width, height)
    laid = np.full((height, width), np.nan, np.float32)
    laid[top:bottom, left:right] = upsample(grid, right - left, bottom - top)
    return laid
