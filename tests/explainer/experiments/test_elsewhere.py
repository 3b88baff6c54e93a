import numpy as np
import pytest

from explainer.experiments.elsewhere import MOST_SHARED, PLACES, QUIET, elsewhere
from explainer.experiments.mask import Mask, NothingSeen
from explainer.explain import Grid
from explainer.heatmap import upsample
from models.preprocess import Box

WHOLE = Box(0, 0, 1, 1)
MIDDLE = Box(0.25, 0.125, 0.5, 0.75)
CORNER = np.zeros((8, 8), np.float32)
CORNER[:2, :2] = 1


def unimportant(mask: Mask, grid: Grid, seen: Box, **how: int) -> tuple[Mask, ...]:
    """The places, which the map has to call dark."""
    found = elsewhere(mask, grid, seen, **how)
    assert (found.dark, found.overlap) == (True, 0)
    return found.places


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


def test_where_no_place_is_dark_free_ones_are_taken_the_darkest_first() -> None:
    slope = np.tile(np.linspace(1, 0.6, 8, dtype=np.float32), (8, 1))  # falls to the right, and is dark nowhere
    mask = box_mask(200, 200, 0, 0, 40, 40)
    found = elsewhere(mask, slope, WHOLE)
    assert (len(found.places), found.dark, found.overlap) == (PLACES, False, 0)
    assert all(not (place.marks & mask.marks).any() for place in found.places)
    assert found.places[0].extent[2] == pytest.approx(200, abs=2)


def test_a_map_of_zeros_calls_every_place_unimportant() -> None:
    places = unimportant(disc(200, 40, 40, 20), np.zeros((8, 8), np.float32), WHOLE)
    assert len(places) == PLACES


def test_where_nothing_is_free_the_least_overlapping_places_are_taken() -> None:
    mask = box_mask(100, 100, 20, 20, 80, 80)  # at best a corner: 40 of its 60 rows and columns are shared
    found = elsewhere(mask, CORNER, WHOLE)
    assert found.dark is False
    shared = [float((place.marks & mask.marks).sum() / mask.marks.sum()) for place in found.places]
    assert shared == pytest.approx([(40 / 60) ** 2] * len(found.places), abs=0.03)
    assert found.overlap == pytest.approx(np.mean(shared))
    assert 1 <= len(found.places) <= 4
    for place in found.places:
        assert place.marks.sum() == mask.marks.sum()


def test_a_patch_that_would_share_most_of_itself_has_no_other_place() -> None:
    found = elsewhere(box_mask(100, 100, 10, 10, 90, 90), CORNER, WHOLE)  # at best 70 of 80 each way
    assert (found.places, found.dark, found.overlap) == ((), True, 0)
    assert MOST_SHARED < (70 / 80) ** 2


def test_a_patch_that_fits_once_more_has_few_places() -> None:
    places = unimportant(box_mask(100, 100, 0, 0, 50, 100), CORNER, WHOLE)
    assert [place.extent for place in places] == [(50, 0, 100, 100)]
