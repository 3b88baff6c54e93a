"""Picture files that are damaged beside the picture, and small ones that cost much: made in memory, from `corpus`."""

import struct
import zlib
from functools import cache

import numpy as np
from PIL import Image, TiffImagePlugin

from tests.page.corpus import (
    Refused,
    Taken,
    chunk,
    display_p3,
    encoded,
    exif,
    icon,
    quadrants,
    tiff,
    turned,
)

COSTLY = "picture.costly"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)
LARGE = (6320, 6320)  # just below 40 megapixels


def png(before: bytes = b"", after: bytes = b"", end: bytes = chunk(b"IEND", b"")) -> bytes:
    """The four quadrants with chunks before and after the pixels."""
    whole = encoded(quadrants(), "PNG")
    return whole[:33] + before + whole[33:-12] + after + end


def wrong(kind: bytes, data: bytes) -> bytes:
    """A chunk with a wrong checksum."""
    return chunk(kind, data)[:-4] + b"\1\2\3\4"


def segment(marker: int, body: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def jpeg(*segments: bytes, image: Image.Image | None = None, **options: object) -> bytes:
    """The four quadrants, or another picture, with segments after the start."""
    whole = encoded(image or quadrants(), "JPEG", **({"quality": 95, "subsampling": 0} | options))
    return whole[:2] + b"".join(segments) + whole[2:]


def profile_by_steps(count: int) -> bytes:
    """Display P3 with a tag of so many steps, whose tables are all the same bytes."""
    p3, grid = display_p3(), 33
    tags = int.from_bytes(p3[128:132])
    table = b"".join(
        p3[at : at + 4]
        + struct.pack(">II", int.from_bytes(p3[at + 4 : at + 8]) + 12, int.from_bytes(p3[at + 8 : at + 12]))
        for at in range(132, 132 + 12 * tags, 12)
    )
    cube = b"clut\0\0\0\0\0\3\0\3" + bytes((grid, grid, grid)) + bytes(13) + bytes(4 * 3 * grid**3)
    places = struct.pack(">II", 16 + 8 * count, len(cube)) * count
    steps = b"mpet\0\0\0\0\0\3\0\3" + struct.pack(">I", count) + places + cube
    table += b"D2B0" + struct.pack(">II", len(p3) + 12, len(steps))
    head = struct.pack(">I", len(p3) + 12 + len(steps)) + p3[4:8] + b"\4\x30\0\0" + p3[12:128]
    return head + struct.pack(">I", tags + 1) + table + p3[132 + 12 * tags :] + steps


def notes(entries: list[bytes], order: str = "<") -> bytes:
    """An Exif directory of whole entries."""
    start = b"II*\0\x08\0\0\0" if order == "<" else b"MM\0*\0\0\0\x08"
    return start + struct.pack(order + "H", len(entries)) + b"".join(entries) + bytes(4)


def entry(tag: int, kind: int, count: int, value: int, order: str = "<") -> bytes:
    """An entry of a directory, its value as four bytes; a short one stands in the first two."""
    short = kind == 3 and count == 1
    return struct.pack(order + ("HHIHH" if short else "HHII"), tag, kind, count, value, *([0] if short else []))


def claiming(count: int, size: int) -> bytes:
    """A TIFF of `size` bytes whose `count` entries all claim all of them."""
    start = 14 + 12 * count
    tags = [struct.pack("<HHII", 1000 + number, 7, size - start, start) for number in range(count)]
    return notes(tags).ljust(size, b"z")


def claiming_big(count: int, size: int) -> bytes:
    """The same as BigTIFF."""
    start = 32 + 20 * count
    tags = b"".join(struct.pack("<HHQQ", 1000 + number, 7, size - start, start) for number in range(count))
    return (b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, count) + tags + bytes(8)).ljust(size, b"z")


