"""How large a picture says that it is, by its first bytes alone."""

import math
import struct
from io import BytesIO

import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from page.pictures.claims import claimed
from tests.page import corpus

register_heif_opener()
SIZE = (128, 64)  # HEIC tells the size in whole blocks


def saved(kind: str, size: tuple[int, int] = SIZE, mode: str = "RGB", **options: object) -> bytes:
    file = BytesIO()
    Image.new(mode, size).save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "WEBP", "TIFF", "HEIF", "AVIF", "JPEG2000"])
def test_size_is_read(kind: str) -> None:
    assert claimed(saved(kind, mode="P" if kind == "GIF" else "RGB")) == SIZE


@pytest.mark.parametrize(
    "data",
    [
        saved("WEBP", quality=50),
        saved("WEBP", mode="RGBA", quality=50, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
        saved("WEBP", lossless=True),
        saved("JPEG", progressive=True, comment=b"x" * 900, icc_profile=b"y" * 70_000),
        saved("TIFF", big_tiff=True),
        saved("ICO", sizes=[SIZE]),
        b"\0\0\2\0" + saved("ICO", sizes=[SIZE])[4:],
        saved("JPEG2000", no_jp2=True),
        b"8BPS" + struct.pack(">H6xHII", 1, 3, *reversed(SIZE)),
    ],
)
def test_kinds_of_one_format_are_read(data: bytes) -> None:
    assert claimed(data) == SIZE


def test_box_before_the_picture_is_not_believed() -> None:
    data = saved("JPEG2000")
    lie = struct.pack(">I4s", 40, b"uuid") + b"ihdr" + struct.pack(">II", 1, 1) + bytes(20)
    assert claimed(data[:12] + lie + data[12:]) == SIZE


def test_largest_page_counts() -> None:
    file = BytesIO()
    Image.new("L", (10, 10)).save(file, "TIFF", save_all=True, append_images=[Image.new("L", SIZE)])
    assert claimed(file.getvalue()) == SIZE


def test_second_header_of_a_png_counts() -> None:
    small, large = saved("PNG", (3, 3)), saved("PNG", SIZE)
    assert claimed(small[:33] + large[8:33] + small[33:]) == SIZE


@pytest.mark.parametrize("data", [b"", b"words", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0\x08\0\0\0", b"BM"])
def test_what_tells_no_size_claims_none(data: bytes) -> None:
    assert claimed(data) is None


def test_walks_end() -> None:
    """A million blocks, tags that lead in a circle, a length of nothing."""
    blocks = saved("GIF", mode="P")[:13] + b"!\xfe" + b"\1x" * 1_000_000
    circle = b"II*\0\x08\0\0\0" + struct.pack("<H", 0) + struct.pack("<I", 8)
    many = b"II*\0\x08\0\0\0" + struct.pack("<H", 60_000) + bytes(12) * 60_000
    boxes = b"\0\0\0\x10ftypavif" + bytes(8_000_000)
    for data in (blocks, circle, many, boxes, b"\xff\xd8\xff\xe0\0\2" * 1_000_000):
        assert claimed(data) is None


@pytest.mark.parametrize("name", corpus.taken().keys())
def test_no_picture_that_is_taken_claims_less_than_it_has(name: str) -> None:
    file = corpus.taken()[name]
    size = claimed(file.data)
    assert size is None or math.prod(size) >= math.prod(file.size), "to which test_picture.py sees it decoded"
