"""How many different pictures there are among many that look alike."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explainer.teach.fit import Vectors

ALIKE = 0.9  # cosine of features from which on two pictures count as the same


def kinds_of(vectors: Vectors, alike: float = ALIKE) -> NDArray[np.int_]:
    """The kind of each picture: the number of the first different one that it is most like.

    Args:
        vectors: features (N, C) of length one, in the order in which the pictures came.
        alike: cosine from which on two pictures count as the same.

    Returns:
        (N,) numbers from 0, each at least once. A picture that is like none before it begins a kind of its own.
    """
    leaders: list[int] = []
    kinds = np.zeros(len(vectors), np.int_)
    for place, vector in enumerate(vectors):
        nearness = vectors[leaders] @ vector if leaders else np.empty(0)
        best = int(nearness.argmax()) if leaders else 0
        if not leaders or nearness[best] < alike:
            best = len(leaders)
            leaders.append(place)
        kinds[place] = best
    return kinds


def first_of_each(kinds: Sequence[int] | NDArray[np.int_], most: int | None = None) -> list[int]:
    """The places of the first picture of each kind, at most so many, in their order."""
    first: dict[int, int] = {}
    for place, kind in enumerate(kinds):
        first.setdefault(int(kind), place)
    return list(first.values())[:most]


def varied(order: Sequence[int], kinds: Sequence[int] | NDArray[np.int_], count: int) -> list[int]:
    """Of places in the order of their worth, so many: the best of each kind first, then the others."""
    first = first_of_each([int(kinds[place]) for place in order])
    chosen = [order[each] for each in first]
    return [*chosen, *(place for place in order if place not in chosen)][:count]