@cache
def side_chunks() -> dict[str, bytes]:
    """PNGs with damage beside their picture, each of which a browser shows as if it were not there."""
    p3 = b"p\0\0" + zlib.compress(display_p3())
    gamma = struct.pack(">I", 100_000)
    text = zlib.compress(bytes(3 << 20))
    long_profile = struct.pack(">I", 9 << 20) + display_p3()[4:]
    before = {
        "text with a wrong checksum": wrong(b"tEXt", b"a\0b"),
        "text without an end of its name": chunk(b"tEXt", b"abc"),
        "no text": chunk(b"tEXt", b""),
        "packed text of an unknown method": chunk(b"zTXt", b"a\0\5xyz"),
        "packed text that can't be unpacked": chunk(b"zTXt", b"a\0\0xyz"),
        "packed text of 3 MB": chunk(b"zTXt", b"a\0\0" + text),
        "international text of 3 MB": chunk(b"iTXt", b"a\0\1\0\0\0" + text),
        "international text cut off": chunk(b"iTXt", b"a"),
        "gamma with a wrong checksum": wrong(b"gAMA", gamma),
        "gamma too short": chunk(b"gAMA", gamma[:2]),
        "gamma too long": chunk(b"gAMA", gamma + b"\0"),
        "primaries with a wrong checksum": wrong(b"cHRM", bytes(32)),
        "primaries too short": chunk(b"cHRM", bytes(20)),
        "no intent": chunk(b"sRGB", b""),
        "an unknown intent": chunk(b"sRGB", b"\x09"),
        "dots per metre cut off": chunk(b"pHYs", b"ab"),
        "a time cut off": chunk(b"tIME", b"abc"),
        "a profile with a wrong checksum": wrong(b"iCCP", p3),
        "a profile of an unknown method": chunk(b"iCCP", b"p\0\7" + p3[3:]),
        "a profile without a name": chunk(b"iCCP", b"\0\0" + p3[3:]),
        "a profile that can't be unpacked": chunk(b"iCCP", b"p\0\0xyz"),
        "no profile": chunk(b"iCCP", b""),
        "a damaged profile before a sound one": chunk(b"iCCP", b"p\0\0xyz") + chunk(b"iCCP", p3),
        "a profile longer than it may be": chunk(b"iCCP", b"p\0\0" + zlib.compress(long_profile + bytes(9 << 20))),
        "a clear colour cut off": chunk(b"tRNS", b"\0"),
        "a clear colour with a wrong checksum": wrong(b"tRNS", struct.pack(">3H", 220, 30, 40)),
        "notes that are none": chunk(b"eXIf", b"aa"),
        "notes with a wrong checksum": wrong(b"eXIf", exif(6)[6:]),
        "notes in a text": chunk(b"tEXt", b"Raw profile type exif\0\nexif\n%8d\n" % 8 + exif(6).hex().encode()),
        "a film without a frame": chunk(b"fcTL", b"aaa"),
        "a film whose length is cut off": chunk(b"acTL", b"aa"),
        "a film with a wrong checksum": wrong(b"acTL", struct.pack(">II", 2, 0)),
        "an unknown note": chunk(b"abCd", b"hi"),
    }
    after = {
        "a profile after the pixels": chunk(b"iCCP", p3),
        "a clear colour after the pixels": chunk(b"tRNS", struct.pack(">3H", 220, 30, 40)),
        "text after the pixels with a wrong checksum": wrong(b"tEXt", b"a\0b"),
        "text after the pixels that goes on beyond the end": struct.pack(">I", 1 << 20) + b"tEXta\0b",
        "a frame of no film": chunk(b"fdAT", bytes(8)),
    }
    return (
        {name: png(chunks) for name, chunks in before.items()}
        | {name: png(after=chunks) for name, chunks in after.items()}
        | {"no end": png(end=b""), "half an end": png(end=b"\0\0\0\0IE")}
    )


@cache
def needed_chunks() -> dict[str, bytes]:
    """PNGs damaged where it matters, none of which a browser shows."""
    whole = png()
    return {
        "a header with a wrong checksum": whole[:8] + wrong(b"IHDR", whole[16:29]) + whole[33:],
        "a header twice": png(whole[8:33]),
        "a header that is not the first": whole[:8] + chunk(b"tEXt", b"a\0b") + whole[8:],
        "an unknown chunk that is needed": png(chunk(b"ABCD", b"hi")),
        "text that goes on beyond the end": png(struct.pack(">I", 1 << 20) + b"tEXta\0b"),
        "a palette with a wrong checksum": png(wrong(b"PLTE", bytes(12))),
    }


