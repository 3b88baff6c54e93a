"""ICO before it is opened: of the pictures in it, the largest and best is left."""

import struct
from dataclasses import dataclass

from page.pictures import png
from page.pictures.bare import MOST_PARTS, Bare, CostlyPicture, Size

_ENTRY = "<BBBBHHII"
_PLAIN = (0, 3)  # how a bitmap may be packed: not at all


@dataclass(frozen=True)
class _Entry:
    """One picture of an icon: as the table has it, its true size (the table's ends at 256 pixels), bits of a pixel."""

    told: tuple[int, ...]
    size: Size
    depth: int

    @property
    def rank(self) -> tuple[int, int]:
        return self.size[0] * self.size[1], self.depth


def bare(data: bytes) -> Bare:
    """Return an icon of one picture; the sizes are those of all.

    Raises CostlyPicture for more than 1,000 pictures, ValueError or struct.error where there is none.
    """
    (count,) = struct.unpack_from("<H", data, 4)
    if count > MOST_PARTS:
        raise CostlyPicture()
    entries = [_entry(data, at) for at in range(6, 6 + 16 * count, 16)]
    best = max(entries, key=lambda entry: entry.rank)
    inside, length = data[best.told[7] :], best.told[6]
    inner = Bare(inside)
    if inside.startswith(png.SIGNATURE):
        inner = png.bare(inside)
        length = len(inner.data)
    elif int.from_bytes(inside[16:20], "little") not in _PLAIN and inside[0] != 12:
        raise ValueError("a packed bitmap")
    table = struct.pack(_ENTRY, *best.told[:6], length, 22)
    sizes = tuple(entry.size for entry in entries)
    return Bare(data[:4] + b"\1\0" + table + inner.data, inner.orientation, inner.profile, sizes)


def _entry(data: bytes, at: int) -> _Entry:
    told = struct.unpack_from(_ENTRY, data, at)
    start = data[told[7] : told[7] + 24]
    depth = 32 if start.startswith(png.SIGNATURE) else int.from_bytes(start[14:16], "little")
    return _Entry(told, _size(start), depth)


def _size(start: bytes) -> Size:
    head = start.ljust(24, b"\0")
    if head.startswith(png.SIGNATURE):
        width, height = struct.unpack(">II", head[16:24])
    elif head[0] == 12:
        width, height = struct.unpack("<HH", head[4:8])
        height //= 2
    else:
        width, height = struct.unpack("<ii", head[4:12])
        width, height = abs(width), abs(height) // 2
    return width, height
