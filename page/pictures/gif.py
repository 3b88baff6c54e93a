"""GIF before it is opened: its first frame is left, without comments and without what moves."""

import struct
from io import BytesIO

from PIL import GifImagePlugin, Image

from page.pictures.bare import Bare, CostlyPicture

_MOST_EXTENSIONS = 100  # before the first frame
_EXTENSION, _FRAME, _CONTROL = ord("!"), ord(","), 0xF9


def bare(data: bytes) -> Bare:
    """Return a GIF of one frame. The size that is claimed is the canvas, grown to hold the frame.

    Raises CostlyPicture for more than 100 extension blocks before it, IndexError or struct.error where it is cut off.
    """
    across, down = struct.unpack_from("<HH", data, 6)
    at = start = 13 + (6 << (data[10] & 7) if data[10] & 0x80 else 0)
    control = b""
    extensions = 0
    while data[at] != _FRAME:
        begin = at
        at += 1
        if data[begin] != _EXTENSION:
            if data[begin] == ord(";"):
                raise ValueError("no frame")
            continue
        extensions += 1
        if extensions > _MOST_EXTENSIONS:
            raise CostlyPicture()
        at += 1
        while data[at]:
            at += data[at] + 1
        at += 1
        if data[begin + 1] == _CONTROL:
            control = data[begin:at]
    left, top, width, height = struct.unpack_from("<4H", data, at + 1)
    size = max(across, left + width), max(down, top + height)
    return Bare(data[:start] + control + data[at:], sizes=(size,))


def open_bare(bare: Bare) -> Image.Image:
    """Open a GIF's header."""
    return GifImagePlugin.GifImageFile(BytesIO(bare.data))
