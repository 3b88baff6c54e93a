"""Kinds of pictures beside the usual ones: what can be decoded is, and what can't is called by its name."""

import struct

import numpy as np
import pytest
from PIL import Image

from page.pictures import formats, picture
from page.pictures.picture import BrokenPicture, decode
from page.words import load, speaking
from tests.page.corpus import BLUE, QUADRANTS, RED, SIZE, WHITE, encoded, quadrants, turned
from tests.page.hostile import jpeg, photoshop
from tests.page.pictures.test_picture import difference

PIXELS = np.asarray(quadrants())
GREYS = np.asarray(quadrants().convert("L"))


def written(kind: str, values: np.ndarray, white: int) -> bytes:
    height, width = values.shape[:2]
    return f"{kind} {width}\n# a comment\n{height} {white}\n".encode() + b" ".join(b"%d" % n for n in values.ravel())


def packed(kind: str, values: np.ndarray, white: int) -> bytes:
    height, width = values.shape[:2]
    return f"{kind}\n{width} {height}\n{white}\n".encode() + values.astype(np.uint8 if white < 256 else ">u2").tobytes()


def pam(values: np.ndarray, white: int = 255) -> bytes:
    height, width, channels = values.shape
    head = f"P7\nWIDTH {width}\nHEIGHT {height}\n# hello\nDEPTH {channels}\nMAXVAL {white}\nTUPLTYPE ANY\nENDHDR\n"
    return head.encode() + values.astype(np.uint8).tobytes()


