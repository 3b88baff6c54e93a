"""WebP before it is opened: its picture or its first frame is left."""

import struct
from collections.abc import Iterator
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, WebPImagePlugin

from page.pictures import orientation
from page.pictures.bare import Bare, CostlyPicture, Size, at_most

Chunk = tuple[bytes, bytes]

_EXTENDED, _MOVES, _ALPHA = b"VP8X", 0x02, 0x10
_PIXELS = (b"VP8 ", b"VP8L")
_FRAME, _FRAME_HEAD = b"ANMF", 16
_EXIF = b"Exif\0\0"
_LARGEST_CANVAS = 16_000_000  # pixels, each of which takes sixteen bytes where the first frame doesn't fill it
_SILENT = 0


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
        pixels = _picture(chunks)
        return Bare(_file(pixels), orientation.read(notes), sizes=(_coded_size(*pixels[-1]),))
    canvas = _size(head, 4)
    flags = head[0] & (_ALPHA | _MOVES)
    frame = chunks.get(_FRAME, b"")
    size = canvas
    if not flags & _MOVES:
        pixels = _picture(chunks)
        size = _coded_size(*pixels[-1])
    elif frame[:6] == bytes(6) and _size(frame, 6) == canvas:
        flags &= ~_MOVES
        pixels = _picture(dict(_chunks(frame, _FRAME_HEAD)))
    else:
        pixels = [(b"ANIM", chunks.get(b"ANIM", bytes(6))), (_FRAME, frame)]
    whole = [(_EXTENDED, bytes((flags,)) + head[1:10]), *pixels]
    return Bare(_file(whole), orientation.read(notes), chunks.get(b"ICCP"), (canvas, size))


def open_bare(bare: Bare) -> Image.Image:
    """Open a WebP that moves, decode one that stands still: Pillow would take five times its memory.

    Raises ValueError where it is damaged, CostlyPicture for a large canvas that the first frame doesn't fill.
    """
    width, height = bare.sizes[0]
    if bare.data[12:16] == _EXTENDED and bare.data[20] & _MOVES:
        if width * height > _LARGEST_CANVAS:
            raise CostlyPicture()
        return WebPImagePlugin.WebPImageFile(BytesIO(bare.data))
    cv2.utils.logging.setLogLevel(_SILENT)
    pixels = cv2.imdecode(np.frombuffer(bare.data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.shape[1::-1] != (width, height):
        raise ValueError("damaged")
    if pixels.shape[2] == 3:
        return Image.frombuffer("RGB", (width, height), pixels, "raw", "BGR", 0, 1)
    cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA, dst=pixels)
    return Image.frombuffer("RGBA", (width, height), pixels, "raw", "RGBA", 0, 1)


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


def _coded_size(name: bytes, pixels: bytes) -> Size:
    """Return the size that the pixels themselves tell."""
    if name == b"VP8L":
        bits = int.from_bytes(pixels[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", pixels, 6)
    return width & 0x3FFF, height & 0x3FFF


def _size(head: bytes, at: int) -> Size:
    return 1 + int.from_bytes(head[at : at + 3], "little"), 1 + int.from_bytes(head[at + 3 : at + 6], "little")


def _file(chunks: list[Chunk]) -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2) for name, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
