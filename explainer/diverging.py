"""A signed map in two colours on a picture: orange speaks for, blue against, dark says nothing. No torch.

Blue and orange are told apart with every common kind of colour blindness, and a value is as bright as its opposite.
"""

import numpy as np
from numpy.typing import NDArray

from explainer.heatmap import DEFAULT_OPACITY, Pixels, Values, glow, lay, pixel_box, upsample

# From -1 to 1 in even steps: the visitor's lake, the stage, the model's ember.
STOPS = ((143, 227, 240), (31, 143, 168), (21, 17, 14), (217, 106, 30), (255, 208, 138))
STEPS = 511  # so that zero has a colour of its own, and both sides have 255


def diverging_palette() -> Pixels:
    """The 511 RGB colours, (511, 3) uint8, that values -1..1 are drawn with; the one in the middle is zero's."""
    places = np.linspace(-1, 1, len(STOPS))
    steps = np.linspace(-1, 1, STEPS)
    channels = [np.interp(steps, places, channel) for channel in np.array(STOPS, float).T]
    return np.asarray(np.rint(np.stack(channels, axis=1)), np.uint8)


def diverging_blend(
    picture: Pixels,
    grid: Values,
    seen: tuple[float, float, float, float],
    opacity: float = DEFAULT_OPACITY,
) -> Pixels:
    """Lay a signed map over the part of a picture that the model saw, and dim the rest.

    Args:
        picture: (H, W, 3) uint8 RGB.
        grid: (h, w) values -1..1.
        seen: x, y, width and height of the part that the grid covers, in fractions of the picture.
        opacity: 0..1; 0 leaves the seen part as it is.

    Returns:
        (H, W, 3) uint8 RGB.
    """
    left, top, right, bottom = box = pixel_box(seen, picture.shape[1], picture.shape[0])
    values = upsample(grid, right - left, bottom - top, lowest=-1)
    steps: NDArray[np.intp] = np.rint((values + 1) / 2 * (STEPS - 1)).astype(np.intp)
    return lay(picture, diverging_palette()[steps], glow(np.abs(values), opacity), box)