@cache
def upright() -> dict[str, Taken]:
    """Files whose orientation is hard to find, or is told where it doesn't count."""
    six, three = entry(0x112, 3, 1, 6), entry(0x112, 3, 1, 3)
    stored = turned(6)
    app1 = {
        "a bad entry before": [entry(0x10F, 2, 0xFFFFFFFF, 0x7FFFFFFF), six],
        "an entry of an unknown type before": [entry(0x10F, 99, 5, 0), six],
        "a wrong type before the right one": [entry(0x112, 4, 1, 3), six],
        "two, of which the first counts": [six, three],
    }
    files = {
        f"jpeg, {name}": Taken(jpeg(segment(0xE1, b"Exif\0\0" + notes(entries)), image=stored), ".jpg", tolerance=6)
        for name, entries in app1.items()
    }
    big = segment(0xE1, b"Exif\0\0" + notes([entry(0x112, 3, 1, 6, ">")], ">"))
    many = notes([six])[:8] + b"\xff\xff" + notes([six])[10:]
    first, second = (segment(0xE1, b"Exif\0\0" + notes([each])) for each in (six, three))
    xmp = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    files |= {
        "jpeg, big-endian": Taken(jpeg(big, image=stored), ".jpg", tolerance=6),
        "jpeg, more entries than there are": Taken(
            jpeg(segment(0xE1, b"Exif\0\0" + many), image=stored), ".jpg", tolerance=6
        ),
        "jpeg, two notes": Taken(jpeg(first, second, image=stored), ".jpg", tolerance=6),
        "jpeg, of a long type": Taken(
            jpeg(segment(0xE1, b"Exif\0\0" + notes([entry(0x112, 4, 1, 6)]))), ".jpg", tolerance=6
        ),
        "jpeg, in xmp alone": Taken(jpeg(xmp), ".jpg", tolerance=6),
        "png, in xmp alone": Taken(png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)), ".png"),
        "png, notes of 100 kB": Taken(
            encoded(stored, "PNG")[:33] + chunk(b"eXIf", notes([six]) + bytes(100_000)) + encoded(stored, "PNG")[33:],
            ".png",
        ),
        "webp, in xmp alone": Taken(encoded(quadrants(), "WEBP", lossless=True, xmp=XMP), ".webp"),
        "tiff, in xmp alone": Taken(encoded(quadrants(), "TIFF", tiffinfo={700: XMP}), ".tif"),
        "avif, in xmp alone": Taken(encoded(quadrants(), "AVIF", quality=95, xmp=XMP), ".avif", tolerance=8),
        "avif, in exif alone": Taken(_with_exif_alone(), ".avif", tolerance=8),
        "heic, in xmp alone": Taken(_heic_with_xmp_alone(), ".heic", tolerance=10),
    }
    return files


def _with_exif_alone() -> bytes:
    data = encoded(
        quadrants(), "AVIF", quality=95, exif=b"Exif\0\0" + notes([entry(0x112, 3, 1, 1), entry(1, 3, 1, 1)])
    )
    return data.replace(entry(0x112, 3, 1, 1), entry(0x112, 3, 1, 6))


def _heic_with_xmp_alone() -> bytes:
    return encoded(quadrants(), "HEIC", quality=95, xmp=XMP.replace(b'"6"', b'"1"')).replace(
        b'Orientation="1"', b'Orientation="6"'
    )


