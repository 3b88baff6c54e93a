"""Spaces by number are those of the standards, and their profiles convert as the well-known ones do."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from page.pictures.spaces import BT709, HLG, PQ, SRGB, HdrSpace, Space, exact, likely, power, profile, to_xyz
from tests.page.corpus import display_p3

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8))


def converted(icc: bytes) -> np.ndarray:
    target = ImageCms.createProfile("sRGB")
    return np.asarray(ImageCms.profileToProfile(NOISE, ImageCms.ImageCmsProfile(BytesIO(icc)), target), np.int16)


def test_matrix_of_srgb_is_the_published_one() -> None:
    published = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]  # IEC 61966-2-1
    assert to_xyz(BT709) == pytest.approx(np.array(published), abs=5e-5)


def test_profile_of_a_phones_numbers_converts_like_a_phones_profile() -> None:
    space = exact(12, 13)
    assert isinstance(space, Space)
    assert np.abs(converted(profile(space)) - converted(display_p3())).max() <= 1


def test_profile_of_srgb_changes_nothing() -> None:
    assert np.abs(converted(profile(SRGB)) - np.asarray(NOISE)).max() <= 1


def test_profile_of_a_space_of_another_white_keeps_white() -> None:
    for number in (4, 8, 10, 11):
        space = exact(number, 17)
        assert isinstance(space, Space)
        white = Image.new("RGB", (1, 1), "white")
        source = ImageCms.ImageCmsProfile(BytesIO(profile(space)))
        seen = ImageCms.profileToProfile(white, source, ImageCms.createProfile("sRGB"))
        assert min(seen.getpixel((0, 0))) >= 254


def test_numbers_that_say_nothing_are_nothing_in_png_and_srgb_elsewhere() -> None:
    for numbers in ((2, 2), (0, 0), (2, 13), (99, 8), (12, 2), (9, 99), (3, 3)):
        assert exact(*numbers) is None
    assert likely(2, 2) == SRGB
    assert likely(1, 1) == SRGB, "the numbers of films are put on ordinary pictures"
    assert likely(12, 2) == exact(12, 13)
    assert likely(2, 8) == Space(BT709, power(1))


def test_light_beyond_paper_has_a_peak() -> None:
    assert exact(9, HLG) == HdrSpace(exact_primaries(9), HLG, 1000.0)
    assert likely(9, PQ, 400.0) == HdrSpace(exact_primaries(9), PQ, 400.0)


def exact_primaries(number: int) -> tuple[float, ...]:
    space = exact(number, 13)
    assert space is not None
    return space.primaries


@pytest.mark.parametrize("primaries", [(0.0,) * 8, (0.1,) * 6 + (0.3127, 0.3290), (0.3,) * 7 + (0.0,)])
def test_primaries_that_span_no_colours_have_no_matrix(primaries: tuple[float, ...]) -> None:
    with pytest.raises(np.linalg.LinAlgError):
        to_xyz(primaries)  # type: ignore[arg-type]
