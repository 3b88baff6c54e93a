"""Raw photographs of cameras: they are TIFFs, and the JPEG preview that most of them hold is what is shown."""

import struct
from collections.abc import Iterator
from dataclasses import replace

from models.problems import Problem
from page.pictures import directories, jpeg
from page.pictures.bare import Bare, CostlyPicture

_CR2 = b"CR\x02"
_SENSOR = {32803, 34892}  # what the numbers mean: one colour at each dot, or light that no screen can show
_SMALLEST = 512  # pixels of a preview's longer side; what is smaller is a thumbnail


class RawPhoto(Problem):
    """A raw photograph without a preview that is large enough. Values: `kind`, its name."""

    key = "picture.raw"


def is_raw(data: bytes) -> bool:
    """Tell whether a TIFF is a camera's raw photograph."""
    if data[8:11] == _CR2:
        return True
    try:
        pages = list(_pages(data))
    except (CostlyPicture, struct.error):
        return False  # the refusal comes when it is opened
    return any(
        directories.DNG in page.entries or page.numbers.get(directories.PHOTOMETRIC) in _SENSOR for page in pages
    )


def bare(data: bytes) -> Bare:
    """Return the largest JPEG in a raw photograph, to be turned as the photograph says. Raises RawPhoto without one."""
    pages = list(_pages(data))
    previews = [found for page in pages if (found := _preview(data, page))]
    largest = max(previews, key=lambda found: max(found.sizes[0]), default=None)
    if largest is None or max(largest.sizes[0]) < _SMALLEST:
        kind = "CR2" if data[8:11] == _CR2 else "DNG" if directories.DNG in pages[0].entries else "RAW"
        raise RawPhoto(kind=kind)
    return replace(largest, orientation=pages[0].numbers.get(directories.ORIENTATION, largest.orientation))


def _pages(data: bytes) -> Iterator[directories.Page]:
    return directories.pages(data, directories.shape_of(data))


def _preview(data: bytes, page: directories.Page) -> Bare | None:
    """Return the JPEG of a page, None where it has none that can be decoded."""
    numbers = page.numbers
    start, length = (
        (numbers.get(directories.JPEG_AT), numbers.get(directories.JPEG_BYTES))
        if directories.JPEG_AT in numbers
        else (numbers.get(directories.STRIPS), numbers.get(directories.STRIP_BYTES))
    )
    if start is None or length is None or data[start : start + 3] != b"\xff\xd8\xff":
        return None
    try:
        found = jpeg.bare(data[start : start + length])
    except (CostlyPicture, ValueError, struct.error, IndexError):
        return None  # what a camera packs without loss is a JPEG of a kind of its own
    return found if found.sizes else None
