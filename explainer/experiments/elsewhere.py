"""Other places for a patch of the same shape, where a map says that little matters if it can: covering there is the
control."""

from dataclasses import dataclass
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

from explainer.experiments.mask import Mask, slices
from explainer.explain import Grid
from explainer.heatmap import upsample
from models.preprocess import Box

PLACES = 5
# The map's mean under a patch, as a share of its maximum, up to which a place counts as unimportant.
QUIET = 0.25
SEARCHED_AT = 160  # pixels along the longer side: places are found on a small copy
MOST_SHARED = 0.5  # of the patch: a place that shares more is no other place
EDGE = 0.02  # of the patch, which the small copy may miss along its edge

Corner = tuple[int, int]  # the upper left corner of a patch's extent, in pixels


@dataclass(frozen=True, eq=False)
class OtherPlaces:
    """Where as much can be covered as a patch covers.

    `places` may be empty. `dark` says whether the map calls all of them unimportant; where it does not, `overlap` is
    the mean share of the patch that a place has in common with it, 0..MOST_SHARED.
    """

    places: tuple[Mask, ...]
    dark: bool = True
    overlap: float = 0.0


@dataclass(frozen=True, eq=False)
class _Found:
    """N places: their `corners`, (N, 2) x and y, the map's `means` there, (N,) 0..1, and `shared`, (N,) 0..1: how much
    of the patch they have in common with it, roughly."""

    corners: NDArray[np.intp]
    means: NDArray[np.float32]
    shared: NDArray[np.float32]


def elsewhere(mask: Mask, grid: Grid, seen: Box, count: int = PLACES, seed: int = 0) -> OtherPlaces:
    """Shift the marks that were seen to other places.

    Every place lies inside what the model saw and is as large as the marks to the pixel. Two places share at most half
    of their width or height. Places that overlap no mark and have a mean of the map of at most QUIET come first; where
    there is none, those that share least with the marks, and of these the darkest, but none that shares more than
    MOST_SHARED.

    Args:
        mask: marks on the upright picture.
        grid: (h, w) float32 map of 0..1 of what the model saw; one of zeros calls every place unimportant.
        seen: the part of the picture that the grid covers.
        count: how many places at most.
        seed: which ones of the dark places, where there are more.

    Raises:
        explainer.experiments.mask.NothingSeen: no mark was seen.
    """
    patch = mask.within(seen)
    found = _places(patch, grid, seen)
    free = np.flatnonzero((found.means <= QUIET) & (found.shared < EDGE))
    if dark := _taken(patch, found.corners[np.random.default_rng(seed).permutation(free)], count, 0.0):
        return OtherPlaces(dark)
    possible = np.flatnonzero(found.shared <= MOST_SHARED + EDGE)
    order = np.lexsort((found.means[possible], found.shared[possible].round(2)))
    places = _taken(patch, found.corners[possible[order]], count, MOST_SHARED)
    shared = [_shared(place, patch) for place in places]
    return OtherPlaces(places, not places, fmean(shared) if shared else 0.0)


def _taken(patch: Mask, corners: NDArray[np.intp], count: int, most: float) -> tuple[Mask, ...]:
    """The first places that are no neighbours of each other, and share at most so much with the patch."""
    left, top, right, bottom = patch.extent
    chosen: list[Corner] = []
    shifted: list[Mask] = []
    for x, y in corners.tolist():
        if any(2 * abs(x - other) < right - left and 2 * abs(y - below) < bottom - top for other, below in chosen):
            continue
        moved = _moved(patch, (x, y))
        if _shared(moved, patch) > most:  # on the picture itself: the small copy is rough
            continue
        chosen.append((x, y))
        shifted.append(moved)
        if len(shifted) == count:
            break
    return tuple(shifted)


def _shared(place: Mask, patch: Mask) -> float:
    return float((place.marks & patch.marks).sum() / patch.marks.sum())


def _places(patch: Mask, grid: Grid, seen: Box) -> _Found:
    """Every place for the patch, on a small copy."""
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
    overlaps = cv2.matchTemplate(small, (shape > 0).astype(np.float32), cv2.TM_CCORR) / max(1e-9, float(small.sum()))
    y, x = (axis.ravel() for axis in np.indices(means.shape))
    corners = np.stack(
        [
            np.minimum(columns.start + (x * across).astype(np.intp), columns.stop - (right - left)),
            np.minimum(rows.start + (y * down).astype(np.intp), rows.stop - (bottom - top)),
        ],
        axis=1,
    )
    return _Found(corners, means.ravel().astype(np.float32), overlaps.ravel().astype(np.float32))


def _moved(patch: Mask, place: Corner) -> Mask:
    left, top, right, bottom = patch.extent
    x, y = place
    marks = np.zeros_like(patch.marks)
    marks[y : y + bottom - top, x : x + right - left] = patch.marks[top:bottom, left:right]
    return Mask(marks)
