"""What is put in place of a part of a picture that is to be hidden."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from explainer.experiments.mask import Marks, Mask
from models.problems import Problem

Pixels = NDArray[np.uint8]
Filling = Callable[[Pixels, Marks], Pixels]

# Pixels along the longer side: what is put in is smooth, so it is made small and stretched.
BLURRED_AT, PAINTED_AT = 128, 320
FILLING_BLUR = 0.08  # the standard deviation, of the longer side: no part of a face can be made out after it
REACH = 3  # pixels around the marks that inpainting looks at


class UnknownFilling(Problem):
    """A filling that is not in FILLINGS; `known` lists them."""

    key = "filling.unknown"


def blur(picture: Pixels, marks: Marks) -> Pixels:
    """The picture, so blurred that only its large areas of colour are left."""
    # In 8 bits, OpenCV rounds the weights of so wide a blur to zero.
    small = _shrunk(picture.astype(np.float32), BLURRED_AT)
    # What is hidden must mix with what is around it, so a large mark takes a wider blur.
    sigma = max(small.shape) * max(FILLING_BLUR, float(np.sqrt(marks.sum())) / 2 / max(picture.shape))
    blurred = cv2.GaussianBlur(small, (0, 0), sigma, borderType=cv2.BORDER_REFLECT)
    return _grown(np.rint(blurred).astype(np.uint8), picture)


def grey(picture: Pixels, marks: Marks) -> Pixels:
    """One grey, as bright as the picture is on average."""
    brightness = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).mean()
    return np.full_like(picture, round(float(brightness)))


def paint(picture: Pixels, marks: Marks) -> Pixels:
    """The surroundings, continued into the marks.

    By the fluid equations of Bertalmio et al. (2001). Telea's method, OpenCV's other one, changes a picture of one
    colour by more than a step.
    """
    small = _shrunk(picture, PAINTED_AT)
    # Grown by a pixel, so that no colour of what is hidden is mixed into what it is continued from.
    hidden = cv2.dilate((_shrunk(marks.astype(np.float32), PAINTED_AT) > 0).astype(np.uint8), np.ones((3, 3)))
    return _grown(cv2.inpaint(small, hidden, REACH, cv2.INPAINT_NS), picture)


FILLINGS: Mapping[str, Filling] = MappingProxyType({"blur": blur, "grey": grey, "paint": paint})
DEFAULT_FILLING = "blur"


def fill(picture: Pixels, mask: Mask, filling: str = DEFAULT_FILLING) -> Pixels:
    """Hide what is marked.

    Args:
        picture: (H, W, 3) uint8 RGB.
        mask: of the same height and width.
        filling: a key of FILLINGS.

    Returns:
        (H, W, 3) uint8 RGB; every pixel that is not marked is as it was.

    Raises:
        UnknownFilling: the filling is not in FILLINGS.
    """
    if filling not in FILLINGS:
        raise UnknownFilling(filling=filling, known=tuple(FILLINGS))
    return np.where(mask.marks[..., None], FILLINGS[filling](picture, mask.marks), picture)


def _shrunk(array: NDArray[Any], longest: int) -> NDArray[Any]:
    height, width = array.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(array, size, interpolation=cv2.INTER_AREA))


def _grown(small: NDArray[Any], picture: Pixels) -> Pixels:
    return np.asarray(cv2.resize(small, picture.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
