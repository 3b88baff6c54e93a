"""Move the window: the same photograph in another frame, and what the answer becomes."""

import math
from dataclasses import dataclass

from PIL import Image

from explainer.asking import Asking
from explainer.explain import Explanation
from explainer.target import Target
from models.preprocess import Box
from models.problems import Problem

SMALLEST = 0.05  # of the picture's width and of its height


class BadWindow(Problem):
    """A window that is no rectangle of numbers, or smaller than SMALLEST of the picture."""

    key = "window.bad"


@dataclass(frozen=True, eq=False)
class Moved:
    """The same picture in two frames: `before` and `after` are asked for the same target."""

    before: Explanation
    after: Explanation

    @property
    def changed(self) -> bool:
        """Whether the first answer is another one."""
        return self.before.answer.index != self.after.answer.index


def window_at(x: float, y: float, width: float, height: float) -> Box:
    """A window in fractions of the upright picture, x and y at its upper left corner.

    One that reaches beyond the picture keeps its size and is moved inside; one that is larger than the picture becomes
    as large as it. Raises BadWindow for numbers that are not finite and for sides shorter than SMALLEST.
    """
    # A slider at its end may come as 0.04999999.
    if not all(map(math.isfinite, (x, y, width, height))) or min(width, height) < SMALLEST - 1e-9:
        raise BadWindow(least=round(100 * SMALLEST))
    width, height = min(width, 1.0), min(height, 1.0)
    return Box(min(max(x, 0.0), 1.0 - width), min(max(y, 0.0), 1.0 - height), width, height)


def move(asking: Asking, picture: Image.Image, window: Box, target: Target | None = None) -> Moved:
    """Ask about a picture as `asking` frames it, and again in `window`; without a target, for its first answer."""
    before = asking.explain(picture, target)
    return Moved(before, asking.framed(window).explain(picture, before.target))
