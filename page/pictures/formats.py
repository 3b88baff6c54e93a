"""Which picture format some bytes hold, how many pixels they claim, and how they open.

Formats are told by content, never by name. Pillow's plugins are used one by one rather than through `Image.open`:
its own size check warns or raises before ours, and it opens a phone's two-picture JPEG as a format of its own.
"""

import math
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import AvifImagePlugin, IcoImagePlugin, Image, PngImagePlugin

from page.pictures import (
    apng,
    bmp,
    boxes,
    deep,
    directories,
    gif,
    icon,
    icons,
    jpeg,
    jpeg2000,
    png,
    pnm,
    psd,
    raw,
    tga,
    tiff,
    webp,
)
from page.pictures.bare import Bare

_ICON, _CURSOR = b"\0\0\1\0", b"\0\0\2\0"
_DIB_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_PROLOG = (("<?", "?>"), ("<!--", "-->"), ("<!", ">"), ("]", ">"))
_HEAD = 16_384


@dataclass(frozen=True)
class Format:
    """One picture format.

    `bare` leaves of a file what its picture needs, and tells what it claims; `open` reads the header of what is left
    and decodes as few pixels as it can. `pixels` is how many it may have at most, where its decoder takes more memory
    for each than others.
    """

    name: str
    open: Callable[[Bare], Image.Image]
    bare: Callable[[bytes], Bare]
    pixels: float = math.inf


def sniff(data: bytes) -> Format | None:
    """Return the format that the first bytes of a file announce, None for anything that isn't a known picture."""
    for magic, found in _MAGIC.items():
        if data.startswith(magic):
            return _RAW if found is _TIFF and raw.is_raw(data) else found
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
    if pnm.is_map(data):
        return _PNM
    return _TGA if tga.is_tga(data) else None


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


def _open_png(bare: Bare) -> Image.Image:
    frame = apng.first_frame(bare.data)
    image = PngImagePlugin.PngImageFile(BytesIO(frame.png if frame else bare.data))
    if not frame or image.size == frame.canvas:
        return image
    canvas = Image.new("RGBA", frame.canvas)
    canvas.paste(image.convert("RGBA"), (frame.left, frame.top))
    canvas.info = image.info
    return canvas


def _open_tiff(bare: Bare) -> Image.Image:
    directories.check_pieces(bare.data)
    directory = tiff.main(bare.data)
    first, second = (deep.opened, tiff.opened) if directory.is_deep else (tiff.opened, deep.opened)
    try:
        return first(bare.data)
    except (deep.UnknownKind, SyntaxError):  # the latter is what Pillow calls a kind that it doesn't know
        return second(bare.data)


def _open_ico(bare: Bare) -> Image.Image:
    return icon.opened(_icon(bare.data), bare.data, 0)


def _icon(data: bytes) -> IcoImagePlugin.IcoFile:
    """Return the table of an icon, or of a cursor, which differs in one number."""
    return IcoImagePlugin.IcoFile(BytesIO(_ICON + data[4:]))


def _open_avif(bare: Bare) -> Image.Image:
    return AvifImagePlugin.AvifImageFile(BytesIO(bare.data))


def _open_heic(bare: Bare) -> Image.Image:
    from pillow_heif import HeifImageFile  # here, since few visitors bring one and its library takes memory

    plugin: Callable[[BytesIO], Image.Image] = HeifImageFile
    return plugin(BytesIO(bare.data))


_WEBP = Format("WebP", webp.open_bare, webp.bare)
_BMP = Format("BMP", bmp.open_bare, bmp.bare)
_AVIF = Format("AVIF", _open_avif, boxes.bare, pixels=30_000_000)
_HEIC = Format("HEIC", _open_heic, boxes.bare)
_GIF = Format("GIF", gif.open_bare, gif.bare)
_TIFF = Format("TIFF", _open_tiff, directories.bare)
_ICO = Format("ICO", _open_ico, icons.bare)
_RAW = Format("raw", jpeg.open_bare, raw.bare)
_PNM = Format("PNM", pnm.open_bare, pnm.bare)
_TGA = Format("TGA", tga.open_bare, tga.bare)
_JPEG2000 = Format("JPEG 2000", jpeg2000.open_bare, jpeg2000.bare, pixels=12_000_000)
_MAGIC = {
    b"\xff\xd8\xff": Format("JPEG", jpeg.open_bare, jpeg.bare),
    png.SIGNATURE: Format("PNG", _open_png, png.bare),
    b"GIF87a": _GIF,
    b"GIF89a": _GIF,
    b"II*\0": _TIFF,
    b"MM\0*": _TIFF,
    b"II+\0": _TIFF,
    b"MM\0+": _TIFF,
    jpeg2000.BOXES: _JPEG2000,
    jpeg2000.STREAM: _JPEG2000,
    psd.SIGNATURE: Format("PSD", psd.open_bare, psd.bare),
    _ICON: _ICO,
}
