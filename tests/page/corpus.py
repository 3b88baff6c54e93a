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
import tifffile
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


def film(default: Image.Image, frames: list[tuple[Image.Image, int, int]]) -> bytes:
    """A moving PNG whose plain picture is none of its frames; each frame is given with its left and top."""
    shape = b"".join(chunk(kind, data) for kind, data in _chunks(encoded(default, "PNG")) if kind == b"IHDR")
    plain = b"".join(chunk(kind, data) for kind, data in _chunks(encoded(default, "PNG")) if kind == b"IDAT")
    parts, number = [shape, chunk(b"acTL", struct.pack(">II", len(frames), 0)), plain], 0
    for image, left, top in frames:
        parts.append(chunk(b"fcTL", struct.pack(">5IHHBB", number, *image.size, left, top, 1, 10, 0, 0)))
        number += 1
        for kind, data in _chunks(encoded(image, "PNG")):
            if kind == b"IDAT":
                for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
                    parts.append(chunk(b"fdAT", struct.pack(">I", number) + piece))
                    number += 1
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        found.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def bitmap_icon(image: Image.Image, mask: Image.Image | None, depth: int, cursor: bool = False) -> bytes:
    """An ICO or CUR file around a bitmap of 24 or 32 bits with a mask (1 is clear); its table says `depth`."""
    pixels = image.convert("RGBA").tobytes("raw", "BGRA", 0, -1) if image.mode == "RGBA" else b""
    pixels = pixels or image.tobytes("raw", "BGR", 0, -1)
    bits = 32 if image.mode == "RGBA" else 24
    body = struct.pack("<IiiHHIIiiII", 40, image.width, image.height * 2, 1, bits, 0, 0, 0, 0, 0, 0) + pixels
    if mask:
        body += mask.tobytes("raw", "1", 0, -1)
    entry = struct.pack("<BBBBHHII", image.width, image.height, 0, 0, 1, depth, len(body), 22)
    return struct.pack("<HHH", 0, 2 if cursor else 1, 1) + entry + body


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
    return {
        **_formats(),
        **_modes(),
        **_deep(),
        **_orientations(),
        **_profiles(),
        **_told(),
        **_films(),
        **_icons(),
        **_tiffs(),
        **_pages(),
        **_shapes(),
    }


# Each format, each way in which the pixels of one can lie there, and the sizes at both ends.
SOME_TAKEN = (
    "jpeg", "jpeg named png", "jpeg cmyk", "jpeg orientation 6", "jpeg wide colours",
    "png", "png half alpha", "png palette", "png grey 16", "png pq", "png moving",
    "webp", "avif", "heic", "heic orientation 6", "bmp", "gif moving", "ico",
    "tiff", "tiff 16 bits in planes", "tiff fractions",
    "one dot", "a long strip", "large", "a photo",
)  # fmt: skip
# Each reason, by the file that takes the longest way to it and by one that takes the shortest.
SOME_REFUSED = (
    "text named jpg", "web page", "empty", "svg", "svgz",
    "jpeg cut off at 50 %", "png with damaged pixels", "junk after the start of a tiff",
    "too large: png of 169 megapixels", "too large: heic beyond its own limit", "more than 15 MB",
)  # fmt: skip


def some_taken() -> dict[str, Taken]:
    """Those that go through every door; all of them go through the decoder, and through its process of its own."""
    return {name: taken()[name] for name in SOME_TAKEN}


def some_refused() -> dict[str, Refused]:
    """Those that are refused at every door."""
    return {name: refused()[name] for name in SOME_REFUSED}


def _formats() -> dict[str, Taken]:
    picture, other = quadrants(), Image.new("RGB", SIZE, "black")
    moving = {"save_all": True, "append_images": [other], "duration": 100}
    palette = picture.quantize(8)
    full = {"quality": 95, "subsampling": 0}
    baseline = encoded(picture, "JPEG", **full)
    icc_bmp = _bmp_with_profile((200, 120, 60), display_p3())
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
        "bmp wide colours": Taken(icc_bmp, ".bmp", ((213, 115, 42),) * 4),
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


