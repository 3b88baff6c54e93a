"""The curves of HDR hold the values that the standards print, and tones come out as a browser shows them."""

import numpy as np
import pytest
from PIL import Image

from page.pictures.hdr import WHITE, hlg_light, hlg_scene, pq_light, shown, toned
from page.pictures.spaces import BT709, BT2020, HLG, PQ, HdrSpace, exact

BRIGHTNESS = np.array([0.2627, 0.6780, 0.0593])  # of red, green and blue in BT.2020 (BT.2100, table 4)


@pytest.mark.parametrize(("value", "light"), [(0, 0), (0.5081, 100), (0.5806, 203), (0.7518, 1000), (1, 10_000)])
def test_pq_gives_the_light_that_the_standards_print(value: float, light: float) -> None:
    assert pq_light(np.array([value]))[0] == pytest.approx(light, rel=0.002)


@pytest.mark.parametrize(("value", "light"), [(0, 0), (0.38, 26), (0.75, 203), (1, 1000)])
def test_hlg_gives_the_light_of_bt2408(value: float, light: float) -> None:
    grey = hlg_light(hlg_scene(np.full(3, value)), BRIGHTNESS)
    assert grey == pytest.approx(np.full(3, light), rel=0.02, abs=0.01)


def test_hlg_is_a_root_up_to_a_twelfth_of_the_light() -> None:
    assert hlg_scene(np.array([0.25, 0.5, 1.0])) == pytest.approx([1 / 48, 1 / 12, 1], rel=1e-6)


@pytest.mark.parametrize("peak", [1000 / WHITE, 400 / WHITE, 4000 / WHITE, 10_000 / WHITE])
def test_every_light_up_to_the_peak_has_a_tone_of_its_own(peak: float) -> None:
    light = np.linspace(0, peak, 2000)
    tones = toned(light, peak)
    assert tones[0] == 0
    assert tones[-1] == pytest.approx(1)
    assert (np.diff(tones) > 0).all()


def test_paper_is_half_as_bright_beside_highlights_and_whole_without_them() -> None:
    assert toned(np.array([1.0]), 1000 / WHITE)[0] == pytest.approx(0.5)
    assert toned(np.array([1.0, 0.5, 3.0]), 1.0).tolist() == [1, 0.5, 1]


# Levels as Chromium's canvas gives them back for a PNG with cICP of the same levels.
@pytest.mark.parametrize(
    ("space", "given", "seen"),
    [
        (HdrSpace(BT2020, PQ), (128, 128, 128), (132, 132, 132)),
        (HdrSpace(BT2020, PQ), (148, 148, 148), (187, 187, 187)),
        (HdrSpace(BT2020, PQ), (170, 170, 170), (229, 229, 229)),
        (HdrSpace(BT2020, PQ), (193, 193, 193), (255, 255, 255)),
        (HdrSpace(BT2020, PQ, 400.0), (148, 148, 148), (229, 229, 229)),
        (HdrSpace(BT2020, PQ, 4000.0), (220, 220, 220), (247, 247, 247)),
        (HdrSpace(BT2020, HLG), (192, 192, 192), (189, 189, 189)),
        (HdrSpace(BT2020, HLG), (200, 120, 60), (230, 76, 29)),
        (HdrSpace(BT2020, HLG, 400.0), (128, 128, 128), (123, 123, 123)),
    ],
)
def test_colours_are_those_that_a_browser_shows(space: HdrSpace, given: tuple[int, ...], seen: tuple[int, ...]) -> None:
    assert np.abs(np.subtract(shown(Image.new("RGB", (1, 1), given), space).getpixel((0, 0)), seen)).max() <= 3


def test_a_long_picture_is_mapped_in_strips_like_a_short_one() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (700, 900, 3), dtype=np.uint8)
    space = exact(12, PQ)
    assert isinstance(space, HdrSpace)
    whole = np.asarray(shown(Image.fromarray(noise), space))
    assert np.array_equal(whole[-40:], np.asarray(shown(Image.fromarray(noise[-40:]), space)))


def test_grey_stays_grey_in_any_primaries() -> None:
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8)[None])
    for primaries in (BT709, BT2020):
        pixels = np.asarray(shown(ramp, HdrSpace(primaries, PQ)), np.int16)
        assert np.ptp(pixels, axis=2).max() <= 1
