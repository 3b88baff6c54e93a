"""Move the window: the same photograph in another frame, and what the answer becomes."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explainer.asking import Asking
from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.number import finite
from explainer.explain import Explanation
from explainer.target import Target
from models.preprocess import Box
from models.problems import Problem

SMALLEST = 0.05  # of the picture's width and of its height


class BadWindow(Problem):
    """A window that is no rectangle of numbers, or smaller than SMALLEST of the picture."""

    key = "window.bad"


def window_at(x: float, y: float, width: float, height: float) -> Box:
    """A window in fractions of the upright picture, x and y at its upper left corner.

    One that reaches beyond the picture keeps its size and is moved inside; one that is larger than the picture becomes
    as large as it. Raises BadWindow for numbers that are not finite and for sides shorter than SMALLEST.
    """
    # A slider at its end may come as 0.04999999.
    numbers = [number for number in map(finite, (x, y, width, height)) if number is not None]
    if len(numbers) < 4 or min(width, height) < SMALLEST - 1e-9:
        raise BadWindow(least=round(100 * SMALLEST))
    x, y, width, height = numbers
    width, height = min(width, 1.0), min(height, 1.0)
    return Box(min(max(x, 0.0), 1.0 - width), min(max(y, 0.0), 1.0 - height), width, height)


def move(asking: Asking, picture: Image.Image, window: Box, target: Target | None = None) -> BeforeAfter:
    """Ask about a picture as `asking` frames it, and again in `window`; without a target, for its first answer."""
    before = asking.explain(picture, target)
    return BeforeAfter(before, asking.framed(window).explain(picture, before.target), picture)


def kept(before: Explanation, window: Box) -> float | None:
    """How much of what glows in the one map of an explanation lies in a window, 0..1; None where nothing glows."""
    (layer,) = before.layers
    height, width = layer.grid.shape
    seen = before.seen
    across = _inside(seen.x, seen.width, width, window.x, window.width)
    down = _inside(seen.y, seen.height, height, window.y, window.height)
    total = float(layer.grid.sum())
    return float(down @ layer.grid @ across) / total if total > 0 else None


def _inside(start: float, length: float, count: int, low: float, size: float) -> NDArray[np.float64]:
    """Of `count` equal pieces of a line from `start`: how much of each lies between `low` and `low + size`, 0..1."""
    edges = start + length * np.linspace(0, 1, count + 1)
    return np.diff(np.clip(edges, low, low + size)) / (length / count)
