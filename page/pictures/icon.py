"""The bitmap inside a Windows icon or cursor: how many bits it has, and whether its mask or its alpha counts."""

import struct

from PIL import BmpImagePlugin, IcoImagePlugin, Image

_PNG = b"\x89PNG\r\n\x1a\n"


def opened(icon: IcoImagePlugin.IcoFile, data: bytes, index: int) -> Image.Image:
    """Return one picture of an icon, clear where it should be; raises what Pillow raises for a broken one.

    The icon's table can't be trusted with the depth: many programs leave it out, and a cursor has its hot spot there.
    An alpha that is 0 everywhere means that the mask counts, as it did before there was alpha.
    """
    entry = icon.entry[index]
    bits, pixels, mask = _layout(data, entry.offset)
    alpha = bits == 32 and data[pixels + 3 : mask : 4].strip(b"\0") != b""
    icon.entry[index] = entry._replace(bpp=32 if alpha else min(bits, 24))
    if bits and not alpha and mask + _mask_bytes(data, entry.offset) > entry.offset + entry.size:
        return _without_mask(icon, entry.offset)
    return icon.frame(index)


def depth(data: bytes, at: int) -> int:
    """Return the bits of a pixel of the picture at a place, 32 for a PNG: of two of one size the deeper is better."""
    return _layout(data, at)[0] or 32


def _layout(data: bytes, at: int) -> tuple[int, int, int]:
    """Return bits, start and end of a bitmap's pixels; zeros for a PNG, which brings an alpha of its own."""
    head = data[at : at + 40].ljust(40, b"\0")
    if head.startswith(_PNG):
        return 0, 0, 0
    size, width, height = struct.unpack_from("<Iii", head)
    bits, compression = struct.unpack_from("<HI", head, 14)
    colours = struct.unpack_from("<I", head, 32)[0] or (1 << bits if bits <= 8 else 0)
    start = at + size + 4 * min(colours, 256) + (12 if compression == 3 and size == 40 else 0)
    return bits, start, start + (width * bits + 31) // 32 * 4 * (abs(height) // 2)


def _mask_bytes(data: bytes, at: int) -> int:
    width, height = struct.unpack_from("<ii", data, at + 4)
    count: int = (width + 31) // 32 * 4 * (abs(height) // 2)
    return count


def _without_mask(icon: IcoImagePlugin.IcoFile, at: int) -> Image.Image:
    icon.buf.seek(at)
    image = BmpImagePlugin.DibImageFile(icon.buf)
    image._size = (image.width, image.height // 2)
    image.tile = [image.tile[0]._replace(extents=(0, 0, *image.size))]
    return image
