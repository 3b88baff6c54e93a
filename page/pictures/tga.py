"""Targa files, which have no mark at their beginning: they are told by a header in which everything fits."""

import struct
from io import BytesIO

from PIL import Image, TgaImagePlugin

from page.pictures.bare import Bare

_HEAD = "<BBBHHBHHHHBB"
_HEAD_BYTES = 18
_DEPTHS = {1: (8,), 2: (16, 24, 32), 3: (8, 16), 9: (8,), 10: (16, 24, 32), 11: (8, 16)}  # by the kind of picture
_PACKED = 8
_FOOTER = b"TRUEVISION-XFILE.\0"
_CLEAR_BITS, _FROM_RIGHT, _UNUSED = 0x0F, 0x10, 0xC0


def is_tga(data: bytes) -> bool:
    """Tell whether a file has the header of a Targa file, and where it isn't packed, as many bytes as that says."""
    if len(data) < _HEAD_BYTES:
        return False
    _, palette, kind, first, colours, colour_bits, _, _, width, height, depth, flags = struct.unpack_from(_HEAD, data)
    if depth not in _DEPTHS.get(kind, ()) or not width or not height or flags & (_UNUSED | _FROM_RIGHT):
        return False
    if (palette, colours > 0) != ((1, True) if kind & 7 == 1 else (0, False)) or colour_bits not in (0, 15, 16, 24, 32):
        return False
    if data.endswith(_FOOTER):
        return True
    return not first and (bool(kind & _PACKED) or len(data) >= _HEAD_BYTES + data[0] + width * height * depth // 8)


def bare(data: bytes) -> Bare:
    """Return a Targa file as it is, and its size."""
    width, height = struct.unpack_from("<HH", data, 12)
    return Bare(data, sizes=((width, height),))


def open_bare(bare: Bare) -> Image.Image:
    """Open the header."""
    return TgaImagePlugin.TgaImageFile(BytesIO(bare.data))
