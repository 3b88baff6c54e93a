"""Portable maps (PBM, PGM, PPM, PAM): a few words and then numbers, which are read here.

Pillow reads them number by number in Python, and doesn't read PAM.
"""

import re
from dataclasses import dataclass

import numpy as np
from PIL import Image

from page.pictures.bare import MOST_PARTS, Bare, CostlyPicture

_WORD = re.compile(rb"(?:\s|#[^\n]*\n)*([^\s#]+)")
_PAM_LINE = re.compile(rb"(?:\s|#[^\n]*\n)*(WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE|ENDHDR)\b[ \t]*([^\n]*)\n")
_COMMENT = re.compile(rb"#[^\n]*")
_CHANNELS = {b"P1": 1, b"P2": 1, b"P3": 3, b"P4": 1, b"P5": 1, b"P6": 3}
_BITS, _WRITTEN = (b"P1", b"P4"), (b"P1", b"P2", b"P3")
_MODES = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
_HEAD = 1 << 12  # bytes in which the first words have to be
_SPACES = b" \t\r\n\v\f"


@dataclass(frozen=True)
class _Head:
    kind: bytes
    width: int
    height: int
    channels: int
    white: int
    end: int


def is_map(data: bytes) -> bool:
    """Tell whether a file begins as a map does, which letters may do as well: a number has to follow."""
    if data.startswith(b"P7\n"):
        return True
    return data[:2] in _CHANNELS and re.match(rb"P\d(?:\s|#[^\n]*\n)+\d", data[:_HEAD]) is not None


def bare(data: bytes) -> Bare:
    """Return a map as it is, and its size. Raises ValueError where its first words are damaged."""
    head = _head(data)
    return Bare(data, sizes=((head.width, head.height),))


def open_bare(bare: Bare) -> Image.Image:
    """Read a map, to 8 bits. Raises ValueError where numbers are missing or damaged."""
    head = _head(bare.data)
    count = head.width * head.height * head.channels
    if head.kind == b"P4":
        values = _packed_bits(bare.data, head)
    elif head.kind in _WRITTEN:
        values = _written(bare.data[head.end :], head, count)
    else:
        values = np.frombuffer(bare.data, ">u2" if head.white > 255 else np.uint8, count, head.end)
    levels = _levels(values, head)
    pixels = levels.reshape(head.height, head.width, head.channels)
    return Image.fromarray(pixels[..., 0] if head.channels == 1 else pixels, _MODES[head.channels])


def _head(data: bytes) -> _Head:
    kind = data[:2]
    if kind == b"P7":
        return _pam_head(data)
    numbers, at = [], 2
    for _ in range(2 if kind in _BITS else 3):
        found = _WORD.match(data[:_HEAD], at)
        if not found:
            raise ValueError("no size")
        numbers.append(int(found[1]))
        at = found.end()
    width, height, white = (*numbers, 1)[:3]
    return _checked(_Head(kind, width, height, _CHANNELS[kind], white, at + 1))


def _pam_head(data: bytes) -> _Head:
    told: dict[bytes, bytes] = {}
    at = 2
    while b"ENDHDR" not in told:
        found = _PAM_LINE.match(data[:_HEAD], at)
        if not found:
            raise ValueError("no size")
        told[found[1]], at = found[2], found.end()
    width, height, channels, white = (int(told[name]) for name in (b"WIDTH", b"HEIGHT", b"DEPTH", b"MAXVAL"))
    return _checked(_Head(b"P7", width, height, channels, white, at))


def _checked(head: _Head) -> _Head:
    if head.width < 1 or head.height < 1 or head.channels not in _MODES or not 0 < head.white < 65536:
        raise ValueError("a size that can't be")
    return head


def _packed_bits(data: bytes, head: _Head) -> np.ndarray:
    row = (head.width + 7) // 8
    packed = np.frombuffer(data, np.uint8, row * head.height, head.end).reshape(head.height, row)
    black = np.unpackbits(packed, axis=1)[:, : head.width]
    return np.subtract(1, black)


def _written(text: bytes, head: _Head, count: int) -> np.ndarray:
    if text.count(b"#") > MOST_PARTS:
        raise CostlyPicture()
    text = _COMMENT.sub(b"", text)
    if head.kind == b"P1":
        digits = np.frombuffer(text.translate(None, _SPACES), np.uint8)[:count]
        values: np.ndarray = ord("1") - digits
    else:
        values = np.fromstring(text.decode("ascii"), np.int64, sep=" ")[:count]
    if len(values) < count or values.max() > head.white or values.min() < 0:
        raise ValueError("numbers are missing or too large")
    return values


def _levels(values: np.ndarray, head: _Head) -> np.ndarray:
    """Return numbers from 0 to the white as 0 to 255."""
    if head.white == 255:
        return values.astype(np.uint8)
    table = np.rint(np.arange(65536) * (255 / head.white)).clip(0, 255).astype(np.uint8)
    return np.take(table, values)
