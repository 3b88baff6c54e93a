"""JPEG 2000 before it is opened: its header may ask for any number of tiles and blocks, each with a record."""

import struct
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, Jpeg2KImagePlugin

from page.pictures.bare import MOST_PARTS, Bare, CostlyPicture, at_most
from page.pictures.directories import Data

BOXES, STREAM = b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"

_SIZE, _CODING, _CODING_OF_ONE, _TILE, _PIXELS, _END = 0xFF51, 0xFF52, 0xFF53, 0xFF90, 0xFF93, 0xFFD9
_MOST_COMPONENTS, _MOST_LAYERS = 4, 64
_SMALLEST_BLOCK = 8  # as a power of two: 16 by 16 dots, or 4 by 64
_SMALLEST_PRECINCT = 4  # as a power of two, each way


def bare(data: bytes) -> Bare:
    """Return a file as it is, and its size.

    Raises CostlyPicture for more tiles, layers and blocks than programs write, ValueError or struct.error where it is
    damaged.
    """
    start = 0 if data.startswith(STREAM) else stream(data)
    size = (0, 0)
    for marker, body in at_most(_segments(data, start + 2)):
        if marker == _SIZE:
            size = _size(body)
        elif marker == _CODING:
            _check_coding(body)
        elif marker == _CODING_OF_ONE:
            raise CostlyPicture()
    return Bare(data, sizes=(size,))


def open_bare(bare: Bare) -> Image.Image:
    """Open the header."""
    return Jpeg2KImagePlugin.Jpeg2KImageFile(BytesIO(bare.data))


def stream(data: Data) -> int:
    """Return where the picture itself begins among the boxes. Raises ValueError or struct.error where there is none."""
    at = 0
    for _ in range(MOST_PARTS):
        length, name = struct.unpack_from(">I4s", data, at)
        inside = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, inside)
            inside += 8
        if name == b"jp2c":
            return inside
        if length < inside - at:
            break
        at += length
    raise ValueError("no picture")


def _segments(data: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the segments of the header and of the headers of all tiles."""
    tile = 0
    while True:
        (marker,) = struct.unpack_from(">H", data, at)
        if marker == _END:
            return
        if marker == _PIXELS:
            if not tile or tile >= len(data):
                return  # the last one reaches to the end
            at = tile
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        body = data[at + 4 : at + 2 + length]
        if marker == _TILE:
            (whole,) = struct.unpack_from(">I", body, 2)
            tile = at + whole if whole else 0
            if whole and whole < 14:
                raise ValueError("a tile without a header")
        yield marker, body
        at += 2 + max(2, length)


def _size(body: bytes) -> tuple[int, int]:
    right, bottom, left, top, *tile, components = struct.unpack_from(">8IH", body, 2)
    tile_width, tile_height, tile_left, tile_top = tile
    if not tile_width or not tile_height or components > _MOST_COMPONENTS:
        raise ValueError("damaged")
    tiles = -(-(right - tile_left) // tile_width) * -(-(bottom - tile_top) // tile_height)
    if tiles > MOST_PARTS:
        raise CostlyPicture()
    return right - left, bottom - top


def _check_coding(body: bytes) -> None:
    flags, _, layers, _, _, across, down = struct.unpack_from(">BBHBBBB", body)
    precincts = body[10:] if flags & 1 else b""
    small = any(size >> 4 < _SMALLEST_PRECINCT or size & 15 < _SMALLEST_PRECINCT for size in precincts)
    if layers > _MOST_LAYERS or (across & 15) + (down & 15) + 4 < _SMALLEST_BLOCK or small:
        raise CostlyPicture()
