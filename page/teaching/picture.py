"""A picture that was taught, or kept for a test."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explainer.teach.pooled import Features


@dataclass(frozen=True, eq=False)
class TaughtPicture:
    """`number` names it within its visit, `digest` is the same for the same pixels. `square` is the JPEG of what the
    model gets of it, `vector` (C,) its features, and `maps` (C, H, W) in half precision what these are pooled of, None
    where it is not kept."""

    number: int
    digest: bytes
    square: bytes
    vector: NDArray[np.float32]
    maps: NDArray[np.float16] | None
    take: str = ""

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        maps = self.maps.nbytes if self.maps is not None else 0
        return len(self.square) + self.vector.nbytes + maps + 512


@dataclass(frozen=True, eq=False)
class LookedAt:
    """What was made of a picture that came: its pixels for the model (side, side, 3), their digest, and features."""

    pixels: NDArray[np.uint8]
    digest: bytes
    features: Features

    def taught(self, number: int, square: bytes, take: str, with_maps: bool) -> TaughtPicture:
        """The picture as it is kept."""
        maps = self.features.maps.astype(np.float16) if with_maps else None
        return TaughtPicture(number, self.digest, square, self.features.vector, maps, take)
