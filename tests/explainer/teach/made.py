"""Pictures that need no network: features with a direction for each thing, and noise."""

import numpy as np
from numpy.typing import NDArray

CHANNELS = 24


def features(thing: int, count: int, seed: int = 0, noise: float = 0.4) -> NDArray[np.float32]:
    """Features (count, C) of length one around the direction of a thing."""
    drawn = np.random.default_rng(1000 * thing + seed)
    found = np.eye(CHANNELS)[thing] + noise * np.abs(drawn.normal(size=(count, CHANNELS))) / np.sqrt(CHANNELS)
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def strangers(count: int, seed: int = 0) -> NDArray[np.float32]:
    """Features of other things, each another direction."""
    return np.concatenate([features(6 + each % 18, 1, seed + each) for each in range(count)])
