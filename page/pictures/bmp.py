"""BMP before and while it is opened: Pillow unpacks run lengths byte by byte in Python, and without a bound."""

import struct
from io import BytesIO

import cv2
import numpy as np
from PIL import BmpImagePlugin, Image

from page.pictures.bare import Bare

_OLDEST_HEADER = 12
_RUN_LENGTHS = (1, 2)
_SILENT = 0


def bare(data: bytes) -> Bare:
    """Return a BMP as it is, with the size that its header claims where opening it unpacks it."""
    sizes = (struct.unpack_from("<II", data, 18),) if _packed(data) else ()
    return Bare(data, sizes=sizes)


def open_bare(bare: Bare) -> Image.Image:
    """Open a BMP's header, or unpack one of run lengths. Raises ValueError where those are damaged."""
    if not _packed(bare.data):
        return BmpImagePlugin.BmpImageFile(BytesIO(bare.data))
    cv2.utils.logging.setLogLevel(_SILENT)
    pixels = cv2.imdecode(np.frombuffer(bare.data, np.uint8), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        raise ValueError("damaged run lengths")
    return Image.fromarray(pixels)


def _packed(data: bytes) -> bool:
    return data[14] != _OLDEST_HEADER and int.from_bytes(data[30:34], "little") in _RUN_LENGTHS
