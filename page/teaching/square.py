"""A taught picture as it is kept: the square that the model gets of it, as a small JPEG."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

QUALITY = 90


def jpeg_of(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels (side, side, 3) RGB -> a JPEG without metadata."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def pixels_of(jpeg: bytes) -> NDArray[np.uint8]:
    """What `jpeg_of` made -> pixels (side, side, 3)."""
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as picture:
        return np.asarray(picture.convert("RGB"))