@cache
def costly() -> dict[str, Refused]:
    """Small files that would cost much, and are refused before a decoder sees them."""
    whole_jpeg, progressive = jpeg(), jpeg(progressive=True)
    last = progressive.rfind(b"\xff\xda")
    gif = encoded(quadrants().quantize(4), "GIF")
    table = 13 + (6 << (gif[10] & 7))
    small = encoded(quadrants(), "PNG")
    strips = {256: (3, 1), 257: (4, 70_000), 258: (3, 8), 259: (3, 1), 262: (3, 1), 277: (3, 1), 278: (3, 1)}
    tile = {
        256: (3, 1),
        257: (4, 100_000),
        258: (3, 8),
        259: (3, 5),
        262: (3, 1),
        277: (3, 1),
        324: (4, 8),
        325: (4, 9),
    }
    huge = {256: (3, 10), 257: (3, 10), 258: (3, 8), 259: (3, 5), 262: (3, 1), 277: (3, 1), 324: (4, 8), 325: (4, 9)}
    large = {
        256: (3, 7000),
        257: (3, 5700),
        258: (3, 64),
        259: (3, 8),
        262: (3, 1),
        273: (4, 8),
        277: (3, 1),
        279: (4, 9),
    }
    many_strips = tiff(strips | {273: (4, 8), 279: (4, 8)}, bytes(4 * 70_000))
    many_strips = many_strips.replace(struct.pack("<HHII", 273, 4, 1, 8), struct.pack("<HHII", 273, 4, 70_000, 8))
    files = {
        "tiff, notes": (claiming(900, 400_000), ".tif"),
        "tiff, more notes than a directory may have": (claiming(16_000, 400_000), ".tif"),
        "bigtiff, notes": (claiming_big(900, 400_000), ".tif"),
        "tiff, a long chain": (_chain(1001), ".tif"),
        "tiff, many strips": (many_strips, ".tif"),
        "tiff, wide tiles in a narrow picture": (tiff(tile | {322: (3, 4096), 323: (3, 16)}, bytes(64)), ".tif"),
        "tiff, huge tiles": (tiff(huge | {322: (4, 1 << 20), 323: (4, 1 << 20)}, bytes(64)), ".tif"),
        "tiff, one large strip": (tiff(large | {339: (3, 1)}, bytes(64)), ".tif"),
        "jpeg, many scans": (progressive[:-2] + progressive[last:-2] * 64 + progressive[-2:], ".jpg"),
        "jpeg, many segments": (whole_jpeg[:2] + segment(0xFE, b"") * 1000 + whole_jpeg[2:], ".jpg"),
        "gif, many extensions": (gif[:table] + b"!\xfe\1x\0" * 101 + gif[table:], ".gif"),
        "png, many chunks": (png(chunk(b"tEXt", b"a\0b") * 1001), ".png"),
        "png, many chunks after the pixels": (png(after=chunk(b"tEXt", b"a\0b") * 1001), ".png"),
        "webp, many chunks": (_riff(encoded(quadrants(), "WEBP")[12:] + b"abcd\0\0\0\0" * 1000), ".webp"),
        "ico, many pictures": (icon(*[small] * 1001), ".ico"),
        "avif, many boxes": (encoded(quadrants(), "AVIF") + b"\0\0\0\x08free" * 1000, ".avif"),
        "avif, boxes within boxes": (_nested(encoded(quadrants(), "AVIF"), 20), ".avif"),
        "avif, the same bytes for many items": (_shared_items(), ".avif"),
        "pgm, comments between numbers": (b"P2 9 9 255\n" + b"#\n" * 2000 + b"1 " * 81, ".pgm"),
        "psd, many notes": (photoshop(resources=b"8BIM\0\1\0\0\0\0\0\0" * 1001), ".psd"),
        "jp2, many tiles": (encoded(quadrants((330, 330)), "JPEG2000", tile_size=(10, 10)), ".jp2"),
    }
    return {name: Refused(data, suffix, COSTLY) for name, (data, suffix) in files.items()}


@cache
def cheap() -> dict[str, Taken]:
    """Small files that cost much for decoders that see everything in them, and are taken without that."""
    bomb = claiming(300, 60_000)
    gif = encoded(quadrants().quantize(4), "GIF")
    table = 13 + (6 << (gif[10] & 7))
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags.tagtype[33434], tags[33434] = 5, tuple(0.5 for _ in range(50_000))
    noted = encoded(quadrants(), "TIFF", tiffinfo=tags)
    return {
        "jpeg, notes": Taken(jpeg(segment(0xE1, b"Exif\0\0" + bomb)), ".jpg", tolerance=6),
        "png, notes": Taken(png(chunk(b"eXIf", claiming(900, 4_000_000))), ".png"),
        "png, notes in a text": Taken(
            png(
                chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n 60000\n" + bomb.hex().encode()))
            ),
            ".png",
        ),
        "png, 900 texts of a megabyte": Taken(
            png(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1 << 20))) * 900), ".png"
        ),
        "png, pixels in 20,000 chunks": Taken(_in_pieces(), ".png"),
        "webp, notes": Taken(encoded(quadrants(), "WEBP", lossless=True, exif=claiming(900, 4_000_000)), ".webp"),
        "avif, notes": Taken(
            encoded(quadrants(), "AVIF", quality=95, exif=b"Exif\0\0" + notes([])), ".avif", tolerance=8
        ),
        "heic, notes": Taken(
            encoded(quadrants(), "HEIC", quality=95, exif=b"Exif\0\0" + claiming(900, 4_000_000)), ".heic", tolerance=10
        ),
        "ico, notes in a png": Taken(icon(png(chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(1 << 20))) * 900)), ".ico"),
        "tiff, notes of 50,000 fractions": Taken(noted, ".tif"),
        "jpeg, a megabyte of the fill byte": Taken(jpeg(b"\xff" * (1 << 20)), ".jpg", tolerance=6),
        "gif, a comment of a megabyte": Taken(
            gif[:table] + b"!\xfe" + (b"\xff" + bytes(255)) * 4096 + b"\0" + gif[table:], ".gif"
        ),
    }


