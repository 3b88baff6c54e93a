"""Which picture format some bytes hold, how many pixels they claim, and how they open.

Formats are told by content, never by name. Pillow's plugins are used one by one rather than through `Image.open`:
its own size check warns or raises before ours, and it opens a phone's two-picture JPEG as a format of its own.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    IcoImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from page.pictures import apng, deep, icon, tiff

Size = tuple[int, int]

_ICON, _CURSOR = b"\0\0\1\0", b"\0\0\2\0"
_PNG = b"\x89PNG\r\n\x1a\n"
_DIB_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_PROLOG = (("<?", "?>"), ("<!--", "-->"), ("<!", ">"), ("]", ">"))
_HEAD = 16_384


def _no_claims(data: bytes) -> Iterator[Size]:
    return iter(())


@dataclass(frozen=True)
class Format:
    """One picture format: `open` reads the header and decodes no pixel.

    `claims` yields sizes that `open` would not show, or only after it has taken memory for them.
    """

    name: str
    open: Callable[[bytes], Image.Image]
    claims: Callable[[bytes], Iterator[Size]] = _no_claims


def sniff(data: bytes) -> Format | None:
    """Return the format that the first bytes of a file announce, None for anything that isn't a known picture."""
    for magic, found in _MAGIC.items():
        if data.startswith(magic):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _WEBP
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _DIB_HEADERS:
        return _BMP
    if data.startswith(_CURSOR) and any(data[4:6]):  # how many there are; in a TGA, which begins alike, that is zero
        return _ICO
    if data[4:8] == b"ftyp":
        size = int.from_bytes(data[:4], "big")
        brands = {data[at : at + 4] for at in range(8, min(size, 256), 4)}
        if brands & {b"avif", b"avis"}:
            return _AVIF
        return _HEIC if brands & _HEIC_BRANDS else None
    return None


def is_svg(data: bytes) -> bool:
    """Tell whether a file is an SVG drawing, gzipped or not: its first element is `svg`."""
    if data.startswith(b"\x1f\x8b"):
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, _HEAD)
        except zlib.error:
            return False
    # Without byte order marks and zero bytes, UTF-16 reads like ASCII.
    head = re.sub(rb"^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)|\0", b"", data[:_HEAD])
    text = head.decode("latin-1").lstrip()
    while skipped := next((end for start, end in _PROLOG if text.startswith(start)), None):
        text = text.partition(skipped)[2].lstrip()
    return re.match(r"<([\w.-]+:)?svg[\s/>]", text) is not None


def _open_jpeg(data: bytes) -> Image.Image:
    file = BytesIO(data)
    image = JpegImagePlugin.JpegImageFile(file)
    # A progressive JPEG is decoded only when its end has come, from coefficients that fill 240 MB at 40 megapixels.
    if image.info.get("progressive") and data.find(b"\xff\xd9", file.tell()) < 0:
        raise OSError("the picture is cut off")
    return image


def _open_png(data: bytes) -> Image.Image:
    frame = apng.first_frame(data)
    image = PngImagePlugin.PngImageFile(BytesIO(frame.png if frame else data))
    if not frame or image.size == frame.canvas:
        return image
    canvas = Image.new("RGBA", frame.canvas)
    canvas.paste(image.convert("RGBA"), (frame.left, frame.top))
    canvas.info = image.info
    return canvas


def _png_claims(data: bytes) -> Iterator[Size]:
    """Yield the canvas of a film, of which the first frame may be a part."""
    if data[12:16] == b"IHDR":
        yield struct.unpack_from(">II", data, 16)


def _open_tiff(data: bytes) -> Image.Image:
    directory = tiff.main(data)
    tile = [directory.tags.get(tag, 0) for tag in (TiffImagePlugin.TILEWIDTH, TiffImagePlugin.TILELENGTH)]
    # libtiff takes memory for one whole tile; tiles are multiples of 16, so a small picture may sit in a larger one.
    if any(side > max(directory.size) + 4096 for side in tile):
        raise ValueError(f"tiles of {tile} in a picture of {directory.size}")
    data = tiff.with_first(data, directory.offset)
    first, second = (deep.opened, tiff.opened) if directory.is_deep else (tiff.opened, deep.opened)
    try:
        return first(data)
    except (deep.UnknownKind, SyntaxError):  # the latter is what Pillow calls a kind that it doesn't know
        return second(data)


