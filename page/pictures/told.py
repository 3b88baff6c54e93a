"""What a picture file says about its own colours, in the order in which browsers believe it."""

import struct
import zlib
from collections.abc import Iterator
from typing import Literal

from PIL import Image

from page.pictures.spaces import BT709, SRGB, VIDEO, HdrSpace, Space, exact, likely, power

Source = bytes | Space | HdrSpace
"""An ICC profile, or a space by its numbers."""

Kind = Literal["grey", "colours", "inks"]

_PNG = b"\x89PNG"
_ENOUGH = 1000  # chunks or boxes that are looked at
_EMBEDDED = b"DEBM"  # of the fifth kind of a BMP's header: an ICC profile behind the pixels
_MOST_TAGS = 100  # of a profile
_USUAL_GAMMA = 1 / 2.2
_HDR_NITS = 10_000  # PNG and HEIF count light in this part of a cd/m²


def told(data: bytes, image: Image.Image) -> Iterator[Source]:
    """Yield what a file of any format says of its colours, the most binding first; nothing where it says nothing.

    A source that can't be used is passed over for the next one, as browsers do.
    """
    icc = image.info.get("icc_profile")
    if data.startswith(_PNG):
        yield from _png(data, icc)
    elif icc:
        yield from _profile(icc)
    elif data[4:8] == b"ftyp":
        yield from _heif(data)
    elif data.startswith(b"BM") and data[70:74] == _EMBEDDED:
        start, size = struct.unpack_from("<II", data, 126)
        yield from _profile(data[14 + start : 14 + start + size])


def _profile(icc: bytes, peak: float | None = None) -> Iterator[Source]:
    """Yield a profile, before it the numbers of H.273 that it may bring along (ICC.1:2022, 9.2.17): HDR needs them."""
    table = icc[132 : 132 + 12 * min(int.from_bytes(icc[128:132]), _MOST_TAGS)]
    for name, at, _ in struct.iter_unpack(">4sII", table[: len(table) // 12 * 12]):
        if name == b"cicp" and at + 12 <= len(icc):
            space = exact(icc[at + 8], 13 if icc[at + 9] in VIDEO else icc[at + 9], peak)
            if space:
                yield space
    yield icc


def kind(data: bytes, image: Image.Image) -> Kind:
    """Return what an opened picture is made of, which decides what profiles are meant for it.

    Pillow opens 16-bit grey with alpha and grey AVIF in colours.
    """
    if image.mode == "CMYK":
        return "inks"
    grey = image.mode[0] in "1LIF" and image.mode != "LAB"
    return "grey" if grey or image.format == "AVIF" or (data.startswith(_PNG) and data[25] == 4) else "colours"


def _png(data: bytes, icc: bytes | None) -> Iterator[Source]:
    """cICP before iCCP before sRGB before gAMA with cHRM (PNG, third edition, 4.3)."""
    chunks = _chunks(data)
    primaries, transfer, matrix, full = chunks.get(b"cICP", bytes(4))
    space = exact(primaries, transfer, _png_peak(chunks))
    if space and matrix == 0 and full == 1:
        yield space
    if icc:
        yield from _profile(icc, _png_peak(chunks))
    if b"sRGB" in chunks:
        yield SRGB
        return
    gamma = int.from_bytes(chunks.get(b"gAMA", b"")) / 100_000
    if gamma and b"cHRM" in chunks:
        white_x, white_y, *others = (value / 100_000 for value in struct.unpack(">8I", chunks[b"cHRM"]))
        red_x, red_y, green_x, green_y, blue_x, blue_y = others
        yield Space((red_x, red_y, green_x, green_y, blue_x, blue_y, white_x, white_y), power(1 / gamma))
    elif gamma and abs(gamma / _USUAL_GAMMA - 1) > 0.05:
        yield Space(BT709, power(1 / gamma))


_LENGTHS = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32, b"cLLI": 8, b"mDCV": 24}


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """Return the whole and undamaged chunks about colour before the pixels, of each kind the first."""
    found: dict[bytes, bytes] = {}
    at = 8
    for _ in range(_ENOUGH):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if kind in (b"IDAT", b"IEND", b""):
            break
        if _LENGTHS.get(kind) == length:
            value, checksum = data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
            if zlib.crc32(kind + value) == int.from_bytes(checksum):
                found.setdefault(kind, value)
        at += 12 + length
    return found


def _png_peak(chunks: dict[bytes, bytes]) -> float | None:
    """Return the brightest light in cd/m²: of the content where that is told, else of the screen it was made on."""
    content = int.from_bytes(chunks.get(b"cLLI", b"")[:4])
    screen = int.from_bytes(chunks.get(b"mDCV", b"")[16:20])
    return (content or screen) / _HDR_NITS or None


def _heif(data: bytes) -> Iterator[Source]:
    """Yield the space of the primary picture of an AVIF or HEIC file that has no ICC profile."""
    primaries = transfer = content = screen = 0
    for kind, value in _primary_properties(data):
        if kind == b"colr" and value[:4] == b"nclx" and len(value) >= 8:
            primaries, transfer = struct.unpack_from(">HH", value, 4)
        elif kind == b"clli":
            content = int.from_bytes(value[:2])
        elif kind == b"mdcv":
            screen = int.from_bytes(value[16:20])
    space = likely(primaries, transfer, content or screen / _HDR_NITS or None)
    if space != SRGB:
        yield space


def _primary_properties(data: bytes) -> list[tuple[bytes, bytes]]:
    """Return kind and content of the properties of the primary picture (ISO/IEC 23008-12, 9.3), none if damaged."""
    try:
        meta = _box(data, b"meta")[4:]
        first = _box(meta, b"pitm")
        primary = int.from_bytes(first[4:8] if first[0] else first[4:6])
        iprp = _box(meta, b"iprp")
        properties = list(_boxes(_box(iprp, b"ipco")))
        return [properties[index - 1] for index in _associated(_box(iprp, b"ipma"), primary) if index]
    except (IndexError, LookupError, struct.error):
        return []


def _associated(ipma: bytes, item: int) -> list[int]:
    """Return which properties belong to an item, counted from 1."""
    wide_ids, wide_indices = ipma[0] > 0, ipma[3] & 1
    at, id_size, index_size = 8, 4 if wide_ids else 2, 2 if wide_indices else 1
    for _ in range(min(int.from_bytes(ipma[4:8]), 100 * _ENOUGH)):
        number, count = int.from_bytes(ipma[at : at + id_size]), ipma[at + id_size]
        at += id_size + 1
        if number == item:
            mask = 0x7FFF if wide_indices else 0x7F
            starts = range(at, at + count * index_size, index_size)
            return [int.from_bytes(ipma[start : start + index_size]) & mask for start in starts]
        at += count * index_size
    return []


def _box(data: bytes, kind: bytes) -> bytes:
    return next((value for found, value in _boxes(data) if found == kind), b"")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of the boxes in some bytes (ISO/IEC 14496-12, 4.2)."""
    at = 0
    for _ in range(_ENOUGH):
        if at + 8 > len(data):
            return
        size, kind, head = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16]), 16
        end = at + size if size else len(data)
        if end < at + head or end > len(data):
            return
        yield kind, data[at + head : end]
        at = end