def _bmp_with_profile(colour: Colour, profile: bytes) -> bytes:
    pixels = bytes(reversed(colour)) * (SIZE[0] * SIZE[1])
    head = struct.pack("<IiiHHIIiiII", 124, *SIZE, 1, 24, 0, len(pixels), 0, 0, 0, 0)
    head = head.ljust(56, b"\0") + b"DEBM" + bytes(48) + struct.pack("<4I", 4, 124 + len(pixels), len(profile), 0)
    return b"BM" + struct.pack("<IHHI", 138 + len(pixels) + len(profile), 0, 0, 138) + head + pixels + profile


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


SRGB_COLOURS = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
SRGB_TONE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def display_p3() -> bytes:
    """An ICC profile like the one of today's phones: a wider red, green and blue, with the curve of sRGB."""
    return icc_profile(
        b"RGB ", SRGB_TONE, ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
    )


def icc_profile(
    space: bytes,
    tone: tuple[float, ...],
    colours: tuple[tuple[float, float, float], ...] = (),
    numbers: tuple[int, int] | None = None,
) -> bytes:
    """An ICC profile of a space: "RGB " with three `colours` in XYZ, or "GRAY"; `tone` as in ICC's curves of type 3.

    `numbers` are those of ITU-T H.273 for the primaries and the curve, which programs believe first.
    """

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))

    curve = b"para\0\0\0\0\0\3\0\0" + b"".join(map(fixed, tone))
    tags = {b"wtpt": xyz(0.96420, 1.0, 0.82491)} | (
        {name + b"XYZ": xyz(*colour) for name, colour in zip((b"r", b"g", b"b"), colours, strict=True)}
        | {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
        if colours
        else {b"kTRC": curve}
    )
    if numbers:
        tags[b"cicp"] = b"cicp\0\0\0\0" + bytes([*numbers, 0, 1])
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += name + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(data))
        body += data
    head = bytearray(128)
    head[8:12] = b"\4\0\0\0"
    head[12:24] = b"mntr" + space + b"XYZ "
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


def gamma(value: float) -> bytes:
    """A chunk gAMA: value = light ** gamma."""
    return chunk(b"gAMA", struct.pack(">I", round(value * 100_000)))


def chromaticities(*red_green_blue: float) -> bytes:
    """A chunk cHRM with daylight as its white."""
    return chunk(b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in (0.3127, 0.3290, *red_green_blue))))


def cicp(primaries: int, transfer: int, matrix: int = 0, full: int = 1) -> bytes:
    """A chunk cICP."""
    return chunk(b"cICP", bytes([primaries, transfer, matrix, full]))


def packed_profile(profile: bytes) -> bytes:
    """A chunk iCCP."""
    return chunk(b"iCCP", b"of a test\0\0" + zlib.compress(profile))


def plain_png(colour: tuple[int, ...], *chunks: bytes) -> bytes:
    """A PNG of one colour: grey, grey with alpha, RGB or RGBA by its length."""
    return png(SIZE, bytes(colour) * (SIZE[0] * SIZE[1]), 8, {1: 0, 2: 4, 3: 2, 4: 6}[len(colour)], *chunks)


def with_nclx(data: bytes, primaries: int, transfer: int) -> bytes:
    """An AVIF or HEIC file that says other numbers of ITU-T H.273 about its colours."""
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


def hdr_heic(colour: Colour, transfer: int) -> bytes:
    """A HEIC file of 10 bits in BT.2020, as cameras write them."""
    pixels = np.full((*SIZE[::-1], 3), colour, np.uint16) * 257
    file = io.BytesIO()
    numbers = {"color_primaries": 9, "transfer_characteristics": transfer, "matrix_coefficients": 9}
    pillow_heif.from_bytes("RGB;16", SIZE, pixels.tobytes()).save(file, quality=95, full_range_flag=1, **numbers)
    return file.getvalue()


