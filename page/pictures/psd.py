"""Photoshop's files before they are opened: the picture that all layers make together, and its colour profile."""

import struct
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, PsdImagePlugin

from page.pictures.bare import Bare, OtherKind, at_most

SIGNATURE = b"8BPS"

_HEAD = ">4sH6sHIIHH"
_HEAD_BYTES = 26
_ICC, _RESOURCE = 1039, b"8BIM"
_RGB = 3
_LONGEST_SIDE = 30_000  # of the format
_COLOURS = {0: 1, 1: 1, 2: 1, 3: 3, 4: 4, 8: 1, 9: 3}  # channels, by what they mean
_PACKED = 1


def bare(data: bytes) -> Bare:
    """Return a file of one picture without layers and notes.

    Raises OtherKind for large documents, 16 or 32 bits and separate inks, ValueError or struct.error for damage.
    """
    _, version, _, channels, height, width, depth, meaning = struct.unpack_from(_HEAD, data)
    if version != 1 or depth not in (1, 8) or meaning not in _COLOURS:
        raise OtherKind(kind="PSB" if version == 2 else f"PSD ({depth} bit)")
    if not 0 < width <= _LONGEST_SIDE or not 0 < height <= _LONGEST_SIDE:
        raise ValueError("a size that the format doesn't have")
    palette, at = _section(data, _HEAD_BYTES)
    resources, at = _section(data, at)
    layers, at = _section(data, at)
    clear = meaning == _RGB and channels > 3 and _first_is_clear(layers)
    wanted = 4 if clear else _COLOURS[meaning]
    head = struct.pack(_HEAD, SIGNATURE, 1, bytes(6), wanted, height, width, depth, meaning)
    pixels = _channels(data, at, wanted, channels, height)
    body = struct.pack(">I", len(palette)) + palette + bytes(8) + pixels
    return Bare(head + body, profile=_profile(resources), sizes=((width, height),))


def open_bare(bare: Bare) -> Image.Image:
    """Open the header."""
    return PsdImagePlugin.PsdImageFile(BytesIO(bare.data))


def _section(data: bytes, at: int) -> tuple[bytes, int]:
    (length,) = struct.unpack_from(">I", data, at)
    return data[at + 4 : at + 4 + length], at + 4 + length


def _first_is_clear(layers: bytes) -> bool:
    """Tell whether the channel after the colours is what is clear, and not something that a person selected."""
    return len(layers) >= 6 and struct.unpack_from(">h", layers, 4)[0] < 0


def _channels(data: bytes, at: int, wanted: int, channels: int, height: int) -> bytes:
    """Return the first channels. Packed ones come behind a table of the lengths of all rows of all channels."""
    (packing,) = struct.unpack_from(">H", data, at)
    start = at + 2
    if packing != _PACKED:
        return data[at:]
    return data[at : start + 2 * height * wanted] + data[start + 2 * height * channels :]


def _profile(resources: bytes) -> bytes | None:
    return next((content for number, content in at_most(_resources(resources)) if number == _ICC), None)


def _resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while data[at : at + 4] == _RESOURCE and at + 7 <= len(data):
        (number,) = struct.unpack_from(">H", data, at + 4)
        at += 6 + (data[at + 6] + 2) // 2 * 2
        length = int.from_bytes(data[at : at + 4])
        yield number, data[at + 4 : at + 4 + length]
        at += 4 + length + length % 2
