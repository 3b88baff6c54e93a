"""AVIF and HEIC before they are opened: boxes are counted, notes unnamed, and what would be decoded is summed.

Both are made of items in boxes (ISO/IEC 14496-12 and 23008-12). Nothing is moved, so that all offsets stay right.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from page.pictures import coded
from page.pictures.bare import MOST_PARTS, Bare, CostlyPicture, OtherKind, Size, at_most

_HOLDERS = {
    # name: how many bytes come before the boxes inside
    **dict.fromkeys((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"iprp", b"ipco", b"dinf", b"edts", b"grpl"), 0),
    b"meta": 4,
    b"iref": 4,
}
_AV1, _HEVC = b"av01", b"hvc1"
_MADE_OF_OTHERS = {b"grid", b"iden", b"tmap"}
_PICTURES = {_AV1, _HEVC} | _MADE_OF_OTHERS  # all else is notes, or decoded by nobody
_MOST_DATA = 16 << 20  # bytes that items claim together; small ones may share theirs
_DEEPEST = 12


@dataclass(frozen=True)
class Box:
    """A box of a file: its name, where it begins, where its content begins, where it ends, and in how many others."""

    name: bytes
    start: int
    inside: int
    end: int
    depth: int


def bare(data: bytes) -> Bare:
    """Return an AVIF or HEIC without notes; the sizes are those of every picture in it, tiles and thumbnails as well.

    Raises CostlyPicture for more than 1,000 boxes or tiles, for pictures that are made of pictures that are made of
    pictures, and where items claim more data than a file may hold.
    """
    boxes = list(at_most(_boxes(data, 0, len(data))))
    names = {box.name for box in boxes if box.depth == 0}
    if b"moov" in names and b"meta" not in names:  # a film without a picture that stands for it
        raise OtherKind(kind="AVIF" if b"avis" in data[:256] else "HEIC")
    changed = bytearray(data)
    kinds = {}
    for box in boxes:
        if box.name == b"infe":
            number, at = _item(data, box)
            kinds[number] = data[at : at + 4]
            if kinds[number] not in _PICTURES:
                changed[at : at + 4] = b"skip"
    _check_references(data, boxes, kinds)
    sizes = [*_told_sizes(data, boxes), *_coded_sizes(data, boxes, kinds)]
    _stand_still(changed, boxes)
    return Bare(bytes(changed), sizes=tuple(sizes))


def _boxes(data: bytes, at: int, end: int, depth: int = 0) -> Iterator[Box]:
    """Yield every box, holders before what they hold. Raises CostlyPicture where they are nested too deeply."""
    if depth > _DEEPEST:
        raise CostlyPicture()
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", data, at)
        inside = at + 8
        if size == 1:
            if inside + 8 > end:
                return
            size = int.from_bytes(data[inside : inside + 8])
            inside += 8
        stop = at + size if size else end
        if stop < inside or stop > end:
            return
        yield Box(name, at, inside, stop, depth)
        before = _before(data, name, inside)
        if before is not None:
            yield from _boxes(data, inside + before, stop, depth + 1)
        at = stop


def _before(data: bytes, name: bytes, inside: int) -> int | None:
    """Return how many bytes come before the boxes in a holder, None for a box that holds none."""
    if name == b"iinf":
        return 6 if data[inside : inside + 1] == b"\0" else 8
    return _HOLDERS.get(name)


def _item(data: bytes, box: Box) -> tuple[int, int]:
    """Return the number of an item, and where its four letters are."""
    width = 4 if data[box.inside] > 2 else 2
    return int.from_bytes(data[box.inside + 4 : box.inside + 4 + width]), box.inside + 6 + width


def _check_references(data: bytes, boxes: list[Box], kinds: dict[int, bytes]) -> None:
    """Raise CostlyPicture where pictures are made of too many others, or of such that are made of others."""
    made = 0
    for holder in (box for box in boxes if box.name == b"iref"):
        width = 4 if data[holder.inside] else 2
        for box in (box for box in boxes if holder.inside <= box.start < holder.end and box.name == b"dimg"):
            (count,) = struct.unpack_from(">H", data, box.inside + width)
            made += count
            starts = range(box.inside + width + 2, min(box.end, box.inside + width + 2 + count * width), width)
            parts = {int.from_bytes(data[start : start + width]) for start in starts}
            if made > MOST_PARTS or any(kinds.get(part) in _MADE_OF_OTHERS for part in parts):
                raise CostlyPicture()


def _coded_sizes(data: bytes, boxes: list[Box], kinds: dict[int, bytes]) -> Iterator[Size]:
    """Yield the sizes that are told within the pixels themselves.

    Raises CostlyPicture where items claim more bytes than a file may hold, or in too many pieces.
    """
    claimed = 0
    items: dict[int, bytes] = {}
    for number, start, length in at_most(_places(data, boxes)):
        piece = data[start : start + length]
        claimed += len(piece)
        if claimed > max(len(data), _MOST_DATA):
            raise CostlyPicture()
        items[number] = items.get(number, b"") + piece
    settings = [data[box.inside : box.end] for box in boxes if box.name == b"hvcC"]
    for setting in settings:
        yield from coded.hevc_sizes(setting)
    for number, pixels in items.items():
        if kinds.get(number) == _AV1:
            yield from coded.av1_sizes(pixels)
        elif kinds.get(number) == _HEVC:
            for width in {(setting[21] & 3) + 1 for setting in settings}:
                coded.check_hevc(pixels, width)


def _places(data: bytes, boxes: list[Box]) -> Iterator[tuple[int, int, int]]:
    """Yield for each piece of each item in box `iloc` its number, where it is in the file, and its length.

    Items that are not in the file itself but in a box `idat` are passed over: they are made of others.
    """
    for box in (box for box in boxes if box.name == b"iloc"):
        version, widths = data[box.inside], int.from_bytes(data[box.inside + 4 : box.inside + 6])
        offset, length, base, index = (widths >> shift & 15 for shift in (12, 8, 4, 0))
        wide = 4 if version == 2 else 2
        numbers = _Numbers(data, box.inside + 6, box.end)
        for _ in range(numbers.next(wide)):
            item = numbers.next(wide)
            elsewhere = numbers.next(2) & 15 if version else 0
            numbers.next(2)
            start = numbers.next(base)
            for _ in range(numbers.next(2)):
                if version:
                    numbers.next(index)
                place, size = start + numbers.next(offset), numbers.next(length)
                if not elsewhere:
                    yield item, place, size or len(data)


class _Numbers:
    """Reads numbers of any width one after the other. Raises ValueError behind the end of their box."""

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self._data, self._at, self._end = data, at, end

    def next(self, width: int) -> int:
        start, self._at = self._at, self._at + width
        if self._at > self._end:
            raise ValueError("a box is cut off")
        return int.from_bytes(self._data[start : self._at])


def _stand_still(changed: bytearray, boxes: list[Box]) -> None:
    """Leave of what moves the picture that stands for it."""
    for box in boxes:
        if box.name == b"moov":
            changed[box.start + 4 : box.start + 8] = b"free"
    brands = boxes[0]
    for at in range(brands.inside, brands.end - 3, 4):
        if changed[at : at + 4] == b"avis":
            changed[at : at + 4] = b"avif"


def _told_sizes(data: bytes, boxes: list[Box]) -> Iterator[Size]:
    for box in boxes:
        if box.name == b"ispe" and box.end - box.inside >= 12:
            width, height = struct.unpack_from(">II", data, box.inside + 4)
            yield width, height
