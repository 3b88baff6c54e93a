"""Colours of any profile become sRGB's, and the work for a profile is done once."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

from page.pictures import colour
from page.pictures.colour import conversion
from page.pictures.told import Source
from tests.page.corpus import display_p3

NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8))
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def to_srgb(image: Image.Image, *sources: Source) -> Image.Image:
    return colour.to_srgb(image, conversion(sources, "grey" if image.mode == "L" else "colours"))


def test_a_picture_that_is_srgb_already_keeps_every_value() -> None:
    assert np.array_equal(to_srgb(NOISE, SRGB), NOISE)
    assert np.array_equal(to_srgb(NOISE), NOISE)


def test_grey_with_a_profile_for_colours_is_not_taken_for_srgb() -> None:
    grey = NOISE.convert("L")
    assert np.array_equal(to_srgb(grey, SRGB), grey.convert("RGB"))


def test_wide_colours_are_converted_alike_by_many_threads_and_as_lcms_does_alone() -> None:
    profile = ImageCms.ImageCmsProfile(BytesIO(display_p3()))
    alone = ImageCms.profileToProfile(NOISE, profile, ImageCms.createProfile("sRGB"))
    assert not np.array_equal(alone, NOISE)
    with ThreadPoolExecutor(8) as visitors:
        for converted in visitors.map(lambda _: to_srgb(NOISE, display_p3()), range(64)):
            assert np.array_equal(converted, alone)


def test_a_profile_is_read_once_unless_it_is_long() -> None:
    kept = colour._kept_transform
    kept.cache_clear()
    long = display_p3() + bytes(1 << 16)
    for profile in (display_p3(), long, display_p3(), long):
        to_srgb(NOISE, profile)
    assert (kept.cache_info().misses, kept.cache_info().hits) == (1, 1)
    assert not np.array_equal(to_srgb(NOISE, long), NOISE), "converted all the same"
