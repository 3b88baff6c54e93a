import numpy as np
import pytest
from skimage import data

from explainer.experiments.fill import FILLINGS, UnknownFilling, fill
from explainer.experiments.mask import Mask

COFFEE = np.ascontiguousarray(data.coffee())  # 600 x 400


def circle(height: int, width: int, x: int, y: int, radius: int) -> Mask:
    down, across = np.ogrid[:height, :width]
    return Mask((across - x) ** 2 + (down - y) ** 2 <= radius**2)


CUP = circle(400, 600, 290, 170, 60)


@pytest.mark.parametrize("filling", FILLINGS)
def test_what_is_not_marked_stays_as_it_was(filling: str) -> None:
    before = COFFEE.copy()
    filled = fill(COFFEE, CUP, filling)
    assert (filled.dtype, filled.shape) == (np.uint8, COFFEE.shape)
    np.testing.assert_array_equal(filled[~CUP.marks], COFFEE[~CUP.marks])
    np.testing.assert_array_equal(COFFEE, before)
    assert np.abs(filled[CUP.marks].astype(int) - COFFEE[CUP.marks]).mean() > 20


@pytest.mark.parametrize("filling", ["blur", "paint"])
@pytest.mark.parametrize("size", [(50, 40), (900, 700)])
def test_on_one_colour_there_is_nothing_to_see(filling: str, size: tuple[int, int]) -> None:
    plain = np.full((*size, 3), (200, 30, 90), np.uint8)
    filled = fill(plain, circle(*size, 20, 15, 12), filling)
    assert np.abs(filled.astype(int) - plain).max() <= 1


def test_grey_is_as_bright_as_the_picture() -> None:
    halves = np.zeros((10, 10, 3), np.uint8)
    halves[:5] = 100
    assert (fill(halves, circle(10, 10, 5, 5, 2), "grey")[5, 5] == 50).all()


@pytest.mark.parametrize("filling", ["grey", "paint"])
def test_nothing_of_what_is_hidden_shows_through(filling: str) -> None:
    """A red disc on green: neither its colour nor its edge."""
    disc, marks = circle(900, 900, 400, 400, 90), circle(900, 900, 400, 400, 93)
    picture = np.full((900, 900, 3), (0, 120, 0), np.uint8)
    without = fill(picture, marks, filling)
    picture[disc.marks] = (255, 0, 0)
    difference = np.abs(fill(picture, marks, filling).astype(int) - without)[marks.marks]
    assert difference.max() <= (1 if filling == "grey" else 0) + 1


def test_blur_leaves_no_edge_of_what_is_hidden() -> None:
    picture = np.zeros((800, 800, 3), np.uint8)
    picture[:, 400:] = 255
    inside = fill(picture, circle(800, 800, 400, 400, 200), "blur")[400, 205:595, 0].astype(int)
    assert np.diff(inside).max() <= 3  # a step of 255 became a slope
    stripes = np.zeros((800, 800, 3), np.uint8)
    stripes[:, ::40] = stripes[:, 1::40] = 255
    hidden = fill(stripes, circle(800, 800, 400, 400, 200), "blur")[400, 205:595, 0]
    assert np.ptp(hidden) <= 2  # and fine stripes are gone


def test_paint_continues_a_slope() -> None:
    slope = np.repeat(np.linspace(0, 255, 300).astype(np.uint8)[None, :, None], 300, 0).repeat(3, 2)
    mask = circle(300, 300, 150, 150, 40)
    assert np.abs(fill(slope, mask, "paint").astype(int) - slope).max() < 40


def test_a_picture_of_one_pixel_can_be_filled() -> None:
    for filling in FILLINGS:
        assert fill(np.full((1, 1, 3), 7, np.uint8), Mask(np.ones((1, 1), bool)), filling).shape == (1, 1, 3)


def test_an_unknown_filling_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownFilling) as refused:
        fill(COFFEE, CUP, "glitter")
    assert refused.value.values == {"filling": "glitter", "known": ("blur", "grey", "paint")}
