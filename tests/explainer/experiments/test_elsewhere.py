import numpy as np
import pytest

from explainer.experiments.elsewhere import PLACES, QUIET, unimportant
from explainer.experiments.mask import Mask, NothingSeen
from explainer.heatmap import upsample
from models.preprocess import Box

WHOLE = Box(0, 0, 1, 1)
MIDDLE = Box(0.25, 0.125, 0.5, 0.75)
CORNER = np.zeros((8, 8), np.float32)
CORNER[:2, :2] = 1


def box_mask(height: int, width: int, left: int, top: int, right: int, bottom: int) -> Mask:
    marks = np.zeros((height, width), bool)
    marks[top:bottom, left:right] = True
    return Mask(marks)


def disc(side: int, x: int, y: int, radius: int) -> Mask:
    down, across = np.ogrid[:side, :side]
    return Mask((across - x) ** 2 + (down - y) ** 2 <= radius**2)


@pytest.mark.parametrize("side", [120, 901])
@pytest.mark.parametrize("seed", range(3))
def test_places_are_as_large_apart_from_the_marks_and_quiet(side: int, seed: int) -> None:
    mask = disc(side, side // 5, side // 5, side // 9)
    places = unimportant(mask, CORNER, WHOLE, seed=seed)
    assert len(places) == PLACES
    values = upsample(CORNER, side, side)
    for place in places:
        assert place.marks.sum() == mask.marks.sum()
        assert not (place.marks & mask.marks).any()
        assert values[place.marks].mean() <= QUIET + 0.01
    left, top, right, bottom = mask.extent
    moved = places[0].extent
    np.testing.assert_array_equal(
        places[0].marks[moved[1] : moved[3], moved[0] : moved[2]], mask.marks[top:bottom, left:right]
    )


def test_places_lie_inside_what_the_model_saw() -> None:
    mask = box_mask(160, 200, 60, 30, 80, 50)
    places = unimportant(mask, CORNER, MIDDLE)
    assert len(places) == PLACES
    for place in places:
        left, top, right, bottom = place.extent
        assert (left >= 50, top >= 20, right <= 150, bottom <= 140) == (True,) * 4


def test_marks_that_were_not_seen_are_not_shifted() -> None:
    mask = box_mask(160, 200, 40, 30, 70, 50)  # 20 of its 30 columns are seen
    assert {int(place.marks.sum()) for place in unimportant(mask, CORNER, MIDDLE)} == {20 * 20}
    with pytest.raises(NothingSeen):
        unimportant(box_mask(160, 200, 0, 0, 20, 20), CORNER, MIDDLE)


def test_two_places_are_not_nearly_the_same() -> None:
    places = unimportant(disc(200, 40, 40, 20), CORNER, WHOLE)
    for number, one in enumerate(places):
        for other in places[:number]:
            assert (one.marks & other.marks).sum() <= 0.55 * one.marks.sum()


def test_the_seed_chooses_and_repeats() -> None:
    mask = disc(200, 40, 40, 20)
    first, again, other = (unimportant(mask, CORNER, WHOLE, seed=seed) for seed in (1, 1, 2))
    assert [each.extent for each in first] == [each.extent for each in again]
    assert [each.extent for each in first] != [each.extent for each in other]


def test_where_the_whole_map_is_bright_there_is_no_place() -> None:
    assert unimportant(disc(200, 40, 40, 20), np.full((8, 8), 0.9, np.float32), WHOLE) == ()


def test_a_map_of_zeros_calls_nothing_unimportant() -> None:
    assert unimportant(disc(200, 40, 40, 20), np.zeros((8, 8), np.float32), WHOLE) == ()


def test_a_patch_that_fits_nowhere_else_has_no_place() -> None:
    assert unimportant(box_mask(100, 100, 0, 0, 60, 60), CORNER, WHOLE) == ()


def test_a_patch_that_fits_once_more_has_few_places() -> None:
    places = unimportant(box_mask(100, 100, 0, 0, 50, 100), CORNER, WHOLE)
    assert [place.extent for place in places] == [(50, 0, 100, 100)]