def _tiff_claims(data: bytes) -> Iterator[Size]:
    yield tiff.main(data).size


def _open_heic(data: bytes) -> Image.Image:
    from pillow_heif import HeifImageFile  # here, since few visitors bring one and its library takes memory

    plugin: Callable[[BytesIO], Image.Image] = HeifImageFile
    return plugin(BytesIO(data))


def _open_ico(data: bytes) -> Image.Image:
    found = _icon(data)
    sizes = [_embedded_size(data, entry.offset) for entry in found.entry]
    depths = [icon.depth(data, entry.offset) for entry in found.entry]
    best = max(range(len(sizes)), key=lambda index: (sizes[index][0] * sizes[index][1], depths[index]))
    return icon.opened(found, data, best)


def _ico_claims(data: bytes) -> Iterator[Size]:
    for entry in _icon(data).entry:
        yield _embedded_size(data, entry.offset)


def _icon(data: bytes) -> IcoImagePlugin.IcoFile:
    """Return the table of an icon, or of a cursor, which differs in one number."""
    return IcoImagePlugin.IcoFile(BytesIO(_ICON + data[4:]))


def _embedded_size(data: bytes, at: int) -> Size:
    """Return the true size of a picture inside an icon, whose own table of sizes ends at 256 pixels."""
    head = data[at : at + 24].ljust(24, b"\0")
    if head.startswith(_PNG):
        width, height = struct.unpack(">II", head[16:24])
    elif head[0] == 12:
        width, height = struct.unpack("<HH", head[4:8])
        height //= 2
    else:
        width, height = struct.unpack("<ii", head[4:12])
        width, height = abs(width), abs(height) // 2
    return width, height


def _gif_claims(data: bytes) -> Iterator[Size]:
    """Yield the canvas, grown to hold the first frame where that reaches beyond."""
    across, down = struct.unpack_from("<HH", data, 6)
    at = 13 + (6 << (data[10] & 7) if data[10] & 0x80 else 0)
    while data[at] not in b",;":
        if data[at] == ord("!"):
            at += 2
            while data[at]:
                at += data[at] + 1
        at += 1
    if data[at] == ord(","):
        left, top, width, height = struct.unpack_from("<4H", data, at + 1)
        across, down = max(across, left + width), max(down, top + height)
    yield across, down


def _heif_claims(data: bytes) -> Iterator[Size]:
    """Yield every size in an AVIF or HEIC file: what is decoded may be larger than what a crop leaves of it."""
    for found in re.finditer(rb"ispe\0\0\0\0(.{8})", data, re.DOTALL):
        yield struct.unpack(">II", found[1])


def _opener(plugin: Callable[[BytesIO], Image.Image]) -> Callable[[bytes], Image.Image]:
    return lambda data: plugin(BytesIO(data))


_WEBP = Format("WebP", _opener(WebPImagePlugin.WebPImageFile))
_BMP = Format("BMP", _opener(BmpImagePlugin.BmpImageFile))
_AVIF = Format("AVIF", _opener(AvifImagePlugin.AvifImageFile), _heif_claims)
_HEIC = Format("HEIC", _open_heic, _heif_claims)
_GIF = Format("GIF", _opener(GifImagePlugin.GifImageFile), _gif_claims)
_TIFF = Format("TIFF", _open_tiff, _tiff_claims)
_ICO = Format("ICO", _open_ico, _ico_claims)
_MAGIC = {
    b"\xff\xd8\xff": Format("JPEG", _open_jpeg),
    _PNG: Format("PNG", _open_png, _png_claims),
    b"GIF87a": _GIF,
    b"GIF89a": _GIF,
    b"II*\0": _TIFF,
    b"MM\0*": _TIFF,
    b"II+\0": _TIFF,
    b"MM\0+": _TIFF,
    _ICON: _ICO,
}
