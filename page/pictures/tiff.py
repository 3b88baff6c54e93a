"""Which of a TIFF's pictures is the picture, and how it opens: by Pillow, or by `deep` where Pillow would be wrong."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImagePalette, TiffImagePlugin

_REDUCED, _MASK = 1, 4  # bits of NewSubfileType (TIFF 6.0)
_OLD_REDUCED = 2  # the value of SubfileType that means the same
_ENOUGH = 100  # directories that are looked at
_MOST_BITS_FOR_PILLOW = 8
_UNSIGNED = 1
_SUBFILE, _OLD_SUBFILE, _SUB_IFDS = 254, 255, 330
_KNOWN_COLOURS = {0, 1, 2, 3, 5, 6, 8}  # not a mask's, nor those of raw data of cameras and the like


@dataclass(frozen=True)
class Directory:
    """One picture of a TIFF: where its directory is, and its tags by number."""

    offset: int
    tags: TiffImagePlugin.ImageFileDirectory_v2

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as stored; raises KeyError or TypeError where a tag is missing or no number."""
        return int(self.tags[TiffImagePlugin.IMAGEWIDTH]), int(self.tags[TiffImagePlugin.IMAGELENGTH])

    @property
    def is_mask(self) -> bool:
        """Whether it says which part of another picture is seen, or is otherwise nothing to look at."""
        colours = self._numbers(TiffImagePlugin.PHOTOMETRIC_INTERPRETATION, 0)[0]
        return bool(self._numbers(_SUBFILE, 0)[0] & _MASK) or colours not in _KNOWN_COLOURS

    @property
    def is_reduced(self) -> bool:
        """Whether it is a smaller version of another picture."""
        old = self._numbers(_OLD_SUBFILE, 0)[0] == _OLD_REDUCED
        return bool(self._numbers(_SUBFILE, 0)[0] & _REDUCED) or old

    @property
    def is_deep(self) -> bool:
        """Whether its numbers are others than whole ones of 8 bits."""
        bits = self._numbers(TiffImagePlugin.BITSPERSAMPLE, 1)
        kinds = self._numbers(TiffImagePlugin.SAMPLEFORMAT, _UNSIGNED)
        return max(bits) > _MOST_BITS_FOR_PILLOW or any(kind != _UNSIGNED for kind in kinds)

    @property
    def within(self) -> tuple[int, ...]:
        """Where the directories of other versions of this picture are."""
        return self._numbers(_SUB_IFDS, 0)

    def _numbers(self, tag: int, usual: int) -> tuple[int, ...]:
        value = self.tags.get(tag, usual)
        numbers = value if isinstance(value, tuple) else (value,)
        return numbers if numbers and all(isinstance(number, int) for number in numbers) else (usual,)


def main(data: bytes) -> Directory:
    """Return the first picture that is no smaller version and no mask, else the largest smaller version.

    Raises LookupError where there is none, and whatever Pillow raises for a broken directory.
    """
    reduced: list[Directory] = []
    for directory in _directories(data):
        if directory.is_mask:
            continue
        if not directory.is_reduced:
            return directory
        reduced.append(directory)
    return max(reduced, key=lambda directory: directory.size[0] * directory.size[1])


def opened(data: bytes) -> Image.Image:
    """Open the first picture of a TIFF by Pillow. Raises SyntaxError for a kind that it doesn't know."""
    image = TiffImagePlugin.TiffImageFile(BytesIO(data))
    values = image.tag_v2.get(TiffImagePlugin.COLORMAP, ())
    if image.mode in ("P", "PA") and values and max(values) < 256:
        image.palette = ImagePalette.raw("RGB;L", bytes(values))  # it should hold 16 bits, but some programs write 8
    return image


def _directories(data: bytes) -> Iterator[Directory]:
    """Yield the directories one after the other, each before the smaller or larger versions that it names."""
    order, big = _layout(data)
    at, seen = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)[0], set[int]()
    waiting = [at]
    while waiting and len(seen) < _ENOUGH:
        at = waiting.pop()
        if not at or at in seen or at >= len(data):
            continue
        seen.add(at)
        file = BytesIO(data)
        file.seek(at)
        tags = TiffImagePlugin.ImageFileDirectory_v2(data[: 16 if big else 8])
        tags.load(file)
        directory = Directory(at, tags)
        waiting += [tags.next, *reversed(directory.within[:_ENOUGH])]
        yield directory


def _layout(data: bytes) -> tuple[str, bool]:
    """Return the order of bytes for `struct`, and whether offsets have 64 bits."""
    order = "<" if data[:2] == b"II" else ">"
    return order, struct.unpack_from(order + "H", data, 2)[0] == 43
