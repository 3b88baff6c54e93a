"""Pooled activations of length one, and the same place by place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.taught.head import SMALLEST


@dataclass(frozen=True, eq=False)
class Features:
    """Of one picture: `vector` (C,), the pooled activations divided by their length, and `maps` (C, H, W), the
    activations divided by the same number and by the count of places, so that a sum over places gives `vector`.

    For a row w of a head, w · maps at a place is what that place adds to the score.
    """

    vector: NDArray[np.float32]
    maps: NDArray[np.float32]


def features_in(activations: NDArray[np.float32]) -> Features:
    """The features of activations (C, H, W)."""
    pooled = activations.mean(axis=(1, 2), dtype=np.float64)
    length = max(float(np.linalg.norm(pooled)), SMALLEST)
    places = activations.shape[1] * activations.shape[2]
    return Features((pooled / length).astype(np.float32), np.asarray(activations / (length * places), np.float32))
