"""Where a file says several things about its colours, the same one counts as in browsers."""

import struct

import pytest
from PIL import Image

from page.pictures.picture import decode
from page.pictures.spaces import exact
from page.pictures.told import told
from tests.page import corpus
from tests.page.corpus import chunk, cicp, gamma, packed_profile

ORANGE = (200, 120, 60)
DARK = packed_profile(corpus.icc_profile(b"RGB ", (1.8, 1.0, 0.0, 0.0, 0.0), corpus.SRGB_COLOURS))
PHONE = packed_profile(corpus.display_p3())


def numbered(*numbers: int) -> bytes:
    """A dark profile that brings numbers along."""
    tone = (1.8, 1.0, 0.0, 0.0, 0.0)
    return packed_profile(corpus.icc_profile(b"RGB ", tone, corpus.SRGB_COLOURS, (numbers[0], numbers[1])))


SRGB = chunk(b"sRGB", b"\0")
NOTHING = packed_profile(b"not a profile at all")
SILLY = chunk(b"cHRM", struct.pack(">8I", 31270, 32900, *(10_000,) * 6))

AS_IT_IS, LINEAR, AS_DARK, AS_PHONE = ORANGE, (229, 183, 133), (210, 139, 77), (213, 115, 42)


def peak(kind: bytes, nits: int) -> bytes:
    head = b"" if kind == b"cLLI" else bytes(16)
    return chunk(kind, head + struct.pack(">II", nits * 10_000, 1))


@pytest.mark.parametrize(
    ("chunks", "seen"),
    [
        ((cicp(1, 13), PHONE), AS_IT_IS),
        ((PHONE, cicp(1, 13)), AS_IT_IS),
        ((cicp(1, 13), gamma(1)), AS_IT_IS),
        ((PHONE, SRGB), AS_PHONE),
        ((SRGB, PHONE), AS_PHONE),
        ((DARK, gamma(1)), AS_DARK),
        ((SRGB, gamma(1)), AS_IT_IS),
        ((gamma(1), SRGB), AS_IT_IS),
        ((NOTHING, gamma(1)), LINEAR),
        ((NOTHING, SRGB, gamma(1)), AS_IT_IS),
        ((cicp(2, 2), DARK), AS_DARK),
        ((cicp(12, 2), gamma(1)), LINEAR),
        ((cicp(9, 99), gamma(1)), LINEAR),
        ((numbered(12, 13),), AS_PHONE),
        ((numbered(1, 8),), LINEAR),
        ((numbered(1, 1),), AS_IT_IS),
        ((numbered(2, 2),), AS_DARK),
        ((numbered(9, 18),), (230, 76, 29)),
        ((cicp(1, 13), numbered(9, 18)), AS_IT_IS),
        ((cicp(12, 13, full=0),), AS_IT_IS),
        ((cicp(12, 13, matrix=1),), AS_IT_IS),
        ((gamma(1), gamma(0.45455)), LINEAR),
    ],
)
def test_what_counts_in_a_png_is_what_counts_in_browsers(chunks: tuple[bytes, ...], seen: corpus.Colour) -> None:
    shown = decode(corpus.plain_png(ORANGE, *chunks)).rgb.getpixel((9, 9))
    assert max(abs(one - other) for one, other in zip(shown, seen, strict=True)) <= 2


@pytest.mark.parametrize(
    "chunks",
    [
        (gamma(0.45455),),
        (gamma(0.47),),
        (gamma(0),),
        (corpus.chromaticities(0.68, 0.32, 0.265, 0.69, 0.15, 0.06),),
        (SILLY, gamma(1)),
        (chunk(b"cHRM", bytes(32)), gamma(1)),
        (gamma(0.00001),),
    ],
    ids=["usual", "nearly", "none", "no gamma", "silly", "empty", "no curve"],
)
def test_what_says_nothing_of_use_changes_nothing(chunks: tuple[bytes, ...]) -> None:
    assert decode(corpus.plain_png(ORANGE, *chunks)).rgb.getpixel((9, 9)) == ORANGE


