"""One thing where another stood: a part of a picture, cut out and put on the place of another picture's part."""

import cv2
import numpy as np
from numpy.typing import NDArray

from explainer.experiments.fill import fill
from explainer.experiments.mask import Mask

SOFT = 0.005  # of the longer side: how far the edge of what is put in fades
SMALLEST, LARGEST = 0.5, 2.0  # by which a thing is made smaller or larger, to fit

Pixels = NDArray[np.uint8]


def emptied(picture: Pixels, mask: Mask) -> Pixels:
    """A picture without what is marked in it: its surroundings are continued there. (H, W, 3) uint8."""
    return fill(picture, Mask(_grown(mask.marks)), "paint")


def swapped(picture: Pixels, mask: Mask, other: Pixels, place: Mask | None) -> Pixels:
    """Put what is marked in one picture where something is marked in another.

    Args:
        picture: (H, W, 3) uint8 RGB, with the thing.
        mask: the thing, in `picture`.
        other: (h, w, 3) uint8 RGB, the picture that the thing is put on.
        place: what is marked there; it is taken away first. None puts the thing where it stood in its own picture.

    Returns:
        (h, w, 3) uint8 RGB.
    """
    height, width = other.shape[:2]
    left, top, right, bottom = mask.extent
    if place is None:
        ground, there = other, _stretched(mask.extent, picture.shape, other.shape)
        fit = (there[3] - there[1]) / (bottom - top)
    else:
        ground, there = emptied(other, place), place.extent
        # As large as what stood there, by area, so that size gives nothing away.
        fit = float(np.clip(np.sqrt(place.marks.sum() / mask.marks.sum()), SMALLEST, LARGEST))
    fit = min(fit, height / (bottom - top), width / (right - left))
    size = max(1, round((right - left) * fit)), max(1, round((bottom - top) * fit))
    # It stands on the same ground: in the middle, and on the lower edge of what was there.
    x = int(np.clip((there[0] + there[2] - size[0]) // 2, 0, width - size[0]))
    y = int(np.clip(there[3] - size[1], 0, height - size[1]))
    here = slice(y, y + size[1]), slice(x, x + size[0])
    put, weight = ground.astype(np.float32), np.zeros((height, width, 1), np.float32)
    put[here] = cv2.resize(picture[top:bottom, left:right], size, interpolation=cv2.INTER_AREA)
    cut = mask.marks[top:bottom, left:right].astype(np.float32)
    weight[(*here, 0)] = cv2.resize(cut, size, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(weight, (0, 0), max(0.5, SOFT * max(height, width)))[..., None] * (weight > 0)
    return np.asarray(np.rint(soft * put + (1 - soft) * ground), np.uint8)


def _stretched(
    extent: tuple[int, int, int, int], old: tuple[int, ...], new: tuple[int, ...]
) -> tuple[int, int, int, int]:
    """A rectangle in a picture of another height and width."""
    across, down = new[1] / old[1], new[0] / old[0]
    left, top, right, bottom = extent
    return round(left * across), round(top * down), round(right * across), round(bottom * down)


def _grown(marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Marks with a rim, so that no edge of the thing is left."""
    rim = max(1, round(0.02 * max(marks.shape)))
    return np.asarray(cv2.dilate(marks.astype(np.uint8), np.ones((2 * rim + 1, 2 * rim + 1), np.uint8)) > 0)
