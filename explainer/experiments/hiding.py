"""Which part of what the model sees is hidden, and what is put in its place."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

from explainer.confidences import Inputs
from explainer.heatmap import Values, upsample

Region = NDArray[np.bool_]

FIFTH, TENTH = 0.2, 0.1
DEFAULT_REPLACEMENT = "blur"
# The blur's standard deviation, of the side: narrower, the colour of what is hidden would still be seen in its place.
REPLACEMENT_BLUR = 0.2


def blurred(inputs: Inputs) -> Inputs:
    """The picture (3, side, side) out of focus: the standard deviation is a fifth of its side."""
    sigma = REPLACEMENT_BLUR * inputs.shape[1]
    planes = [cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REFLECT) for plane in inputs]
    return np.stack(planes).astype(np.float32)


def greyed(inputs: Inputs) -> Inputs:
    """Zero everywhere, (3, side, side): the mean colour of the photographs that the model learned from, a grey."""
    return np.zeros_like(inputs)


REPLACEMENTS: Mapping[str, Callable[[Inputs], Inputs]] = MappingProxyType({"blur": blurred, "grey": greyed})


def hide(inputs: Inputs, region: Region, replacement: Inputs) -> Inputs:
    """Put `replacement`, (3, side, side), where `region`, (side, side), is true."""
    return np.where(region, replacement, inputs)


def ranked(grid: Values, side: int) -> NDArray[np.intp]:
    """The place of each pixel when the hottest comes first, (side, side); of equal ones, the upper left goes first."""
    order = np.argsort(-upsample(grid, side, side).ravel(), kind="stable")
    places = np.empty_like(order)
    places[order] = np.arange(order.size)
    return places.reshape(side, side)


def hottest(places: NDArray[np.intp], share: float = FIFTH) -> Region:
    """The share 0..1 of all pixels that comes first in `ranked`."""
    return places < round(share * places.size)


def coldest(places: NDArray[np.intp], share: float = FIFTH) -> Region:
    """The share 0..1 of all pixels that comes last in `ranked`."""
    return places >= places.size - round(share * places.size)


def moved(region: Region, generator: np.random.Generator) -> Region:
    """The same shape at a random place; what leaves on one side comes in on the other."""
    down, right = generator.integers(0, region.shape)
    return np.roll(region, (int(down), int(right)), axis=(0, 1))


def middle(side: int, share: float = FIFTH) -> Region:
    """A square in the middle with that share of the area, as closely as whole pixels allow."""
    length = round(share**0.5 * side)
    start = (side - length) // 2
    region = np.zeros((side, side), bool)
    region[start : start + length, start : start + length] = True
    return region
