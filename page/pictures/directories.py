"""TIFF before it is opened: what directories claim is bounded, and one is left, with what its pixels need."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap
from types import MappingProxyType

from page.pictures.bare import MOST_PARTS, Bare, CostlyPicture, Size, at_most
from page.pictures.orientation import UPRIGHT

Data = bytes | mmap

KIND, OLD_KIND, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, STRIPS, ORIENTATION = (
    254,
    255,
    *range(256, 260),
    262,
    273,
    274,
)
SAMPLES, ROWS, STRIP_BYTES, PLANES, COLOURS, TILE_WIDTH, TILE_HEIGHT, TILES = 277, 278, 279, 284, 320, 322, 323, 324
JPEG_AT, JPEG_BYTES = 513, 514
SUB_PAGES, JPEG_TABLES, DNG, PROFILE, NODATA = 330, 347, 50706, 34675, 42113

# What decoders look at: how pixels are packed, where they are, and what their numbers mean.
_KEPT = {
    *(
        254,
        255,
        WIDTH,
        HEIGHT,
        BITS,
        COMPRESSION,
        PHOTOMETRIC,
        266,
        STRIPS,
        SAMPLES,
        ROWS,
        STRIP_BYTES,
        280,
        281,
        PLANES,
    ),
    *(290, 291, 292, 293, 301, 317, 318, 319, COLOURS, TILE_WIDTH, TILE_HEIGHT, TILES, 325, 332, 334, 336, 338, 339),
    *(340, 341, JPEG_TABLES, *range(512, 522), 529, 530, 531, 532, PROFILE, NODATA),
}
_SEEN = _KEPT | {ORIENTATION, SUB_PAGES, DNG}
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2
_LOOKED_AT = {0, 1, 2, 3, 5, 6, 8}  # grey, colours, inks and so on
_LONG = {COLOURS: 3 << 16, JPEG_TABLES: 1 << 20, PROFILE: 1 << 23}
_MOST_VALUES = 1 << 16  # of any other entry, such as strips, for each of which a decoder keeps a record
_LARGEST_PIECE = 160 << 20  # bytes of a strip or tile, unpacked, for which memory is taken beside the picture's
_SMALL = 1 << 24  # pixels, margins included
_MOST_SUB_PAGES = 16
_NOT_CUT = 1 << 32  # rows of a strip, where none are told

# By the type of an entry: bytes of each value, and how whole numbers are read.
_BYTES = MappingProxyType(dict(enumerate((1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4), 1)) | {16: 8, 17: 8, 18: 8})
_CODES = MappingProxyType({1: "B", 3: "H", 4: "I", 16: "Q"})


@dataclass(frozen=True)
class Shape:
    """How a file writes: the byte order, the length of its header, and the codes of an offset, a count, an entry."""

    order: str
    head: int
    offset: str
    count: str
    entry: str


@dataclass(frozen=True)
class Page:
    """One directory. By tag: entries as they stand in the file, and first values where they are whole numbers.

    `claimed` counts the bytes of the directory and of all its values, `following` is where the next one begins.
    """

    entries: dict[int, bytes] = field(repr=False)
    numbers: dict[int, int]
    claimed: int
    following: int

    @property
    def size(self) -> Size:
        """Width and height as stored, 0 where they are missing."""
        return self.numbers.get(WIDTH, 0), self.numbers.get(HEIGHT, 0)

    @property
    def is_picture(self) -> bool:
        """Whether it is something to look at, and not the mask of another page or what a sensor counted."""
        return not self.numbers.get(KIND, 0) & _MASK and self.numbers.get(PHOTOMETRIC, 0) in _LOOKED_AT

    @property
    def is_reduced(self) -> bool:
        """Whether it is a smaller version of another page."""
        return bool(self.numbers.get(KIND, 0) & _REDUCED) or self.numbers.get(OLD_KIND) == _OLD_REDUCED


def bare(data: bytes) -> Bare:
    """Return a TIFF of one page without notes; its directory is behind everything else.

    Raises CostlyPicture where directories claim more than the file holds or are more than 1,000, or where the page is
    cut into too many or too large pieces; ValueError where there is no directory.
    """
    shape = shape_of(data)
    page = _main(list(pages(data, shape)))
    return Bare(_with_one(data, shape, page), page.numbers.get(ORIENTATION, UPRIGHT), sizes=(page.size,))


def check_pieces(data: bytes) -> None:
    """Raise CostlyPicture for what the strips or tiles of the first page would take."""
    _check_pieces(next(iter(pages(data, shape_of(data)))))


def shape_of(data: Data) -> Shape:
    """Tell how a TIFF or BigTIFF writes its directories. Raises struct.error for less than four bytes."""
    order = "<" if data[:2] == b"II" else ">"
    if struct.unpack_from(order + "H", data, 2)[0] == 43:
        return Shape(order, 16, order + "Q", order + "Q", order + "HHQ8s")
    return Shape(order, 8, order + "I", order + "H", order + "HHI4s")


def pages(data: Data, shape: Shape) -> Iterator[Page]:
    """Yield the pages of the file's chain as far as it can be read, each before those below it.

    Raises CostlyPicture where they claim more than the file holds or are more than 1,000.
    """
    return at_most(_chain(data, shape))


def _main(found: list[Page]) -> Page:
    """Return the first page that is no smaller version of another, else the largest of those.

    Raises ValueError where there is no page.
    """
    pictures = [page for page in found if page.is_picture] or found[:1]
    if not pictures:
        raise ValueError("no directory")
    whole = (page for page in pictures if not page.is_reduced)
    return next(whole, max(pictures, key=lambda page: page.size[0] * page.size[1]))


def _chain(data: Data, shape: Shape) -> Iterator[Page]:
    seen = {0}
    claimed = 0
    at = struct.unpack_from(shape.offset, data, shape.head - struct.calcsize(shape.offset))[0]
    while at not in seen:
        seen.add(at)
        try:
            page = _page(data, at, shape)
        except struct.error:
            return
        claimed += page.claimed
        if claimed > len(data):
            raise CostlyPicture()
        yield page
        for below in _sub_pages(data, page, shape):
            claimed += below.claimed
            if claimed > len(data):
                raise CostlyPicture()
            yield below
        at = page.following


def _page(data: Data, at: int, shape: Shape) -> Page:
    """Read a directory. Values outside the file are left out.

    Raises struct.error where it is cut off, CostlyPicture for more than 1,000 entries or too many values of one.
    """
    if at >= len(data):
        raise struct.error("outside the file")  # which it does not say of numbers of more than 63 bits
    (count,) = struct.unpack_from(shape.count, data, at)
    first, width = at + struct.calcsize(shape.count), struct.calcsize(shape.entry)
    end = first + count * width
    (following,) = struct.unpack_from(shape.offset, data, end)
    claimed = end - at
    if count > MOST_PARTS:
        raise CostlyPicture()
    entries: dict[int, bytes] = {}
    numbers: dict[int, int] = {}
    for entry in range(first, end, width):
        tag, kind, values, inside = struct.unpack_from(shape.entry, data, entry)
        size = values * _BYTES.get(kind, 0)
        where = entry + width - len(inside) if size <= len(inside) else struct.unpack(shape.offset, inside)[0]
        if not size or where + size > len(data):
            continue
        claimed += size
        if tag not in _SEEN or tag in entries:
            continue
        if values > _LONG.get(tag, _MOST_VALUES):
            raise CostlyPicture()
        entries[tag] = data[entry : entry + width]
        if kind in _CODES:
            (numbers[tag],) = struct.unpack_from(shape.order + _CODES[kind], data, where)
    return Page(entries, numbers, claimed, following)


def _sub_pages(data: Data, page: Page, shape: Shape) -> Iterator[Page]:
    """Yield the pages below a page that can be read, which in a raw photograph hold its previews; at most sixteen."""
    entry = page.entries.get(SUB_PAGES)
    if entry is None:
        return
    _, _, count, inside = struct.unpack(shape.entry, entry)
    width = struct.calcsize(shape.offset)
    listed = inside if count * width <= len(inside) else data[struct.unpack(shape.offset, inside)[0] :]
    for number in range(min(count, _MOST_SUB_PAGES)):
        try:
            yield _page(data, struct.unpack_from(shape.offset, listed, number * width)[0], shape)
        except struct.error:
            return


def _with_one(data: bytes, shape: Shape, page: Page) -> bytes:
    """Return the file with a directory of its own behind it, whose values are where they were."""
    kept = [entry for tag, entry in sorted(page.entries.items()) if tag in _KEPT]
    gap = bytes(-len(data) % 8)
    start = struct.pack(shape.offset, len(data) + len(gap))
    last = struct.pack(shape.offset, 0)
    head = data[: shape.head - len(start)] + start
    return b"".join((head, data[shape.head :], gap, struct.pack(shape.count, len(kept)), *kept, last))


def _check_pieces(page: Page) -> None:
    """Raise CostlyPicture where a strip or tile is large, or where a picture of one dot sits in one that is larger."""
    numbers = page.numbers
    width, height = page.size
    across, down = _piece(page)
    if not across or not down:
        return
    unpacked = across * down * numbers.get(BITS, 1) * numbers.get(SAMPLES, 1) // 8
    with_margins = -(-width // across) * across * -(-height // down) * down
    if numbers.get(COMPRESSION, 1) != 1 and unpacked > _LARGEST_PIECE:
        raise CostlyPicture()
    if with_margins > max(2 * width * height, _SMALL):
        raise CostlyPicture()


def _piece(page: Page) -> Size:
    """Return width and height of a tile, or of a strip."""
    numbers = page.numbers
    if TILES in page.entries:
        return numbers.get(TILE_WIDTH, 0), numbers.get(TILE_HEIGHT, 0)
    return numbers.get(WIDTH, 0), min(numbers.get(HEIGHT, 0), numbers.get(ROWS, _NOT_CUT))
