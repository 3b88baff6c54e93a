"""PNG before it is opened: every chunk is looked at, and what is damaged beside the picture is left out.

What counts is what browsers go by: of several chunks of one name the first before the pixels, and none with a wrong
checksum. Only the notes may come behind the pixels as well, where some programs put them.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

from page.pictures import orientation
from page.pictures.bare import LONGEST_PROFILE, MOST_PARTS, Bare, CostlyPicture

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_CRITICAL = 0x20  # this bit of a name is not set where the chunk is no mere note


def _of_length(length: int) -> Callable[[bytes], bool]:
    return lambda body: len(body) == length


# What is wanted beside the pixels, and when it is whole. All else is notes.
_WANTED = MappingProxyType(
    {
        b"gAMA": _of_length(4),
        b"cHRM": _of_length(32),
        b"sRGB": lambda body: len(body) == 1 and body[0] < 4,
        b"cICP": _of_length(4),
        b"mDCV": _of_length(24),
        b"cLLI": _of_length(8),
        b"acTL": lambda body: len(body) == 8 and any(body[:4]),
        b"fcTL": _of_length(26),
        b"tRNS": bool,
        b"iCCP": bool,
        b"eXIf": bool,
    }
)
_SHORTEST_CLEAR = {0: 2, 2: 6, 3: 1}  # bytes of a tRNS chunk, by the kind of colours


@dataclass
class _Sorted:
    """A file's chunks: those before the pixels by name, the pixels, and what a first frame behind them is made of."""

    before: dict[bytes, bytes] = field(default_factory=dict)
    pixels: list[bytes] = field(default_factory=list)
    frame: list[tuple[bytes, bytes]] = field(default_factory=list)


def bare(data: bytes) -> Bare:
    """Return a PNG of the chunks that its picture, or where it moves its first frame, is made of.

    Raises ValueError where something is damaged that is needed, and CostlyPicture for more than 1,000 chunks; pixels
    may come in any number of chunks.
    """
    chunks = _sorted(data)
    profile = _profile(chunks.before.pop(b"iCCP", b""))
    notes = chunks.before.pop(b"eXIf", b"")
    if len(chunks.before.get(b"tRNS", b"")) < _SHORTEST_CLEAR.get(chunks.before[b"IHDR"][9], 0):
        chunks.before.pop(b"tRNS", None)
    if b"acTL" not in chunks.before:
        chunks.before.pop(b"fcTL", None)
        chunks.frame.clear()
    parts = [*chunks.before.items(), (b"IDAT", b"".join(chunks.pixels)), *chunks.frame, (b"IEND", b"")]
    width, height = struct.unpack_from(">II", chunks.before[b"IHDR"])
    whole = SIGNATURE + b"".join(map(_written, parts))
    return Bare(whole, orientation.read(notes), profile, ((width, height),))


def _sorted(data: bytes) -> _Sorted:
    found = _Sorted()
    others = 0
    for kind, body, sound in _chunks(data, found):
        if kind == b"IDAT":
            found.pixels.append(body)
            continue
        others += kind != b"fdAT"
        if others > MOST_PARTS:
            raise CostlyPicture()
        if not found.pixels:
            _take(found, kind, body, sound)
        elif kind == b"fcTL" and (found.frame or b"fcTL" in found.before):
            break  # the second frame
        elif kind in (b"fcTL", b"fdAT") and sound and b"fcTL" not in found.before:
            found.frame.append((kind, body))
        elif kind == b"eXIf" and sound:
            found.before.setdefault(kind, body)
        elif kind == b"IEND":
            break
    if not found.pixels:
        raise ValueError("no pixels")
    return found


def _take(found: _Sorted, kind: bytes, body: bytes, sound: bool) -> None:
    """Keep a chunk before the pixels, or leave it out. Raises ValueError where the picture can't do without it."""
    if (kind == b"IHDR") == bool(found.before):
        raise ValueError("the header is not the first chunk, or comes twice")
    if kind in (b"IHDR", b"PLTE"):
        if not sound or kind in found.before or (kind == b"IHDR" and len(body) != 13):
            raise ValueError(f"{kind!r} is damaged")
        found.before[kind] = body
    elif not kind[0] & _CRITICAL:
        raise ValueError(f"{kind!r} is unknown, and needed")
    elif sound and kind in _WANTED and _WANTED[kind](body):
        found.before.setdefault(kind, body)


def _chunks(data: bytes, found: _Sorted) -> Iterator[tuple[bytes, bytes, bool]]:
    """Yield name, content, and whether the checksum is right. Pixels that are cut off come as far as they go."""
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data) and not (found.pixels or kind == b"IDAT"):
            raise ValueError(f"{kind!r} is cut off")
        body = data[at + 8 : end]
        # The pixels have a checksum of their own, and a wrong one here is overlooked by browsers as well.
        sound = kind == b"IDAT" or struct.pack(">I", zlib.crc32(body, zlib.crc32(kind))) == data[end : end + 4]
        yield kind, body, sound
        at = end + 4


def _profile(body: bytes) -> bytes | None:
    """Return an ICC profile of at most 8 MiB, however small it was packed; None if it can't be unpacked."""
    name, _, packed = body.partition(b"\0")
    if not 0 < len(name) < 80 or packed[:1] != b"\0":
        return None
    try:
        profile = zlib.decompressobj().decompress(packed[1:], LONGEST_PROFILE)
    except zlib.error:
        return None
    length = int.from_bytes(profile[:4])
    return profile[:length] if 0 < length <= len(profile) else None


def _written(chunk: tuple[bytes, bytes]) -> bytes:
    kind, body = chunk
    return b"".join((struct.pack(">I", len(body)), kind, body, struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))))
