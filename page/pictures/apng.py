"""PNGs that move and whose plain picture is not part of the film: players show the first frame instead."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = 33  # bytes up to the end of IHDR
_FILM = (b"acTL", b"fcTL", b"fdAT")


@dataclass(frozen=True)
class Frame:
    """The first frame as a PNG of its own, the size of the canvas, and where on it the frame's top left corner is."""

    png: bytes
    canvas: tuple[int, int]
    left: int
    top: int


def first_frame(data: bytes) -> Frame | None:
    """Return the first frame of a PNG's film, None where the plain picture is that frame or there is no film."""
    before: list[bytes] = []
    pixels: list[bytes] = []
    control = b""
    after_plain = False
    for kind, at, end in _chunks(data):
        if kind == b"fcTL" and not after_plain:
            return None
        if kind == b"fcTL" and control:
            break
        if kind == b"fcTL":
            control = data[at:end]
        elif kind == b"fdAT" and control:
            pixels.append(data[at + 4 : end])
        elif kind == b"IDAT":
            if not after_plain and b"acTL" not in (chunk[4:8] for chunk in before):
                return None
            after_plain = True
        elif not after_plain:
            before.append(data[at - 8 : end + 4])
    if not pixels or len(control) != 26:
        return None
    width, height, left, top = struct.unpack_from(">4I", control, 4)
    across, down = struct.unpack_from(">2I", data, 16)
    if not (0 < width <= across - left and 0 < height <= down - top):
        return None
    header = struct.pack(">2I", width, height) + data[24:29]
    kept = [chunk for chunk in before if chunk[4:8] not in _FILM]
    parts = [_chunk(b"IHDR", header), *kept, _chunk(b"IDAT", b"".join(pixels)), _chunk(b"IEND", b"")]
    return Frame(data[:8] + b"".join(parts), (across, down), left, top)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of each chunk's content after IHDR."""
    at = _HEADER
    while at + 12 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if kind == b"IEND":
            return
        yield kind, at + 8, at + 8 + length
        at += 12 + length


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