CLEAR = np.dstack((PIXELS, np.where(np.arange(SIZE[0]) < SIZE[0] // 2, 255, 0)[None].repeat(SIZE[1], 0)))
BITS = (GREYS > 128).astype(np.uint8)
RIGHT_GONE = (RED, WHITE, BLUE, WHITE)

TAKEN = {
    "ppm": (packed("P6", PIXELS, 255), QUADRANTS),
    "ppm of 16 bits": (packed("P6", PIXELS.astype(np.uint16) * 257, 65535), QUADRANTS),
    "ppm with another white": (packed("P6", PIXELS // 2, 127), QUADRANTS),
    "ppm in words": (written("P3", PIXELS, 255), QUADRANTS),
    "pam": (pam(PIXELS), QUADRANTS),
    "pam with alpha": (pam(CLEAR), RIGHT_GONE),
    "jpeg 2000": (encoded(quadrants(), "JPEG2000"), QUADRANTS),
    "jpeg 2000 without boxes": (encoded(quadrants(), "JPEG2000", no_jp2=True), QUADRANTS),
    "tga": (encoded(quadrants(), "TGA"), QUADRANTS),
    "tga packed": (encoded(quadrants(), "TGA", compression="tga_rle"), QUADRANTS),
    "tga of the first version": (encoded(quadrants(), "TGA")[:-26], QUADRANTS),
    "tga with alpha": (encoded(Image.fromarray(CLEAR.astype(np.uint8)), "TGA"), RIGHT_GONE),
    "psd": (photoshop(), QUADRANTS),
    "psd packed": (photoshop(packed=True), QUADRANTS),
    "psd with something selected": (
        photoshop((*PIXELS.transpose(2, 0, 1), CLEAR[..., 3].astype(np.uint8)), 2),
        QUADRANTS,
    ),
    "psd packed, with something selected": (
        photoshop((*PIXELS.transpose(2, 0, 1), CLEAR[..., 3].astype(np.uint8)), packed=True),
        QUADRANTS,
    ),
    "psd with a clear part": (photoshop((*PIXELS.transpose(2, 0, 1), CLEAR[..., 3].astype(np.uint8)), -2), RIGHT_GONE),
}


@pytest.mark.parametrize(("data", "colours"), TAKEN.values(), ids=TAKEN.keys())
def test_picture_of_a_rarer_kind_is_taken(data: bytes, colours: tuple[tuple[int, int, int], ...]) -> None:
    taken = decode(data).rgb
    assert taken.size == SIZE
    assert difference(taken, colours) <= 2  # type: ignore[arg-type]


@pytest.mark.parametrize("data", [packed("P5", GREYS, 255), written("P2", GREYS, 255)])
def test_grey_map_has_its_greys(data: bytes) -> None:
    assert np.array_equal(np.asarray(decode(data).rgb)[..., 0], GREYS)


def test_map_of_bits_is_black_where_they_are_one() -> None:
    expected = np.where(BITS, 255, 0)
    height, width = BITS.shape
    rows = np.packbits(1 - BITS, axis=1).tobytes()
    digits = "".join(str(1 - bit) for bit in BITS.ravel()).encode()
    for data in (b"P4 %d %d\n" % (width, height) + rows, b"P1 %d %d\n" % (width, height) + digits):
        assert np.array_equal(np.asarray(decode(data).rgb)[..., 0], expected)


@pytest.mark.parametrize(
    "data",
    [
        packed("P6", PIXELS, 255)[:-9],
        written("P2", GREYS, 255)[:-9],
        written("P2", GREYS, 9),
        b"P6 0 9 255\n",
        b"P6 9 9 70000\n" + bytes(500),
        pam(PIXELS)[:40],
        encoded(quadrants(), "JPEG2000")[:200],
        photoshop()[:-99],
        photoshop()[:30],
        encoded(quadrants(), "TGA", compression="tga_rle")[:60],
    ],
)
def test_rarer_kind_that_is_cut_off_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenPicture):
        decode(data)


def raw_photo(preview: bytes, orientation: int = 1, dng: bool = True) -> bytes:
    """A TIFF with a small thumbnail, and below it a preview and what the sensor counted."""
    entries: list[tuple[int, int, int, int]] = [
        *((254, 4, 1, 1), (256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)),
        *((273, 4, 1, 8), (274, 3, 1, orientation), (277, 3, 1, 1), (279, 4, 1, 64), (330, 4, 2, 0)),
    ]
    entries += [(50706, 1, 4, 1)] if dng else []
    start = 8 + 64
    at_list = start + 2 + 12 * len(entries) + 4
    below, sensor = at_list + 8, at_list + 8 + 2 + 12 * 2 + 4
    at_preview = sensor + 2 + 12 * 2 + 4
    entries = [(tag, kind, count, at_list if tag == 330 else value) for tag, kind, count, value in entries]

    def directory(lines: list[tuple[int, int, int, int]]) -> bytes:
        return struct.pack("<H", len(lines)) + b"".join(struct.pack("<HHII", *line) for line in lines) + bytes(4)

    return (
        (b"II*\0" + struct.pack("<I", start) + bytes(64) + directory(entries))
        + struct.pack("<II", below, sensor)
        + directory([(513, 4, 1, at_preview), (514, 4, 1, len(preview))])
        + directory([(256, 4, 1, 4000), (262, 3, 1, 32803)])
        + preview
    )


@pytest.mark.parametrize("dng", [True, False])
def test_raw_photo_shows_its_preview_upright(dng: bool) -> None:
    stored = turned(6).resize((512, 768), Image.Resampling.NEAREST)
    taken = decode(raw_photo(jpeg(image=stored), 6, dng)).rgb
    assert taken.size == (768, 512)
    assert difference(taken, QUADRANTS) <= 6


def test_raw_photo_without_a_large_preview_is_called_so() -> None:
    for preview in (jpeg(), b"", jpeg().replace(b"\xff\xc0", b"\xff\xc3")):
        with pytest.raises(picture.Problem) as caught:
            decode(raw_photo(preview))
        assert (caught.value.key, caught.value.values) == ("picture.raw", {"kind": "DNG"})
    with pytest.raises(picture.Problem) as caught:
        decode(b"II*\0\x10\0\0\0CR\2\0" + bytes(60))
    assert caught.value.key in ("picture.raw", "picture.broken")


NAMED = {
    "jpeg xl": (b"\xff\x0a" + bytes(40), "other_kind", "JPEG XL"),
    "jpeg xl in boxes": (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(40), "other_kind", "JPEG XL"),
    "psd of 16 bits": (photoshop(depth=16), "other_kind", "PSD (16 bit)"),
    "large psd": (b"8BPS\0\2" + photoshop()[6:], "other_kind", "PSB"),
    "gimp": (b"gimp xcf file\0" + bytes(40), "other_kind", "GIMP (XCF)"),
    "cr3": (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(40), "raw", "CR3"),
    "raf": (b"FUJIFILMCCD-RAW 0201" + bytes(40), "raw", "RAF"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "document", "PDF"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "document", "PostScript"),
    "office": (b"PK\3\4" + bytes(26) + b"[Content_Types].xml" + bytes(40), "document", "Office"),
    "mp4": (b"\0\0\0\x18ftypisom\0\0\2\0isommp42" + bytes(40), "film", None),
    "webm": (b"\x1a\x45\xdf\xa3" + bytes(40), "film", None),
    "avi": (b"RIFF\0\1\0\0AVI LIST" + bytes(40), "film", None),
}


@pytest.mark.parametrize(("data", "key", "kind"), NAMED.values(), ids=NAMED.keys())
def test_file_that_is_not_opened_is_called_by_its_name(data: bytes, key: str, kind: str | None) -> None:
    with pytest.raises(picture.Problem) as caught:
        decode(data)
    assert caught.value.key == f"picture.{key}"
    assert caught.value.values == ({"kind": kind} if kind else {})
    words = load()
    for language in words.languages:
        with speaking(language):
            sentence = words.of(caught.value)
        assert "{" not in sentence
        assert (kind or "") in sentence


def test_other_kinds_are_not_mistaken_for_these() -> None:
    letters = (b"P6 is the name of a street\n", b"P5\nis where I live", bytes(40))
    assert [formats.sniff(data) for data in letters] == [None] * len(letters)
