"""WebP before it is opened: its picture or its first frame is left, and its colour profile."""

import struct
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, WebPImagePlugin

from page.pictures import orientation
from page.pictures.bare import Bare, Size, at_most

Chunk = tuple[bytes, bytes]

_EXTENDED, _MOVES, _ALPHA, _HAS_PROFILE = b"VP8X", 0x02, 0x10, 0x20
_PIXELS = (b"VP8 ", b"VP8L")
_FRAME, _FRAME_HEAD = b"ANMF", 16
_EXIF = b"Exif\0\0"


def bare(data: bytes) -> Bare:
    """Return a WebP without notes and with one frame, which stands still if it fills the canvas.

    Raises ValueError where the picture is cut off, CostlyPicture for more than 1,000 chunks.
    """
    chunks: dict[bytes, bytes] = {}
    for name, content in at_most(_beside_later_frames(data)):
        chunks.setdefault(name, content)
    head = chunks.get(_EXTENDED, b"")
    notes = chunks.get(b"EXIF", b"").removeprefix(_EXIF)
    if len(head) < 10:
        return Bare(_file(_picture(chunks)), orientation.read(notes))
    canvas = _size(head, 4)
    flags = head[0] & (_ALPHA | _HAS_PROFILE | _MOVES)
    profile = [(b"ICCP", chunks[b"ICCP"])] if b"ICCP" in chunks else []
    if not profile:
        flags &= ~_HAS_PROFILE
    frame = chunks.get(_FRAME, b"")
    if not flags & _MOVES:
        pixels = _picture(chunks)
    elif frame[:6] == bytes(6) and _size(frame, 6) == canvas:
        flags &= ~_MOVES
        pixels = _picture(dict(_chunks(frame, _FRAME_HEAD)))
    else:
        pixels = [(b"ANIM", chunks.get(b"ANIM", bytes(6))), (_FRAME, frame)]
    whole = [(_EXTENDED, bytes((flags,)) + head[1:10]), *profile, *pixels]
    return Bare(_file(whole), orientation.read(notes), None, (canvas,))


def open_bare(bare: Bare) -> Image.Image:
    """Open a WebP's header."""
    return WebPImagePlugin.WebPImageFile(BytesIO(bare.data))


def _beside_later_frames(data: bytes) -> Iterator[Chunk]:
    frames = 0
    for name, content in _chunks(data, 12):
        frames += name == _FRAME
        if name != _FRAME or frames == 1:
            yield name, content


def _chunks(data: bytes, at: int) -> Iterator[Chunk]:
    """Yield name and content of each chunk that is whole."""
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length
        if end > len(data):
            return
        yield name, data[at + 8 : end]
        at = end + length % 2


def _picture(chunks: dict[bytes, bytes]) -> list[Chunk]:
    pixels = [(name, chunks[name]) for name in _PIXELS if name in chunks][:1]
    if not pixels:
        raise ValueError("the picture is cut off")
    return ([(b"ALPH", chunks[b"ALPH"])] if b"ALPH" in chunks else []) + pixels


def _size(head: bytes, at: int) -> Size:
    return 1 + int.from_bytes(head[at : at + 3], "little"), 1 + int.from_bytes(head[at + 3 : at + 6], "little")


def _file(chunks: list[Chunk]) -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2) for name, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
