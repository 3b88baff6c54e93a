"""From a grid to colours on a picture: numpy and OpenCV, no torch.

The page's canvas repeats `blend` in the browser: `page/shared` has the same functions, the constants come from here,
and tests compare the two number by number and pixel by pixel.
"""

from collections.abc import Mapping
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Values = NDArray[np.float32]

DEFAULT_COLORMAP = "inferno"
DEFAULT_OPACITY = 0.66
# A map starts at 22 % of its colormap: the darkest fifth would look like a shadow on the picture.
FIRST_COLOUR = 0.22
# Full glow from three quarters of the maximum on, and a curve that lets faint values fade out.
FULL_FROM, CURVE = 0.75, 1.15
# What the model did not see is dimmed toward the colour of the stage.
UNSEEN_COLOUR, UNSEEN_OPACITY = (12, 9, 7), 0.66

COLORMAPS: Mapping[str, int] = MappingProxyType(
    {"inferno": cv2.COLORMAP_INFERNO, "viridis": cv2.COLORMAP_VIRIDIS, "cividis": cv2.COLORMAP_CIVIDIS}
)


def palette(colormap: str = DEFAULT_COLORMAP) -> Pixels:
    """The 256 RGB colours, (256, 3) uint8, that values 0..1 are drawn with. Raises KeyError when it is unknown."""
    ramp = np.linspace(FIRST_COLOUR * 255, 255, 256).round().astype(np.uint8).reshape(-1, 1)
    colours = cv2.applyColorMap(ramp, COLORMAPS[colormap])[:, 0, ::-1]
    return np.ascontiguousarray(colours, np.uint8)


def upsample(grid: Values, width: int, height: int, lowest: float = 0) -> Values:
    """A grid (h, w) of lowest..1 -> (height, width) float32 of the same range, cubic between cell centres."""
    cubic = cv2.resize(np.asarray(grid, np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    clipped: Values = np.clip(cubic, lowest, 1)
    return clipped


def glow(strengths: Values, opacity: float) -> Values:
    """How much of the colour shows at each place: strengths 0..1, of any shape, -> 0..opacity."""
    return np.asarray(opacity * np.minimum(1, strengths / FULL_FROM) ** CURVE, np.float32)


def pixel_box(box: tuple[float, float, float, float], width: int, height: int) -> tuple[int, int, int, int]:
    """(x, y, width, height) in fractions -> (left, top, right, bottom) in whole pixels, at least one pixel large."""
    x, y, w, h = box
    left, top = min(_round(x * width), width - 1), min(_round(y * height), height - 1)
    return left, top, max(_round((x + w) * width), left + 1), max(_round((y + h) * height), top + 1)


def blend(
    picture: Pixels,
    grid: Values,
    seen: tuple[float, float, float, float],
    opacity: float = DEFAULT_OPACITY,
    colormap: str = DEFAULT_COLORMAP,
) -> Pixels:
    """Lay a map over the part of a picture that the model saw, and dim the rest.

    Args:
        picture: (H, W, 3) uint8 RGB.
        grid: (h, w) values 0..1.
        seen: x, y, width and height of the part that the grid covers, in fractions of the picture.
        opacity: 0..1; 0 leaves the seen part as it is.
        colormap: a key of COLORMAPS.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    left, top, right, bottom = box = pixel_box(seen, picture.shape[1], picture.shape[0])
    values = upsample(grid, right - left, bottom - top)
    return lay(picture, palette(colormap)[np.rint(values * 255).astype(np.uint8)], glow(values, opacity), box)


def lay(picture: Pixels, colours: Pixels, alpha: Values, box: tuple[int, int, int, int]) -> Pixels:
    """Lay colours over a box of a picture, and dim the rest.

    Args:
        picture: (H, W, 3) uint8 RGB.
        colours: (h, w, 3) uint8 RGB, of the box's size.
        alpha: (h, w) 0..1, how much each colour covers.
        box: left, top, right and bottom in pixels, as `pixel_box` gives it.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    left, top, right, bottom = box
    share = alpha[..., None].astype(np.float64)
    result = picture * (1 - UNSEEN_OPACITY) + np.array(UNSEEN_COLOUR) * UNSEEN_OPACITY
    result[top:bottom, left:right] = picture[top:bottom, left:right] * (1 - share) + colours * share
    return np.rint(result).astype(np.uint8)


def _round(value: float) -> int:
    # Half up, as the browser's Math.round does.
    return int(np.floor(value + 0.5))
