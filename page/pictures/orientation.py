"""How a camera was held, from the notes of a picture (Exif): the one note that is read at all."""

import struct

from PIL import Image

UPRIGHT = 1

_LONGEST = 1 << 16  # bytes; what lies beyond is not looked at
_TAG, _SHORT = 0x0112, 3
_ORDERS = {b"II*\0": "<", b"MM\0*": ">"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read(notes: bytes) -> int:
    """Return 1 to 8 from Exif, a TIFF directory without its "Exif" before it; 1 where none can be read.

    Only the first directory is looked at, entry by entry, so that nothing before or behind it does harm.
    """
    order = _ORDERS.get(notes[:4])
    if order is None:
        return UPRIGHT
    notes = notes[:_LONGEST]
    try:
        (at,) = struct.unpack_from(order + "I", notes, 4)
        (count,) = struct.unpack_from(order + "H", notes, at)
        for entry in range(at + 2, min(at + 2 + 12 * count, len(notes)), 12):
            tag, kind, values, value = struct.unpack_from(order + "HHIH", notes, entry)
            if (tag, kind, values) == (_TAG, _SHORT, 1):
                return value if value in _TURNS else UPRIGHT
    except struct.error:
        pass  # notes that are cut off
    return UPRIGHT


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Return the picture as the one who took it saw it."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)
