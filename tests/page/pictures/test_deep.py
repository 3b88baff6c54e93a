"""Numbers of any kind become grey levels by one rule, in little memory."""

import io
from itertools import pairwise

import numpy as np
import pytest
import tifffile

from page.pictures import deep
from page.pictures.deep import UnknownKind, opened, span
from tests.page.corpus import SIZE, heights, nodata, tiff_of

WHOLE = (255.0, 65535.0, 2.0**32 - 1)


@pytest.mark.parametrize(
    ("low", "high", "usual", "measured", "black_and_white"),
    [
        (0, 200, WHOLE, False, (0, 255)),
        (90, 65000, WHOLE, False, (0, 65535)),
        (0, 20000, WHOLE, False, (0, 65535)),
        (0, 4095, WHOLE, False, (0, 4095)),
        (0, 4e9, WHOLE, False, (0, 2.0**32 - 1)),
        (0, 1e19, WHOLE, False, (0, 1e19)),
        (-40, 80, WHOLE, False, (-40, 80)),
        (-40, -20, WHOLE, False, (-40, 0)),
        (0.1, 0.2, (1.0, 255.0), False, (0, 1)),
        (0.1, 200, (1.0, 255.0), False, (0, 255)),
        (0.1, 3000, (1.0, 255.0), False, (0, 3000)),
        (200, 1100, (1.0, 255.0), True, (200, 1100)),
        (-5, -5, WHOLE, True, (-5, 0)),
        (7, 7, WHOLE, True, (0, 255)),
    ],
)
def test_black_and_white_are_the_usual_values_or_the_range(
    low: float, high: float, usual: tuple[float, ...], measured: bool, black_and_white: tuple[float, float]
) -> None:
    assert span(low, high, usual, measured) == black_and_white


def test_a_large_picture_comes_with_every_second_pixel_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    ramp = np.add.outer(np.arange(130), np.arange(170)).astype(np.float32)
    for options in ({"tile": (16, 32)}, {"rowsperstrip": 7}):
        data = tiff_of(ramp, photometric="minisblack", compression="zlib", **options)
        whole = np.asarray(opened(data))
        with monkeypatch.context() as small:
            small.setattr(deep, "_MOST_NUMBERS", ramp.nbytes // 8)  # a third of each side and no less
            third = np.asarray(opened(data))
        assert third.shape == (44, 57)
        assert np.abs(third - whole[::3, ::3].astype(np.int16)).max() <= 1


def test_tiles_that_were_left_out_are_black() -> None:
    ground = heights(np.int16)
    data = tiff_of(ground, photometric="minisblack", tile=(16, 16), **nodata("0"))
    with tifffile.TiffFile(io.BytesIO(data)) as file:
        counts = file.pages.first.tags[325]
        at, kind = counts.valueoffset, f"{file.byteorder}{counts.dtype_name[0].lower()}"
    size = np.dtype("<u4" if kind.endswith("l") else "<u2").itemsize
    image = np.asarray(opened(data[:at] + bytes(size) + data[at + size :]))
    assert not image[:16, :16].any()
    assert (image[:16, -16:] == 170).all()


def test_steps_between_levels_are_even_in_16_bits_of_colours() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None, :, None].repeat(3, 2)
    pixels = np.asarray(opened(tiff_of(ramp, photometric="rgb")))[0, :, 0].astype(int)
    assert pixels.tolist() == list(range(256))
    assert all(after - before == 1 for before, after in pairwise(pixels))


def test_a_strip_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = tiff_of(np.zeros(SIZE, np.uint16), photometric="minisblack", compression="zlib")
    monkeypatch.setattr(deep, "_MOST_SEGMENT", SIZE[0] * SIZE[1])
    with pytest.raises(ValueError, match="segment"):
        opened(data)


def test_a_picture_in_very_many_pieces_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = tiff_of(np.zeros((100, 9), np.uint16), photometric="minisblack", rowsperstrip=1)
    assert opened(data).size == (9, 100)
    monkeypatch.setattr(deep, "_MOST_SEGMENTS", 99)
    with pytest.raises(ValueError, match="100 segments"):
        opened(data)


@pytest.mark.parametrize(
    "options", [{"photometric": "cielab"}, {"photometric": "rgb", "compression": "lzma"}], ids=["colours", "packing"]
)
def test_unknown_kinds_are_told_from_broken_ones(options: dict[str, str]) -> None:
    with pytest.raises(UnknownKind):
        opened(tiff_of(np.zeros((9, 9, 3), np.uint16), **options))


def test_nothing_but_what_stands_for_nothing_is_black() -> None:
    data = tiff_of(np.full((9, 9), -9999, np.float32), photometric="minisblack", **nodata("-9999"))
    assert not np.asarray(opened(data)).any()


def test_endless_brightness_is_white() -> None:
    light = np.array([[0.0, 0.5, 1.0, np.inf, -np.inf, np.nan]], np.float32)
    assert np.asarray(opened(tiff_of(light, photometric="minisblack")))[0].tolist() == [0, 128, 255, 255, 0, 0]