def _told() -> dict[str, Taken]:
    """Colours that are told by numbers, or by a profile for greys. What is right was read from Chromium's canvas."""

    def plain(colour: Colour, data: bytes, suffix: str = ".png", tolerance: int = 2) -> Taken:
        return Taken(data, suffix, (colour,) * 4, tolerance=tolerance)

    orange = (200, 120, 60)
    image = Image.new("RGB", SIZE, orange)
    shade = Image.new("RGB", SIZE, GREY)
    clear = image.copy()
    clear.putalpha(128)
    avif, grey_avif = encoded(image, "AVIF", quality=98), encoded(shade, "AVIF", quality=98)
    clear_avif = encoded(clear, "AVIF", quality=98)
    heic = encoded(image, "HEIC", quality=98)
    grey_heic = encoded(Image.new("L", SIZE, 128), "HEIC", quality=98)
    dark = icc_profile(b"GRAY", (1.8, 1.0, 0.0, 0.0, 0.0))
    bright = icc_profile(b"RGB ", (2.2, 1.0, 0.0, 0.0, 0.0), SRGB_COLOURS, (9, 16))
    level = Image.new("L", SIZE, 128)
    veil = plain_png((128, 128), packed_profile(dark))
    deep = png(SIZE, b"\x80\x80\x80\x80" * (SIZE[0] * SIZE[1]), 16, 4, packed_profile(dark))
    palette = encoded(image.quantize(2), "PNG")
    return {
        "png cicp of a phone": plain((213, 115, 42), plain_png(orange, cicp(12, 13))),
        "png cicp linear": plain((229, 183, 133), plain_png(orange, cicp(1, 8))),
        "png cicp film": plain((189, 98, 36), plain_png(orange, cicp(1, 5))),
        "png linear": plain((229, 183, 133), plain_png(orange, gamma(1))),
        "png gamma 1.8": plain((210, 139, 77), plain_png(orange, gamma(1 / 1.8))),
        "png wide by chromaticities": plain(
            (224, 121, 53), plain_png(orange, gamma(0.4547), chromaticities(0.64, 0.33, 0.21, 0.71, 0.15, 0.06))
        ),
        "png grey linear": plain((188,) * 3, plain_png((128,), gamma(1))),
        "png grey 16 linear": plain((188,) * 3, png(SIZE, b"\x80\x80" * (SIZE[0] * SIZE[1]), 16, 0, gamma(1))),
        "png palette linear": plain((229, 183, 133), palette[:33] + gamma(1) + palette[33:]),
        "png alpha linear": plain((242, 219, 194), plain_png((*orange, 128), gamma(1))),
        "png pq": plain((132,) * 3, plain_png(GREY, cicp(9, 16))),
        "png grey pq": plain((132,) * 3, plain_png((128,), cicp(9, 16))),
        "png pq clear": plain((193,) * 3, plain_png((*GREY, 128), cicp(9, 16))),
        "png hlg": plain((230, 76, 29), plain_png(orange, cicp(9, 18))),
        "avif of a phone": plain((212, 115, 41), with_nclx(avif, 12, 13), ".avif", 4),
        "avif linear": plain((229, 183, 132), with_nclx(avif, 1, 8), ".avif", 6),
        "avif linear clear": plain((242, 218, 193), with_nclx(clear_avif, 1, 8), ".avif", 6),
        "avif pq": plain((132,) * 3, with_nclx(grey_avif, 9, 16), ".avif", 4),
        "avif hlg": plain((230, 76, 29), with_nclx(avif, 9, 18), ".avif", 8),
        "avif like a film": plain((235, 105, 38), with_nclx(avif, 9, 1), ".avif", 4),
        "heic of a phone": plain((212, 115, 41), with_nclx(heic, 12, 13), ".heic", 6),
        "heic pq of 10 bits": plain((132,) * 3, hdr_heic(GREY, 16), ".heic", 4),
        "heic hlg of 10 bits": plain((230, 76, 29), hdr_heic(orange, 18), ".heic", 8),
        "heic grey pq": plain((132,) * 3, with_nclx(grey_heic, 9, 16), ".heic", 4),
        "png grey profile": plain((146,) * 3, plain_png((128,), packed_profile(dark))),
        "png grey profile, alpha": plain((200,) * 3, veil),
        "png grey profile, alpha of 16 bits": plain((200,) * 3, deep),
        "png grey profile, a clear level": Taken(
            png(
                SIZE,
                (b"\x80" * (SIZE[0] // 2) + b"\x14" * (SIZE[0] // 2)) * SIZE[1],
                8,
                0,
                packed_profile(dark),
                chunk(b"tRNS", b"\0\x14"),
            ),
            ".png",
            ((146,) * 3, WHITE, (146,) * 3, WHITE),
        ),
        "jpeg grey profile": plain((146,) * 3, encoded(level, "JPEG", quality=98, icc_profile=dark), ".jpg"),
        "avif grey profile": plain((146,) * 3, encoded(level, "AVIF", quality=98, icc_profile=dark), ".avif", 4),
        "tiff grey profile, alpha": plain(
            (200,) * 3,
            encoded(Image.merge("LA", (level, level)), "TIFF", icc_profile=dark),
            ".tif",
        ),
        "jpeg pq by its profile": plain((132,) * 3, encoded(shade, "JPEG", quality=98, icc_profile=bright), ".jpg"),
        "webp pq by its profile": plain((132,) * 3, encoded(shade, "WEBP", lossless=True, icc_profile=bright), ".webp"),
        "avif pq by its profile": plain((132,) * 3, encoded(shade, "AVIF", icc_profile=bright), ".avif", 4),
        "png grey profile on colours": plain(orange, plain_png(orange, packed_profile(dark))),
        "png palette, grey profile": plain(orange, palette[:33] + packed_profile(dark) + palette[33:]),
    }


def _films() -> dict[str, Taken]:
    picture, black = quadrants(), Image.new("RGB", SIZE, "black")
    right = picture.crop((SIZE[0] // 2, 0, *SIZE))
    other = Image.new("RGB", SIZE, "blue")
    part = film(black, [(right, SIZE[0] // 2, 0), (other, 0, 0)])
    whole = film(black, [(picture, 0, 0), (other, 0, 0)])
    after = whole.index(b"IDAT") - 4
    told = whole[:after] + gamma(1) + whole[after:]
    return {
        "png moving, its plain picture apart": Taken(whole, ".png"),
        "png moving, its plain picture apart, told to be linear": Taken(
            told, ".png", ((239, 96, 110), (79, 213, 132), (96, 132, 228), (248, 239, 122)), tolerance=3
        ),
        "png moving, its first frame a part": Taken(part, ".png", (WHITE, GREEN, WHITE, YELLOW)),
        "png moving without frames": Taken(film(picture, []), ".png"),
        "png moving beyond its canvas": Taken(film(picture, [(right, 90, 0)]), ".png"),
    }


def _icons() -> dict[str, Taken]:
    """Windows icons as programs write them. What is right was read from Chromium's canvas."""
    size = (64, 64)
    picture = quadrants(size)
    half = Image.new("1", size)
    half.paste(1, (32, 0, *size))
    none, clear_right = Image.new("1", size), (RED, WHITE, BLUE, WHITE)
    without, with_alpha, opaque = picture.copy(), picture.copy(), picture.copy()
    without.putalpha(0)
    with_alpha.putalpha(Image.eval(half.convert("L"), lambda level: 255 - level))
    opaque.putalpha(255)

    def icon_of(
        image: Image.Image,
        mask: Image.Image | None,
        depth: int,
        colours: tuple[Colour, Colour, Colour, Colour],
        cursor: bool = False,
    ) -> Taken:
        return Taken(bitmap_icon(image, mask, depth, cursor), ".cur" if cursor else ".ico", colours, size)

    return {
        "ico without alpha, a mask": icon_of(without, half, 32, clear_right),
        "ico without alpha, a mask, no depth": icon_of(without, half, 0, clear_right),
        "ico without alpha, an empty mask": icon_of(without, none, 32, QUADRANTS),
        "ico without alpha and mask": icon_of(without, None, 32, QUADRANTS),
        "ico with alpha, no depth": icon_of(with_alpha, none, 0, clear_right),
        "ico with alpha, another depth": icon_of(with_alpha, none, 24, clear_right),
        "ico with alpha beats its mask": icon_of(opaque, half, 32, QUADRANTS),
        "ico of 24 bits, a mask": icon_of(picture, half, 24, clear_right),
        "ico of 24 bits, a mask, another depth": icon_of(picture, half, 32, clear_right),
        "ico of 24 bits without a mask": icon_of(picture, None, 24, QUADRANTS),
        "cur with alpha": icon_of(with_alpha, none, 5, clear_right, cursor=True),
        "cur without alpha, a mask": icon_of(without, half, 32, clear_right, cursor=True),
        "cur around a png": Taken(b"\0\0\2" + icon(encoded(picture, "PNG"))[3:], ".cur", size=size),
    }


def tiff_of(numbers: np.ndarray, **options: object) -> bytes:
    """A TIFF of any numbers, written by another library than the one that most programs are held against."""
    file = io.BytesIO()
    tifffile.imwrite(file, numbers, metadata=None, **options)
    return file.getvalue()


def packed_tiff(levels: np.ndarray, bits: int, order: str = "<") -> bytes:
    """A grey TIFF of 2 to 16 bits a pixel without a gap between them; white is 2 ** bits - 1."""
    each = (levels[..., None].astype(np.uint32) >> np.arange(bits - 1, -1, -1)) & 1
    body = np.packbits(each.astype(np.uint8).reshape(len(levels), -1), axis=1).tobytes()
    height, width = levels.shape
    tags = {256: width, 257: height, 258: bits, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: len(body)}
    start = 8 + len(body) + len(body) % 2
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", start)
    entries = b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in tags.items())
    return (head + body).ljust(start, b"\0") + struct.pack(order + "H", len(tags)) + entries + bytes(4)


def heights(kind: type, nothing: float | None = None) -> np.ndarray:
    """Four heights (200, 800, 500 and 1,100 m), whose top left corner holds a number that stands for nothing."""
    ground = np.full(SIZE[::-1], 200, kind)
    ground[:, SIZE[0] // 2 :] = 800
    ground[SIZE[1] // 2 :] += 300
    if nothing is not None:
        ground[:8, :8] = nothing
    return ground


HEIGHTS = ((0, 0, 0), (170, 170, 170), (85, 85, 85), WHITE)


def nodata(text: str) -> dict[str, object]:
    """The tag by which GDAL says which number stands for nothing."""
    return {"extratags": [(42113, 2, len(text) + 1, text, True)]}


def _tiffs() -> dict[str, Taken]:
    """TIFFs of other numbers than bytes, and what else Pillow alone gets wrong."""

    def of(
        numbers: np.ndarray, colours: tuple[Colour, ...] = QUADRANTS, tolerance: int = 1, **options: object
    ) -> Taken:
        return Taken(tiff_of(numbers, **options), ".tif", colours, tolerance=tolerance)  # type: ignore[arg-type]

    picture = np.asarray(quadrants())
    planes = picture.transpose(2, 0, 1).copy()
    grey = np.asarray(quadrants().convert("L"))
    greys = tuple((int(grey[y, x]),) * 3 for y in (16, 48) for x in (24, 72))
    wide, wide_planes = picture.astype(np.uint16) * 257, planes.astype(np.uint16) * 257
    inks = np.asarray(quadrants().convert("CMYK"))
    rgb = {"photometric": "rgb"}
    separate = {"planarconfig": "separate"}
    tiles = {"tile": (16, 16), "compression": "lzw", "predictor": True}
    opaque = np.full_like(wide_planes[:1], 65535)
    veil = np.concatenate([wide_planes // 2, opaque // 2])
    halved = tuple(tuple((255 + level) // 2 for level in colour) for colour in QUADRANTS)
    bands = np.concatenate([wide, wide[..., :2]], axis=-1)
    eight_bits = [*RED, *GREEN, *BLUE, *YELLOW]
    index = np.zeros(SIZE[::-1], np.uint8)
    index[:, SIZE[0] // 2 :] += 1
    index[SIZE[1] // 2 :] += 2
    colour_map = np.zeros((3, 256), np.uint16)
    colour_map[:, :4] = np.array(eight_bits).reshape(4, 3).T
    sunk, missing = heights(np.float32, -9999), nodata("-9999")
    files = {
        "tiff 16 bits in planes": of(wide_planes, **rgb, **separate),
        "tiff 16 bits in planes, big-endian tiles": of(wide_planes, **rgb, **separate, **tiles, byteorder=">"),
        "tiff 8 bits in planes, tiles": of(planes, **rgb, **separate, **tiles),
        "tiff 16 bits in planes, clear": of(
            np.concatenate([wide_planes, opaque // 2]),
            halved,
            2,
            **rgb,
            **separate,
            extrasamples=["unassalpha"],
        ),
        "tiff 16 bits in planes, multiplied": of(
            veil, halved, 3, **rgb, **separate, extrasamples=["assocalpha"], compression="zlib"
        ),
        "tiff inks of 16 bits in planes": of(
            inks.transpose(2, 0, 1).astype(np.uint16) * 257, photometric="separated", **separate
        ),
        "tiff grey of 32 bits": of(grey.astype(np.uint32) * 16843009, greys, photometric="minisblack"),
        "tiff grey of 32 bits, big-endian": of(
            grey.astype(np.uint32) * 16843009, greys, photometric="minisblack", byteorder=">", **tiles
        ),
        "tiff grey of 16 bits, big-endian, white is zero": of(
            65535 - grey.astype(np.uint16) * 257, greys, photometric="miniswhite", byteorder=">"
        ),
        "tiff grey alpha of 16 bits": of(
            np.dstack([grey, np.full_like(grey, 255)]).astype(np.uint16) * 257,
            greys,
            photometric="minisblack",
            planarconfig="contig",
            extrasamples=["unassalpha"],
        ),
        "tiff signed bytes": of((grey // 2).astype(np.int8), greys, 2, photometric="minisblack"),
        "tiff signed, below zero": of(heights(np.int16) - np.int16(600), HEIGHTS, photometric="minisblack"),
        "tiff signed, in colours": of((wide // 2).astype(np.int16), **rgb),
        "tiff fractions of 16 bits": of((grey / 255).astype(np.float16), greys, photometric="minisblack"),
        "tiff fractions of 64 bits": of(grey / 255, greys, photometric="minisblack", compression="zlib"),
        "tiff fractions, big-endian, packed by differences": of(
            (grey / 255).astype(np.float32),
            greys,
            photometric="minisblack",
            byteorder=">",
            compression="zlib",
            predictor=True,
        ),
        "tiff fractions in colours": of((picture / 255).astype(np.float32), **rgb),
        "tiff fractions in planes": of((planes / 255).astype(np.float32), **rgb, **separate, **tiles),
        "tiff bands of a satellite": of(bands, photometric="minisblack", planarconfig="contig"),
        "tiff bands of 8 bits": of(np.asarray(quadrants()), photometric="minisblack", planarconfig="contig"),
        "tiff bands in planes": of(bands.transpose(2, 0, 1).copy(), photometric="minisblack", **separate),
        "tiff heights": of(sunk, HEIGHTS, photometric="minisblack", **missing),
        "tiff heights, nothing is no number": of(
            heights(np.float32, np.nan), HEIGHTS, photometric="minisblack", **nodata("nan")
        ),
        "tiff heights, nothing is the lowest number": of(
            heights(np.float32, -3.4028235e38), HEIGHTS, photometric="minisblack", **nodata("-3.4028234663852886e+38")
        ),
        "tiff heights, nothing is the highest number": of(
            heights(np.uint16, 65535), HEIGHTS, photometric="minisblack", **nodata("65535"), **tiles
        ),
        "tiff heights in whole numbers": of(
            heights(np.int16, -32768), HEIGHTS, photometric="minisblack", **nodata("-32768.0")
        ),
        "tiff heights, nothing isn't told": of(sunk, HEIGHTS, photometric="minisblack"),
        "tiff heights of one level": of(
            np.full(SIZE[::-1], 128, np.int16), (GREY,) * 4, photometric="minisblack", **nodata("0")
        ),
        "tiff palette of 8-bit values": of(index, photometric="palette", colormap=colour_map),
        "tiff wide colours of 16 bits": of(
            np.full_like(wide, (200 * 257, 120 * 257, 60 * 257)),
            ((213, 115, 42),) * 4,
            2,
            **rgb,
            iccprofile=display_p3(),
        ),
        "tiff 16 bits in planes, orientation 6": of(
            np.asarray(turned(6)).transpose(2, 0, 1).astype(np.uint16) * 257,
            **rgb,
            **separate,
            extratags=[(ORIENTATION, 3, 1, 6, True)],
        ),
    }
    for bits in (10, 12, 14):
        for order in "<>":
            data = packed_tiff(np.rint(grey * ((2**bits - 1) / 255)), bits, order)
            files[f"tiff of {bits} bits, {order}"] = Taken(data, ".tif", greys, tolerance=1)
    return files


def _pages() -> dict[str, Taken]:
    """TIFFs that hold other things before their picture."""
    picture = np.asarray(quadrants())
    small, black = np.zeros((16, 24, 3), np.uint8), np.zeros((*SIZE[::-1], 3), np.uint8)
    mask = np.zeros(SIZE[::-1], bool)
    rgb = {"photometric": "rgb", "metadata": None}

    def file(*pages: tuple[np.ndarray, dict[str, object]], **options: object) -> Taken:
        data = io.BytesIO()
        with tifffile.TiffWriter(data, **options) as writer:  # type: ignore[arg-type]
            for numbers, how in pages:
                writer.write(numbers, **{**rgb, **how})
        return Taken(data.getvalue(), ".tif")

    old = {"extratags": [(255, 3, 1, 2, True)]}
    reduced, masked = {"subfiletype": 1}, {"subfiletype": 4, "photometric": "minisblack"}
    wide = picture.transpose(2, 0, 1).astype(np.uint16) * 257
    return {
        "tiff, a small version first": file((small, reduced), (picture, {})),
        "tiff, a small version first, big-endian": file((small, reduced), (picture, {}), byteorder=">"),
        "tiff, a small version first, in 64 bits": file((small, reduced), (picture, {}), bigtiff=True),
        "tiff, a small version first, as it was told once": file((small, old), (picture, {})),
        "tiff, a mask first": file((mask, masked), (picture, {})),
        "tiff, a small version and a mask first, deep": file(
            (small, reduced), (mask, masked), (wide, {"planarconfig": "separate"})
        ),
        "tiff, the picture within the small version": file((small, {**reduced, "subifds": 1}), (picture, {})),
        "tiff, a small version within": file((picture, {"subifds": 1}), (small, reduced)),
        "tiff, small versions alone": file((small, reduced), (picture, reduced), (small, reduced)),
        "tiff, a second picture": file((picture, {}), (black, {})),
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
        "tiff in planes": (tiff_of(rng.integers(0, 65536, (3, 60, 80), np.uint16), photometric="rgb"), ".tif"),
        "tiff of fractions": (tiff_of(rng.random((60, 80)), compression="zlib", rowsperstrip=9), ".tif"),
        "ico": (encoded(noise, "ICO", sizes=[(48, 48)]), ".ico"),
        "ico bitmap": (encoded(noise, "ICO", sizes=[(48, 48)], bitmap_format="bmp"), ".ico"),
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