@pytest.mark.parametrize(
    ("chunks", "seen"),
    [
        ((), 187),
        ((peak(b"cLLI", 400),), 229),
        ((peak(b"mDCV", 400),), 229),
        ((peak(b"mDCV", 4000), peak(b"cLLI", 400)), 229),
        ((peak(b"cLLI", 0),), 187),
        ((peak(b"cLLI", 150),), 255),
    ],
)
def test_brightest_light_decides_how_much_room_is_kept_for_it(chunks: tuple[bytes, ...], seen: int) -> None:
    paper = decode(corpus.plain_png((148, 148, 148), cicp(9, 16), *chunks)).rgb.getpixel((9, 9))
    assert abs(paper[0] - seen) <= 1


def box(kind: bytes, content: bytes, long: bool = False) -> bytes:
    if long:
        return struct.pack(">I4sQ", 1, kind, len(content) + 16) + content
    return struct.pack(">I4s", len(content) + 8, kind) + content


def heif(properties: list[bytes], wide: bool = False) -> bytes:
    """The boxes of an HEIF file whose second picture is the main one and has all properties but the first."""
    version = b"\1\0\0\1" if wide else bytes(4)
    number, index = (">I", ">H") if wide else (">H", ">B")
    main, other = struct.pack(number, 2), struct.pack(number, 1)
    used = b"".join(struct.pack(index, at) for at in range(2, len(properties) + 1))
    links = version + struct.pack(">I", 2) + other + b"\1" + struct.pack(index, 1)
    links += main + bytes([len(properties) - 1]) + used
    told_by = box(b"iprp", box(b"ipco", b"".join(properties)) + box(b"ipma", links), long=wide)
    return box(b"ftyp", b"heic") + box(b"meta", bytes(4) + box(b"pitm", version[:1] + bytes(3) + main) + told_by)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize(
    ("light", "peak"),
    [
        ([], 1000),
        ([box(b"clli", struct.pack(">2H", 400, 100))], 400),
        ([box(b"mdcv", bytes(16) + struct.pack(">2I", 4000 * 10_000, 50))], 4000),
        ([box(b"mdcv", bytes(16) + struct.pack(">2I", 1, 1)), box(b"clli", struct.pack(">2H", 600, 1))], 600),
    ],
)
def test_properties_of_the_main_picture_count_and_no_others(wide: bool, light: list[bytes], peak: float) -> None:
    others, own = (box(b"colr", b"nclx" + struct.pack(">3HB", *numbers, 0)) for numbers in ((12, 13, 6), (9, 16, 9)))
    assert told_of(heif([others, own, *light], wide)) == [exact(9, 16, peak)]


def test_numbers_of_another_picture_in_the_file_do_not_count() -> None:
    data = corpus.with_nclx(corpus.taken()["avif"].data, 12, 13)
    at = data.index(b"pitm") + 8
    other = data[:at] + b"\0\x63" + data[at + 2 :]  # the main picture is one that has no properties
    assert len(told_of(data)) == 1
    assert told_of(other) == []


def test_a_profile_cut_off_brings_no_numbers() -> None:
    profile = corpus.icc_profile(b"RGB ", (1.8, 1.0, 0.0, 0.0, 0.0), corpus.SRGB_COLOURS, (9, 16))
    image = Image.new("RGB", (1, 1))
    for end in range(len(profile)):
        image.info["icc_profile"] = profile[:end]
        assert len(list(told(b"any other kind of file", image))) == (end > 0)
    image.info["icc_profile"] = profile
    assert len(list(told(b"any other kind of file", image))) == 2


def test_damaged_boxes_say_nothing() -> None:
    data = corpus.with_nclx(corpus.taken()["avif"].data, 12, 13)
    for name in (b"meta", b"pitm", b"iprp", b"ipco", b"ipma"):
        assert told_of(data.replace(name, b"free")) == []
    for end in range(data.index(b"mdat")):
        told_of(data[:end])


def test_a_damaged_chunk_says_nothing() -> None:
    data = corpus.plain_png(ORANGE, gamma(1))
    at = data.index(b"gAMA") + 8
    assert len(told_of(data)) == 1
    assert told_of(data[:at] + b"????" + data[at + 4 :]) == []


def told_of(data: bytes) -> list[object]:
    return list(told(data, Image.new("RGB", (1, 1))))
