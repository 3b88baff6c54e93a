"""How much of their brightest parts two maps of one picture have in common."""

from explainer.heatmap import Values
from explainer.hiding import FIFTH, hottest, ranked

COMPARED_AT = 112  # dots a side: finer than the grid of any late layer
BY_LUCK = FIFTH


def common(one: Values, other: Values) -> float | None:
    """Which share of one map's brightest fifth is in the other's as well, 0..1; by luck it is BY_LUCK.

    Both maps are (h, w) float32, 0..1, of any two sizes, drawn smooth as on the page. None where one of them is the
    same everywhere, so that no part of it is the brightest.
    """
    if one.min() == one.max() or other.min() == other.max():
        return None
    first, second = (hottest(ranked(grid, COMPARED_AT)) for grid in (one, other))
    return float((first & second).sum() / first.sum())
