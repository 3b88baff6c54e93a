"""How many pixels a file claims to hold, read off its first bytes by a few lines of our own.

A decoder reads the same from a header, but takes time and memory for whatever else the header holds. Here nothing is
built from the file, and every walk through it ends after STEPS.
"""

import math
import re
import struct
from collections.abc import Callable, Iterator
from itertools import islice

from page.pictures import directories, jpeg2000
from page.pictures.bare import CostlyPicture
from page.pictures.directories import Data

STEPS = 1000  # chunks, segments, blocks, boxes or tags; a picture with more is taken for as large as one may be

_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # markers of a JPEG that tell its size
_ALONE = {0x01, *range(0xD0, 0xD9)}  # those without a length
_SCAN, _END = 0xDA, 0xD9


def claimed(data: Data) -> tuple[int, int] | None:
    """Width and height of the largest picture that a file announces; None where that can't be told."""
    reader = next((reader for magic, at, reader in _READERS if data[at : at + len(magic)] == magic), None)
    try:
        return max(reader(data), key=math.prod, default=None) if reader else None
    except (
        struct.error,
        ValueError,
        IndexError,
        OverflowError,
        CostlyPicture,
    ):  # cut off, no such file after all, or a refusal
        return None


def _jpeg(data: Data) -> Iterator[tuple[int, int]]:
    at = 2
    for _ in range(STEPS):
        at = data.find(b"\xff", at) + 1
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        if not at or marker in (_SCAN, _END):
            return
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 4)
            yield width, height
        at += 1 if marker in _ALONE else 1 + max(2, struct.unpack_from(">H", data, at + 1)[0])
    raise IndexError


def _png(data: Data) -> Iterator[tuple[int, int]]:
    at = 8
    for _ in range(STEPS):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"IDAT":
            return
        if kind == b"IHDR":
            yield struct.unpack_from(">II", data, at + 8)
        at += 12 + length
        if at + 8 > len(data):
            return
    raise IndexError


def _gif(data: Data) -> Iterator[tuple[int, int]]:
    across, down = struct.unpack_from("<HH", data, 6)
    yield across, down
    at = 13 + (6 << (data[10] & 7) if data[10] & 0x80 else 0)
    for _ in range(STEPS):
        if data[at] == ord(","):
            left, top, width, height = struct.unpack_from("<4H", data, at + 1)
            yield max(across, left + width), max(down, top + height)
            return
        # An extension's first two bytes, or one of its pieces; a piece without a byte ends it.
        at += 2 if data[at] == ord("!") else 1
        at = _after_pieces(data, at)
    raise IndexError


def _after_pieces(data: Data, at: int) -> int:
    for _ in range(STEPS):
        if not data[at]:
            return at + 1
        at += data[at] + 1
    raise IndexError


def _bmp(data: Data) -> Iterator[tuple[int, int]]:
    yield _dib(data, 14)


def _dib(data: Data, at: int) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH" if data[at] == 12 else "<ii", data, at + 4)
    return abs(width), abs(height)


def _webp(data: Data) -> Iterator[tuple[int, int]]:
    kind = data[12:16]
    if kind == b"VP8X":
        yield 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    elif kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        yield 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        yield width & 0x3FFF, height & 0x3FFF


def _tiff(data: Data) -> Iterator[tuple[int, int]]:
    return (page.size for page in directories.pages(data, directories.shape_of(data)) if all(page.size))


def _ico(data: Data) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from("<H", data, 4)
    for number in range(min(count, STEPS)):
        (at,) = struct.unpack_from("<I", data, 6 + 16 * number + 12)
        if data[at : at + 8] == _PNG:
            yield struct.unpack_from(">II", data, at + 16)
        else:
            width, height = _dib(data, at)
            yield width, height // 2  # the picture, and its mask below it


def _heif(data: Data) -> Iterator[tuple[int, int]]:
    """Every size that is told where AVIF and HEIC tell it: in the box `meta`."""
    at = 0
    for _ in range(STEPS):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
        if kind == b"meta":
            end = at + size if size else len(data)
            found = re.compile(rb"ispe\0\0\0\0(.{8})", re.DOTALL).finditer(data, at, min(end, len(data)))
            yield from (struct.unpack(">II", each[1]) for each in islice(found, STEPS))
            return
        at += max(8, size)


def _psd(data: Data) -> Iterator[tuple[int, int]]:
    height, width = struct.unpack_from(">II", data, 14)
    yield width, height


def _jpeg2000(data: Data) -> Iterator[tuple[int, int]]:
    yield struct.unpack_from(">II", data, jpeg2000.stream(data) + 8)


def _stream(data: Data) -> Iterator[tuple[int, int]]:
    yield struct.unpack_from(">II", data, 8)


_READERS: tuple[tuple[bytes, int, Callable[[Data], Iterator[tuple[int, int]]]], ...] = (
    (b"\xff\xd8\xff", 0, _jpeg),
    (_PNG, 0, _png),
    (b"GIF8", 0, _gif),
    (b"BM", 0, _bmp),
    (b"WEBP", 8, _webp),
    (b"II*\0", 0, _tiff),
    (b"MM\0*", 0, _tiff),
    (b"II+\0", 0, _tiff),
    (b"MM\0+", 0, _tiff),
    (b"\0\0\1\0", 0, _ico),
    (b"\0\0\2\0", 0, _ico),
    (b"8BPS", 0, _psd),
    (b"\0\0\0\x0cjP  ", 0, _jpeg2000),
    (b"\xff\x4f\xff\x51", 0, _stream),
    (b"ftyp", 4, _heif),
)
