"""AVIF and HEIC before they are opened: boxes are counted, notes unnamed, and what would be decoded is summed.

Both are made of items in boxes (ISO/IEC 14496-12 and 23008-12). Nothing is moved, so that all offsets stay right.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from page.pictures.bare import MOST_PARTS, Bare, CostlyPicture, Size, at_most

_HOLDERS = {
    # name: how many bytes come before the boxes inside
    **dict.fromkeys((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"iprp", b"ipco", b"dinf", b"edts", b"grpl"), 0),
    b"meta": 4,
    b"iref": 4,
}
_NOTES = {b"Exif", b"mime", b"uri "}
_MADE_OF_OTHERS = {b"grid", b"iovl", b"iden", b"tmap"}
_MOST_DATA = 16 << 20  # bytes that items claim together; small ones may share theirs
_MOST_SAMPLES = 10_000  # frames of what moves
_DEEPEST = 12


@dataclass(frozen=True)
class Box:
    """A box of a file: its name, where it begins, where its content begins, and where it ends."""

    name: bytes
    start: int
    inside: int
    end: int


def bare(data: bytes) -> Bare:
    """Return an AVIF or HEIC without notes; the sizes are those of every picture in it, tiles and thumbnails as well.

    Raises CostlyPicture for more than 1,000 boxes or tiles, for pictures that are made of pictures that are made of
    pictures, and where items claim more data than a file may hold.
    """
    boxes = list(at_most(_boxes(data, 0, len(data))))
    changed = bytearray(data)
    kinds = {}
    for box in boxes:
        if box.name == b"infe":
            number, at = _item(data, box)
            kinds[number] = data[at : at + 4]
            if kinds[number] in _NOTES:
                changed[at : at + 4] = b"skip"
    _check_references(data, boxes, kinds)
    _check_places(data, boxes)
    _check_samples(data, boxes)
    _stand_still(changed, boxes)
    return Bare(bytes(changed), sizes=tuple(_sizes(data, boxes)))


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
        yield Box(name, at, inside, stop)
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
    if b"iovl" in kinds.values():
        raise CostlyPicture()  # pictures one above another, each as large as the whole


def _check_places(data: bytes, boxes: list[Box]) -> None:
    """Raise CostlyPicture where items claim more bytes than a file may hold, or in too many pieces."""
    claimed = pieces = 0
    for box in (box for box in boxes if box.name == b"iloc"):
        for length in _lengths(data, box):
            claimed += min(length, len(data))
            pieces += 1
            if claimed > max(len(data), _MOST_DATA) or pieces > MOST_PARTS:
                raise CostlyPicture()


def _lengths(data: bytes, box: Box) -> Iterator[int]:
    """Yield the length of each piece of each item, as box `iloc` tells them."""
    version, widths = data[box.inside], struct.unpack_from(">H", data, box.inside + 4)[0]
    offset, length, base, index = (widths >> shift & 15 for shift in (12, 8, 4, 0))
    number = 4 if version == 2 else 2
    at = box.inside + 6 + number
    for _ in range(int.from_bytes(data[box.inside + 6 : at])):
        at += number + (2 if version else 0) + 2 + base
        (pieces,) = struct.unpack_from(">H", data, at)
        at += 2
        for _ in range(pieces):
            at += offset + (index if version else 0)
            if at + length > box.end:
                return
            yield int.from_bytes(data[at : at + length]) if length else len(data)
            at += length


def _check_samples(data: bytes, boxes: list[Box]) -> None:
    for box in boxes:
        if box.name == b"stsz" and int.from_bytes(data[box.inside + 8 : box.inside + 12]) > _MOST_SAMPLES:
            raise CostlyPicture()


def _stand_still(changed: bytearray, boxes: list[Box]) -> None:
    """Leave of what moves the picture that stands for it, where there is one."""
    film = next((box for box in boxes if box.name == b"moov"), None)
    still = any(box.name == b"meta" and (film is None or not film.start < box.start < film.end) for box in boxes)
    if not film or not still:
        return
    changed[film.start + 4 : film.start + 8] = b"free"
    brands = boxes[0]
    for at in range(brands.inside, brands.end - 3, 4):
        if changed[at : at + 4] == b"avis":
            changed[at : at + 4] = b"avif"


def _sizes(data: bytes, boxes: list[Box]) -> Iterator[Size]:
    for box in boxes:
        if box.name == b"ispe" and box.end - box.inside >= 12:
            yield struct.unpack_from(">II", data, box.inside + 4)
