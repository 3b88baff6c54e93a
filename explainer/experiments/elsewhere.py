"""Places where a map says that little matters, for a patch of the same shape: covering there is the control."""

from collections.abc import Iterator

import cv2
import numpy as np

from explainer.experiments.mask import Mask, slices
from explainer.explain import Grid
from explainer.heatmap import upsample
from models.preprocess import Box

PLACES = 5
# The map's mean under a patch, as a share of its maximum, up to which a place counts as unimportant.
QUIET = 0.25
SEARCHED_AT = 160  # pixels along the longer side: places are found on a small copy
ROUNDING = 0.5  # pixels of that copy; OpenCV correlates by way of Fourier transforms

Corner = tuple[int, int]  # the upper left corner of a patch's extent, in pixels


def unimportant(mask: Mask, grid: Grid, seen: Box, count: int = PLACES, seed: int = 0) -> tuple[Mask, ...]:
    """Shift the marks that were seen to places that the map calls unimportant.

    Every place lies inside what the model saw, is as large as the marks to the pixel, overlaps none of them, and has a
    mean of the map of at most QUIET. Two places share at most half of their width or height.

    Args:
        mask: marks on the upright picture.
        grid: (h, w) float32 map of 0..1 of what the model saw.
        seen: the part of the picture that the grid covers.
        count: how many places at most.
        seed: which ones, where there are more.

    Returns:
        Up to `count` masks; none where the map has no such place, which is common for a close-up, and none for a map
        of zeros, which calls nothing more important than the rest.

    Raises:
        explainer.experiments.mask.NothingSeen: no mark was seen.
    """
    patch = mask.within(seen)
    places = list(_quiet_places(patch, grid, seen)) if grid.any() else []
    left, top, right, bottom = patch.extent
    chosen: list[Corner] = []
    shifted: list[Mask] = []
    for number in np.random.default_rng(seed).permutation(len(places)):
        x, y = places[number]
        if any(2 * abs(x - other) < right - left and 2 * abs(y - below) < bottom - top for other, below in chosen):
            continue
        moved = _moved(patch, (x, y))
        if (moved.marks & patch.marks).any():  # on the picture itself: the small copy is rough
            continue
        chosen.append((x, y))
        shifted.append(moved)
        if len(shifted) == count:
            break
    return tuple(shifted)


def _quiet_places(patch: Mask, grid: Grid, seen: Box) -> Iterator[Corner]:
    rows, columns = slices(seen, patch.marks)
    left, top, right, bottom = patch.extent
    marks = patch.marks[rows, columns].astype(np.float32)
    scale = min(1.0, SEARCHED_AT / max(marks.shape))
    height, width = (max(1, int(length * scale)) for length in marks.shape)
    down, across = marks.shape[0] / height, marks.shape[1] / width
    # Rounded up: where there is room for more, there is room for the patch.
    size = min(width, int(np.ceil((right - left) / across))), min(height, int(np.ceil((bottom - top) / down)))
    shape = cv2.resize(patch.marks[top:bottom, left:right].astype(np.float32), size, interpolation=cv2.INTER_AREA)
    means = cv2.matchTemplate(upsample(grid, width, height), shape, cv2.TM_CCORR) / shape.sum()
    small = cv2.resize(marks, (width, height), interpolation=cv2.INTER_AREA)
    overlaps = cv2.matchTemplate(small, (shape > 0).astype(np.float32), cv2.TM_CCORR)
    for y, x in np.argwhere((means <= QUIET) & (overlaps < ROUNDING)):
        yield (
            min(columns.start + int(x * across), columns.stop - (right - left)),
            min(rows.start + int(y * down), rows.stop - (bottom - top)),
        )


def _moved(patch: Mask, place: Corner) -> Mask:
    left, top, right, bottom = patch.extent
    x, y = place
    marks = np.zeros_like(patch.marks)
    marks[y : y + bottom - top, x : x + right - left] = patch.marks[top:bottom, left:right]
    return Mask(marks)
