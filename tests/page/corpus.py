"""Picture files made in memory: one of every kind that is taken, and one of every kind that is refused.

Taken ones show four quadrants (red, green, blue, yellow from the top left, clockwise: red, green, yellow, blue) or one
plain colour. Nothing comes from outside, so that other tests can send the same files through a real server.
"""

import gzip
import io
import struct
import zlib
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

Colour = tuple[int, int, int]

RED, GREEN, BLUE, YELLOW = (220, 30, 40), (20, 170, 60), (30, 60, 200), (240, 220, 50)
WHITE, GREY = (255, 255, 255), (128, 128, 128)
QUADRANTS = (RED, GREEN, BLUE, YELLOW)
SIZE = (96, 64)
ORIENTATION = 0x0112


@dataclass(frozen=True)
class Taken:
    """A file that is taken: the size it gets, its colours (top left, top right, bottom left, bottom right)."""

    data: bytes = field(repr=False)
    suffix: str
    colours: tuple[Colour, Colour, Colour, Colour] = QUADRANTS
    size: tuple[int, int] = SIZE
    tolerance: int = 2


@dataclass(frozen=True)
class Refused:
    """A file that is refused: the key of its problem."""

    data: bytes = field(repr=False)
    suffix: str
    key: str


def quadrants(size: tuple[int, int] = SIZE) -> Image.Image:
    """RGB picture of four plain quadrants."""
    width, height = size
    image = Image.new("RGB", size, RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(YELLOW, (width // 2, height // 2, width, height))
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of `image` in one of Pillow's formats, or HEIC."""
    file = io.BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(image).save(file, **options)
    else:
        image.copy().save(file, kind, **options)  # saving as one format leaves settings that break the next
    return file.getvalue()


def png(size: tuple[int, int], rows: bytes, depth: int, colour: int, *chunks: bytes) -> bytes:
    """A PNG by hand: unfiltered `rows` (without filter bytes), with `chunks` before the pixels."""
    stride = len(rows) // size[1]
    raw = b"".join(b"\0" + rows[at : at + stride] for at in range(0, len(rows), stride))
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0)
    return _png(header, zlib.compress(raw), *chunks)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A valid black RGB PNG of any size, about a thousandth of its pixels in bytes, made without the pixels."""
    count = height * (3 * width + 1)
    packer = zlib.compressobj(9, wbits=-15)
    piece = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(bytes(count % (1 << 20))) + packer.flush()
    checksum = struct.pack(">HH", count % 65521, 1)  # Adler-32 of zeros
    pixels = b"\x78\xda" + piece * (count >> 20) + last + checksum
    return _png(struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0), pixels)


def _png(header: bytes, pixels: bytes, *chunks: bytes) -> bytes:
    parts = chunk(b"IHDR", header), *chunks, chunk(b"IDAT", pixels), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def icon(*pictures: bytes) -> bytes:
    """An ICO file around whole PNG pictures, each of which the table calls 16 by 16."""
    at, table, body = 6 + 16 * len(pictures), b"", b""
    for data in pictures:
        table += struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, len(data), at + len(body))
        body += data
    return struct.pack("<HHH", 0, 1, len(pictures)) + table + body


def tiff(tags: dict[int, tuple[int, int]], body: bytes = b"") -> bytes:
    """A little-endian TIFF: tag -> (type 3 or 4, value), with `body` at offset 8."""
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, (kind, value) in sorted(tags.items()))
    start = 8 + len(body) + len(body) % 2
    head = (b"II*\0" + struct.pack("<I", start) + body).ljust(start, b"\0")
    return head + struct.pack("<H", len(tags)) + entries + bytes(4)


def with_size(data: bytes, width: int, height: int) -> bytes:
    """An AVIF or HEIC file that claims another size."""
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def jpeg_with_size(data: bytes, width: int, height: int) -> bytes:
    """A JPEG file that claims another size."""
    at = next(data.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in data) + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


def turned(orientation: int) -> Image.Image:
    """The four quadrants as a camera stores them that was held so: upright again once the orientation is applied."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the Image.Transpose that undoes each orientation
    return quadrants().transpose(Image.Transpose(undo[orientation])) if orientation in undo else quadrants()


def exif(orientation: int) -> bytes:
    """EXIF with an orientation, a camera and a place."""
    notes = Image.Exif()
    notes[ORIENTATION] = orientation
    notes[0x010F] = "Secret Camera"
    notes[0x8825] = {1: "N", 2: (48.0, 8.0, 0.0)}
    return notes.tobytes()


@cache
def taken() -> dict[str, Taken]:
    """Every kind of file that is taken."""
    return {**_formats(), **_modes(), **_deep(), **_orientations(), **_profiles(), **_shapes()}


def _formats() -> dict[str, Taken]:
    picture, other = quadrants(), Image.new("RGB", SIZE, "black")
    moving = {"save_all": True, "append_images": [other], "duration": 100}
    palette = picture.quantize(8)
    full = {"quality": 95, "subsampling": 0}
    baseline = encoded(picture, "JPEG", **full)
    with_exif_bmp = encoded(picture, "ICO", sizes=[SIZE], bitmap_format="bmp")
    return {
        "jpeg": Taken(baseline, ".jpg", tolerance=6),
        "jpeg progressive": Taken(encoded(picture, "JPEG", progressive=True, **full), ".jpg", tolerance=6),
        "jpeg named png": Taken(baseline, ".png", tolerance=6),
        "jpeg with a second picture inside": Taken(
            encoded(picture, "MPO", save_all=True, append_images=[other.copy()], **full), ".jpg", tolerance=6
        ),
        "png": Taken(encoded(picture, "PNG"), ".png"),
        "png moving": Taken(encoded(picture, "PNG", **moving), ".png"),
        "webp": Taken(encoded(picture, "WEBP", quality=95), ".webp", tolerance=12),
        "webp lossless": Taken(encoded(picture, "WEBP", lossless=True), ".webp"),
        "webp moving": Taken(encoded(picture, "WEBP", lossless=True, **moving), ".webp"),
        "avif": Taken(encoded(picture, "AVIF", quality=95), ".avif", tolerance=8),
        "avif moving": Taken(encoded(picture, "AVIF", quality=95, **moving), ".avif", tolerance=8),
        "heic": Taken(encoded(picture, "HEIC", quality=95), ".heic", tolerance=10),
        "bmp": Taken(encoded(picture, "BMP"), ".bmp"),
        "bmp palette": Taken(encoded(palette, "BMP"), ".bmp"),
        "tiff": Taken(encoded(picture, "TIFF"), ".tif"),
        "tiff big-endian grey": Taken(encoded(Image.new("I;16B", SIZE, 32896), "TIFF"), ".tif", (GREY,) * 4),
        "tiff lzw": Taken(encoded(picture, "TIFF", compression="tiff_lzw"), ".tif"),
        "tiff jpeg": Taken(encoded(picture, "TIFF", compression="jpeg", quality=95), ".tif", tolerance=12),
        "tiff of two pages": Taken(encoded(picture, "TIFF", save_all=True, append_images=[other]), ".tif"),
        "tiff in 64 bits": Taken(encoded(picture, "TIFF", big_tiff=True), ".tif"),
        "ico": Taken(encoded(picture, "ICO", sizes=[(16, 16), SIZE]), ".ico"),
        "ico bitmap": Taken(with_exif_bmp, ".ico"),
        "ico larger than it says": Taken(icon(encoded(other.resize((8, 8)), "PNG"), encoded(picture, "PNG")), ".ico"),
        "gif": Taken(encoded(palette, "GIF"), ".gif"),
        "gif moving": Taken(encoded(palette, "GIF", **moving), ".gif"),
    }


def _modes() -> dict[str, Taken]:
    picture = quadrants()
    half = Image.new("L", SIZE, 255)
    half.paste(0, (SIZE[0] // 2, 0, *SIZE))
    right_gone = (RED, WHITE, BLUE, WHITE)
    clear = picture.copy()
    clear.putalpha(half)
    veil = Image.new("RGBA", SIZE, (200, 0, 0, 128))
    grey = Image.new("L", SIZE, 128)
    grey_clear = Image.merge("LA", (grey, half))
    key = Image.new("RGB", SIZE, (10, 20, 30))
    palette = picture.quantize(4)
    red_index = palette.getpixel((0, 0))
    multiplied = encoded(Image.frombytes("RGBA", SIZE, clear.convert("RGBa").tobytes()), "TIFF")
    extra = [struct.pack("<HHIHH", 338, 3, 1, kind, 0) for kind in (2, 1)]  # "extra samples": plain, multiplied alpha
    bits = Image.new("1", SIZE)
    bits.paste(1, (0, 0, SIZE[0] // 2, SIZE[1]))
    black_right = (WHITE, (0, 0, 0), WHITE, (0, 0, 0))
    cmyk = picture.convert("CMYK")
    lab = ImageCms.applyTransform(
        picture,
        ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"),
    )
    gif_clear = palette.copy()
    return {
        "png bits": Taken(encoded(bits, "PNG"), ".png", black_right),
        "tiff fax": Taken(encoded(bits, "TIFF", compression="group4"), ".tif", black_right),
        "png grey": Taken(encoded(grey, "PNG"), ".png", (GREY,) * 4),
        "jpeg grey": Taken(encoded(grey, "JPEG"), ".jpg", (GREY,) * 4),
        "png grey alpha": Taken(encoded(grey_clear, "PNG"), ".png", (GREY, WHITE, GREY, WHITE)),
        "png alpha": Taken(encoded(clear, "PNG"), ".png", right_gone),
        "png half alpha": Taken(encoded(veil, "PNG"), ".png", ((227, 127, 127),) * 4),
        "webp alpha": Taken(encoded(clear, "WEBP", lossless=True), ".webp", right_gone),
        "avif alpha": Taken(encoded(clear, "AVIF", quality=95), ".avif", right_gone, tolerance=8),
        "heic alpha": Taken(encoded(clear, "HEIC", quality=95), ".heic", right_gone, tolerance=10),
        "tiff alpha": Taken(encoded(clear, "TIFF"), ".tif", right_gone),
        "tiff alpha premultiplied": Taken(multiplied.replace(*extra), ".tif", right_gone, tolerance=3),
        "ico alpha": Taken(encoded(clear, "ICO", sizes=[SIZE]), ".ico", right_gone),
        "png palette": Taken(encoded(palette, "PNG"), ".png"),
        "png palette, one clear": Taken(
            encoded(palette, "PNG", transparency=red_index), ".png", (WHITE, GREEN, BLUE, YELLOW)
        ),
        "png palette alpha": Taken(
            encoded(palette, "PNG", transparency=bytes(0 if i == red_index else 255 for i in range(4))),
            ".png",
            (WHITE, GREEN, BLUE, YELLOW),
        ),
        "tiff palette": Taken(encoded(palette, "TIFF"), ".tif"),
        "gif clear": Taken(encoded(gif_clear, "GIF", transparency=red_index), ".gif", (WHITE, GREEN, BLUE, YELLOW)),
        "png with a clear colour": Taken(encoded(key, "PNG", transparency=(10, 20, 30)), ".png", (WHITE,) * 4),
        "png grey with a clear level": Taken(encoded(grey, "PNG", transparency=128), ".png", (WHITE,) * 4),
        "jpeg cmyk": Taken(encoded(cmyk, "JPEG", quality=95, subsampling=0), ".jpg", tolerance=8),
        "tiff cmyk": Taken(encoded(cmyk, "TIFF"), ".tif"),
        "tiff ycbcr": Taken(encoded(picture.convert("YCbCr"), "TIFF", compression="tiff_lzw"), ".tif", tolerance=4),
        "tiff lab": Taken(encoded(lab, "TIFF"), ".tif", tolerance=8),
    }


def _deep() -> dict[str, Taken]:
    def uniform(values: object, kind: type) -> Image.Image:
        return Image.fromarray(np.full(SIZE[::-1], values, kind))

    count = SIZE[0] * SIZE[1]
    steps = np.zeros(SIZE[::-1], np.float32)
    half = SIZE[0] // 2
    steps[:, half:] = 1000.0
    wide = np.full(SIZE[::-1], -500.0, np.float32)
    wide[:, half:] = 1500.0
    wide[0, 0], wide[1, 1] = np.nan, np.inf
    rgb = struct.pack(">3H", 51400, 0x8080, 771)  # 200, 128, 3 of 255
    clear = struct.pack(">3H", 51400, 0x8080, 771)
    grey = (GREY,) * 4
    strange = ((200, 128, 3),) * 4
    white_is_zero = {256: (3, 8), 257: (3, 8), 258: (3, 16), 259: (3, 1), 262: (3, 0), 273: (4, 8), 277: (3, 1)}
    dark = struct.pack("<H", 0xFFFF) * 64
    packed = b"\x80\x88\x08" * 32  # two levels of 2,056 in three bytes
    twelve_bits = white_is_zero | {258: (3, 12), 262: (3, 1), 278: (3, 8), 279: (4, 96)}
    return {
        "png grey 16": Taken(encoded(Image.new("I;16", SIZE, 32896), "PNG"), ".png", grey, tolerance=0),
        "png grey 16 bright": Taken(encoded(Image.new("I;16", SIZE, 65535), "PNG"), ".png", (WHITE,) * 4, tolerance=0),
        "png grey 16 dark": Taken(encoded(Image.new("I;16", SIZE, 1285), "PNG"), ".png", ((5, 5, 5),) * 4, tolerance=0),
        "png grey 16, a clear level": Taken(
            png(SIZE, b"\x80\x80" * count, 16, 0, chunk(b"tRNS", b"\x80\x80")), ".png", (WHITE,) * 4
        ),
        "png grey alpha 16": Taken(png(SIZE, b"\x80\x80\xff\xff" * count, 16, 4), ".png", grey),
        "png rgb 16": Taken(png(SIZE, rgb * count, 16, 2), ".png", strange),
        "png rgb 16, a clear colour": Taken(png(SIZE, rgb * count, 16, 2, chunk(b"tRNS", clear)), ".png", (WHITE,) * 4),
        "png rgba 16": Taken(png(SIZE, (rgb + b"\xff\xff") * count, 16, 6), ".png", strange),
        "png rgba 16 gone": Taken(png(SIZE, (rgb + b"\0\0") * count, 16, 6), ".png", (WHITE,) * 4),
        "tiff grey 16": Taken(encoded(Image.new("I;16", SIZE, 32896), "TIFF"), ".tif", grey, tolerance=0),
        "tiff grey 16 lzw": Taken(
            encoded(Image.new("I;16", SIZE, 32896), "TIFF", compression="tiff_lzw"), ".tif", grey, tolerance=0
        ),
        "tiff grey 16, white is zero": Taken(
            tiff(white_is_zero | {278: (3, 8), 279: (4, 128)}, dark), ".tif", ((0, 0, 0),) * 4, (8, 8), 0
        ),
        "tiff grey 12": Taken(tiff(twelve_bits, packed), ".tif", grey, (8, 8), 0),
        "tiff integers of 8 bits": Taken(encoded(uniform(128, np.int32), "TIFF"), ".tif", grey, tolerance=0),
        "tiff integers of 16 bits": Taken(encoded(uniform(32896, np.int32), "TIFF"), ".tif", grey, tolerance=0),
        "tiff integers beyond": Taken(
            encoded(Image.fromarray((steps * 1000).astype(np.int32)), "TIFF"),
            ".tif",
            ((0, 0, 0), WHITE, (0, 0, 0), WHITE),
            tolerance=0,
        ),
        "tiff fractions": Taken(encoded(uniform(0.5, np.float32), "TIFF"), ".tif", grey, tolerance=0),
        "tiff floats of 8 bits": Taken(encoded(uniform(128.0, np.float32), "TIFF"), ".tif", grey, tolerance=0),
        "tiff floats of any range": Taken(
            encoded(Image.fromarray(wide), "TIFF"), ".tif", ((0, 0, 0), WHITE, (0, 0, 0), WHITE), tolerance=0
        ),
    }


def _orientations() -> dict[str, Taken]:
    files = {}
    for number in range(1, 9):
        stored, notes = turned(number), exif(number)
        files |= {
            f"jpeg orientation {number}": Taken(
                encoded(stored, "JPEG", exif=notes, quality=95, subsampling=0), ".jpg", tolerance=6
            ),
            f"png orientation {number}": Taken(encoded(stored, "PNG", exif=notes), ".png"),
            f"webp orientation {number}": Taken(encoded(stored, "WEBP", exif=notes, lossless=True), ".webp"),
            f"tiff orientation {number}": Taken(encoded(stored, "TIFF", tiffinfo={ORIENTATION: number}), ".tif"),
            f"tiff lzw orientation {number}": Taken(
                encoded(stored, "TIFF", tiffinfo={ORIENTATION: number}, compression="tiff_lzw"), ".tif"
            ),
            f"avif orientation {number}": Taken(encoded(stored, "AVIF", exif=notes, quality=95), ".avif", tolerance=8),
            f"heic orientation {number}": Taken(encoded(stored, "HEIC", exif=notes, quality=95), ".heic", tolerance=10),
        }
    late = encoded(turned(6), "PNG")[:-12] + chunk(b"eXIf", exif(6)[6:]) + chunk(b"IEND", b"")
    files["png orientation after the pixels"] = Taken(late, ".png")
    broken = encoded(quadrants(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f", quality=95, subsampling=0)
    files["jpeg with broken notes"] = Taken(broken, ".jpg", tolerance=6)
    files["jpeg with an unknown orientation"] = Taken(
        encoded(quadrants(), "JPEG", exif=exif(99), quality=95, subsampling=0), ".jpg", tolerance=6
    )
    return files


def display_p3() -> bytes:
    """An ICC profile like the one of today's phones: a wider red, green and blue, with the curve of sRGB."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))

    curve = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    tone = b"para\0\0\0\0\0\3\0\0" + b"".join(map(fixed, curve))
    tags = {
        b"rXYZ": xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.15710, 0.06657, 0.78407),
        b"wtpt": xyz(0.96420, 1.0, 0.82491),
        b"rTRC": tone,
        b"gTRC": tone,
        b"bTRC": tone,
    }
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data
    head = bytearray(128)
    head[8:12] = b"\4\0\0\0"
    head[12:24] = b"mntrRGB XYZ "
    head[36:40] = b"acsp"
    head[68:80] = fixed(0.9642) + fixed(1.0) + fixed(0.82491)
    head[:4] = struct.pack(">I", len(head) + len(table) + len(body))
    return bytes(head) + table + body


def _profiles() -> dict[str, Taken]:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = quadrants()
    orange = Image.new("RGB", SIZE, (200, 120, 60))
    wide = ((213, 115, 42),) * 4  # that orange of Display P3 in sRGB, from the two matrices
    p3 = display_p3()
    return {
        "png srgb profile": Taken(encoded(picture, "PNG", icc_profile=srgb), ".png"),
        "png wide colours": Taken(encoded(orange, "PNG", icc_profile=p3), ".png", wide),
        "jpeg wide colours": Taken(encoded(orange, "JPEG", quality=98, icc_profile=p3), ".jpg", wide, tolerance=4),
        "webp wide colours": Taken(encoded(orange, "WEBP", lossless=True, icc_profile=p3), ".webp", wide),
        "tiff wide colours": Taken(encoded(orange, "TIFF", icc_profile=p3), ".tif", wide),
        "avif wide colours": Taken(encoded(orange, "AVIF", quality=98, icc_profile=p3), ".avif", wide, tolerance=6),
        "png palette wide colours": Taken(encoded(orange.quantize(2), "PNG", icc_profile=p3), ".png", wide),
        "png broken profile": Taken(encoded(picture, "PNG", icc_profile=b"not a profile"), ".png"),
        "png profile cut off": Taken(encoded(picture, "PNG", icc_profile=p3[:200]), ".png"),
        "jpeg grey with a profile for colours": Taken(
            encoded(Image.new("L", SIZE, 128), "JPEG", icc_profile=srgb), ".jpg", (GREY,) * 4
        ),
    }


def _shapes() -> dict[str, Taken]:
    def mix(one: Colour, other: Colour) -> Colour:
        red, green, blue = ((a + b) // 2 for a, b in zip(one, other, strict=True))
        return red, green, blue

    def shape(before: tuple[int, int], after: tuple[int, int]) -> Taken:
        return Taken(encoded(quadrants(before), "PNG"), ".png", size=after)

    dot = Taken(encoded(Image.new("RGB", (1, 1), RED), "PNG"), ".png", (RED,) * 4, (1, 1))
    photo = encoded(quadrants((4000, 3000)), "JPEG", quality=90, subsampling=0)
    return {
        "one dot": dot,
        "one dot jpeg": Taken(encoded(Image.new("RGB", (1, 1), RED), "JPEG"), ".jpg", (RED,) * 4, (1, 1), 8),
        "one dot heic": Taken(encoded(Image.new("RGB", (1, 1), RED), "HEIC"), ".heic", (RED,) * 4, (1, 1), 40),
        "a long strip": shape((10_000, 10), (10_000, 10)),
        "a high strip": shape((10, 10_000), (10, 10_000)),
        "a thread": Taken(
            encoded(quadrants((2, 500_000)), "PNG"),
            ".png",
            (mix(RED, GREEN),) * 2 + (mix(BLUE, YELLOW),) * 2,
            (1, 20_000),
        ),
        "just right": shape((1600, 1200), (1600, 1200)),
        "a little large": shape((1700, 1000), (1600, 941)),
        "large": shape((5000, 2600), (1600, 832)),
        "a panorama": shape((6000, 1000), (3072, 512)),
        "a photo": Taken(photo, ".jpg", size=(1600, 1200), tolerance=6),
    }


@cache
def refused() -> dict[str, Refused]:
    """Every kind of file that is refused."""
    return {**_other_files(), **_drawings(), **_cut_off(), **_damaged(), **_too_large()}


def _other_files() -> dict[str, Refused]:
    other = {
        "text named jpg": (b"Dear visitor, this is a letter.\n", ".jpg"),
        "text named heic": (b"\0\0\0 this is not a film either", ".heic"),
        "text that begins like a bmp": (b"BMW is a maker of cars, and this is a text about them.", ".bmp"),
        "spaces": (b"   \n  ", ".png"),
        "one byte": (b"\xff", ".jpg"),
        "web page": (b"<!doctype html><html><body><svg></svg></body></html>", ".png"),
        "feed": (b"<?xml version='1.0'?><rss><svg/></rss>", ".png"),
        "zip": (b"PK\3\4" + bytes(60), ".png"),
        "gzipped text": (gzip.compress(b"a letter"), ".png"),
        "gzip cut off": (gzip.compress(b"a letter")[:12], ".png"),
        "sound": (b"\0\0\0\x18ftypM4A \0\0\2\0isommp42" + bytes(40), ".jpg"),
        "half a signature": (b"\x89PNG", ".png"),
    }
    files = {name: Refused(data, suffix, "picture.not_a_picture") for name, (data, suffix) in other.items()}
    return files | {"empty": Refused(b"", ".jpg", "picture.empty")}


def _drawings() -> dict[str, Refused]:
    root = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="3"/></svg>'
    doctype = '<!DOCTYPE svg PUBLIC "x" "y" [ <!ENTITY a "b"> <!ENTITY c "d"> ]>'
    texts = {
        "svg": root.encode(),
        "svg named png": root.encode(),
        "svg with everything before": f"\ufeff<?xml version='1.0'?>\n<!-- <a> -->{doctype} <!-- > -->{root}".encode(),
        "svg in utf-16": root.encode("utf-16"),
        "svg with a prefix": b'<s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
        "svgz": gzip.compress(root.encode()),
    }
    return {
        name: Refused(data, ".png" if "png" in name else ".svgz" if "svgz" in name else ".svg", "picture.svg")
        for name, data in texts.items()
    }


def _cut_off() -> dict[str, Refused]:
    rng = np.random.default_rng(7)
    noise = Image.fromarray(rng.integers(0, 256, (60, 80, 3), np.uint8))
    sources = {
        "jpeg": (encoded(noise, "JPEG"), ".jpg"),
        "jpeg progressive": (encoded(noise, "JPEG", progressive=True), ".jpg"),
        "png": (encoded(noise, "PNG"), ".png"),
        "webp": (encoded(noise, "WEBP"), ".webp"),
        "webp lossless": (encoded(noise, "WEBP", lossless=True), ".webp"),
        "avif": (encoded(noise, "AVIF"), ".avif"),
        "heic": (encoded(noise, "HEIC"), ".heic"),
        "bmp": (encoded(noise, "BMP"), ".bmp"),
        "tiff": (encoded(noise, "TIFF"), ".tif"),
        "tiff lzw": (encoded(noise, "TIFF", compression="tiff_lzw"), ".tif"),
        "ico": (encoded(noise, "ICO", sizes=[(64, 64)]), ".ico"),
        "ico bitmap": (encoded(noise, "ICO", sizes=[(64, 64)], bitmap_format="bmp"), ".ico"),
        "gif": (encoded(noise.quantize(), "GIF"), ".gif"),
    }
    files = {}
    for name, (data, suffix) in sources.items():
        for share in (4, 50, 90):
            cut = data[: max(24, len(data) * share // 100)]
            files[f"{name} cut off at {share} %"] = Refused(cut, suffix, "picture.broken")
    return files


def _damaged() -> dict[str, Refused]:
    rng = np.random.default_rng(3)
    junk = rng.integers(0, 256, 4000, np.uint8).tobytes()
    good = encoded(quadrants(), "PNG")
    starts = {
        "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", ".jpg"),
        "png": (b"\x89PNG\r\n\x1a\n", ".png"),
        "gif": (b"GIF89a\x20\0\x20\0\x80\0\0" + bytes(6) + b",\0\0\0\0\x20\0\x20\0\0\x0c", ".gif"),
        "webp": (b"RIFF\xa0\x0f\0\0WEBPVP8 ", ".webp"),
        "bmp": (b"BM" + bytes(12) + b"\x28\0\0\0", ".bmp"),
        "tiff": (b"II*\0\x08\0\0\0", ".tif"),
        "ico": (b"\0\0\1\0\x03\0", ".ico"),
        "avif": (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", ".avif"),
        "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", ".heic"),
    }
    files = {f"junk after the start of a {name}": (start + junk, suffix) for name, (start, suffix) in starts.items()}
    files |= {
        "png of no width": (png((0, 1), b"\0", 8, 2), ".png"),
        "gif of no size": (b"GIF89a" + bytes(7) + b",\0\0\0\0\0\0\0\0\0\2\0;", ".gif"),
        "bmp of no size": (b"BM" + bytes(12) + struct.pack("<IiiHHIIiiII", 40, 0, 0, 1, 24, 0, 0, 0, 0, 0, 0), ".bmp"),
        "ico without pictures": (b"\0\0\1\0\0\0", ".ico"),
        "ico that points nowhere": (icon(b"")[:-4] + struct.pack("<I", 1 << 30), ".ico"),
        "png with damaged pixels": (good[:60] + bytes(30) + good[90:], ".png"),
        "png without pixels": (good[:33] + chunk(b"IEND", b""), ".png"),
        "tiff of fractions in three colours": (tiff({256: (3, 1), 257: (3, 1), 262: (3, 2), 339: (3, 3)}), ".tif"),
    }
    return {name: Refused(data, suffix, "picture.broken") for name, (data, suffix) in files.items()}


def _too_large() -> dict[str, Refused]:
    picture = quadrants()
    huge = bomb(13_000, 13_000)
    first = b",\0\0\0\0" + struct.pack("<HH", 10, 10)
    canvas = b"GIF89a" + struct.pack("<HHBBB", 60_000, 60_000, 0, 0, 0) + first + b"\0\2\2\x44\1\0;"
    edge = struct.pack("<HHHH", 9_000, 9_000, 50_000, 50_000)
    clears = b"!\xf9\4\x08\0\0\0\0"  # the frame is cleared afterwards, for which Pillow takes memory while opening
    frame = b"GIF89a" + struct.pack("<HHBBB", 10, 10, 0, 0, 0) + clears + b"," + edge + b"\0\2\2\x44\1\0;"
    cross = b"GIF89a" + struct.pack("<HHBBB", 10, 60_000, 0, 0, 0) + b"," + struct.pack("<HHHH", 0, 0, 60_000, 10)
    webp = bytearray(encoded(picture, "WEBP"))
    webp[26:30] = struct.pack("<HH", 16_383, 16_383)
    bitmap = b"BM" + bytes(12) + struct.pack("<IiiHHIIiiII", 40, 60_000, 60_000, 1, 8, 1, 0, 0, 0, 0, 0)
    large_tiff = {256: (4, 60_000), 257: (4, 60_000), 258: (3, 8), 259: (3, 5), 262: (3, 1), 273: (4, 8), 279: (4, 9)}
    avif, heic = encoded(picture, "AVIF"), encoded(picture, "HEIC")
    files = {
        "png of 169 megapixels": (huge, ".png"),
        "png just above": (bomb(6_251, 6_400), ".png"),
        "png of 400 megapixels": (bomb(20_000, 20_000), ".png"),
        "png of the largest size": (png((2**31 - 1, 1), b"\0", 8, 2)[:8] + _largest_header(), ".png"),
        "ico around a huge png": (icon(encoded(picture, "PNG"), huge), ".ico"),
        "gif with a huge canvas": (canvas, ".gif"),
        "gif with a huge frame": (frame, ".gif"),
        "gif with a high canvas and a wide frame": (cross + b"\0\2\2\x44\1\0;", ".gif"),
        "jpeg": (jpeg_with_size(encoded(picture, "JPEG"), 65_000, 65_000), ".jpg"),
        "jpeg progressive": (jpeg_with_size(encoded(picture, "JPEG", progressive=True), 65_000, 65_000), ".jpg"),
        "webp": (bytes(webp), ".webp"),
        "bmp": (bitmap + bytes(1024 + 64), ".bmp"),
        "tiff": (tiff(large_tiff, bytes(9)), ".tif"),
        "avif": (with_size(avif, 16_000, 16_000), ".avif"),
        "avif beyond its own limit": (with_size(avif, 60_000, 60_000), ".avif"),
        "heic": (with_size(heic, 16_000, 16_000), ".heic"),
        "heic beyond its own limit": (with_size(heic, 60_000, 60_000), ".heic"),
    }
    result = {
        f"too large: {name}": Refused(data, suffix, "picture.too_many_pixels") for name, (data, suffix) in files.items()
    }
    heavy = encoded(picture, "PNG") + bytes(15 << 20)
    return result | {"more than 15 MB": Refused(heavy, ".png", "picture.too_many_bytes")}


def _largest_header() -> bytes:
    header = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0)
    return chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