@cache
def large() -> dict[str, bytes]:
    """Files of a few kilobytes with as many pixels as may be, that are taken and take most."""
    rgb, clear = Image.new("RGB", LARGE, (20, 170, 60)), Image.new("RGBA", LARGE, (20, 170, 60, 128))
    return {
        "png": encoded(clear, "PNG", compress_level=1),
        "jpeg progressive": encoded(rgb, "JPEG", progressive=True, subsampling=0),
        "jpeg progressive strip": encoded(Image.new("RGB", (39_000, 1023)), "JPEG", progressive=True, subsampling=0),
        "jpeg progressive without an end": encoded(rgb, "JPEG", progressive=True, subsampling=0)[:-2],
        "jpeg of 64 scans": _scans(encoded(rgb, "JPEG", progressive=True)),
        "png with a profile by steps": encoded(quadrants(), "PNG", icc_profile=profile_by_steps(1000)),
        "webp": encoded(clear, "WEBP", lossless=True, method=0, quality=0),
        "tiff": encoded(rgb, "TIFF", compression="tiff_adobe_deflate", strip_size=1 << 30),
        "gif": encoded(Image.new("P", LARGE), "GIF"),
        "avif": encoded(Image.new("RGB", (5400, 5400)), "AVIF", speed=10, subsampling="4:4:4"),
        "jpeg 2000": encoded(Image.new("RGB", (3400, 3400)), "JPEG2000"),
        "bmp of run lengths": run_lengths(*LARGE, b"\0\0" * 6320 + b"\0\1"),
    }


def run_lengths(width: int, height: int, body: bytes, kind: int = 1) -> bytes:
    """A BMP of 256 greys (kind 1) or 16 (kind 2) in run lengths."""
    bits = 8 // kind
    palette = b"".join(bytes((level, level, level, 0)) for level in range(1 << bits))
    start = 54 + len(palette)
    head = b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start)
    return head + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, kind, len(body), 0, 0, 0, 0) + palette + body


def photoshop(
    channels: tuple[np.ndarray, ...] = (), layers: int = 0, resources: bytes = b"", packed: bool = False, depth: int = 8
) -> bytes:
    """A PSD of planes, the four quadrants if there are none; so many layers are told, less than zero for clear ones."""
    planes = channels or tuple(np.asarray(quadrants()).transpose(2, 0, 1))
    height, width = planes[0].shape
    head = b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", len(planes), height, width, depth, 3) + bytes(4)
    told = struct.pack(">Ih", 2, layers) if layers else b""
    pixels = b"\0\0" + b"".join(plane.tobytes() for plane in planes)
    if packed:
        rows = [b"".join(bytes((0, value)) for value in row) for plane in planes for row in plane.tolist()]
        pixels = b"\0\1" + b"".join(struct.pack(">H", len(row)) for row in rows) + b"".join(rows)
    return head + struct.pack(">I", len(resources)) + resources + struct.pack(">I", len(told)) + told + pixels


def _scans(data: bytes) -> bytes:
    last, count = data.rfind(b"\xff\xda"), data.count(b"\xff\xda")
    return data[:-2] + data[last:-2] * (64 - count) + data[-2:]


def _riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _chain(count: int) -> bytes:
    pages = b"".join(
        struct.pack("<H", 1) + entry(256, 3, 1, 1) + struct.pack("<I", 8 + 18 * (number + 1)) for number in range(count)
    )
    return b"II*\0\x08\0\0\0" + pages


def _nested(data: bytes, depth: int) -> bytes:
    box = b""
    for _ in range(depth):
        box = struct.pack(">I4s", len(box) + 8, b"moov") + box
    return data + box


def _shared_items() -> bytes:
    """An AVIF whose `iloc` tells 500 items, each as long as the file, which is 100 kB long."""
    data = encoded(quadrants(), "AVIF") + struct.pack(">I4s", 100_000, b"free") + bytes(99_992)
    items = b"".join(struct.pack(">HHHII", number, 0, 1, 0, len(data)) for number in range(500))
    body = b"\0\0\0\0\x44\0" + struct.pack(">H", 500) + items
    iloc = struct.pack(">I4s", len(body) + 8, b"iloc") + body
    meta = bytes(4) + iloc
    return data[: int.from_bytes(data[:4])] + struct.pack(">I4s", len(meta) + 8, b"meta") + meta + data


def _in_pieces() -> bytes:
    raw = b"".join(b"\0" + row.tobytes() for row in np.asarray(quadrants()))
    packed = zlib.compress(raw)
    pieces = b"".join(chunk(b"IDAT", packed[at : at + 1]) for at in range(len(packed)))
    whole = png()
    return whole[:33] + chunk(b"IDAT", b"") * 20_000 + pieces + chunk(b"IEND", b"")
