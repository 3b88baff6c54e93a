import numpy as np
import pytest

from explainer.experiments.mask import Mask, NothingSeen
from explainer.experiments.you_first import Level, Luck, Overlap, brightest, compare
from models.preprocess import Box

WHOLE = Box(0, 0, 1, 1)


def columns(width: int, *marked: int) -> Mask:
    marks = np.zeros((100, width), bool)
    marks[:, list(marked)] = True
    return Mask(marks)


# From left to right ever brighter: the brightest fifth are the 20 columns at the right.
RAMP = np.arange(100, dtype=np.float32)[None].repeat(100, 0) / 99


@pytest.mark.parametrize(
    ("first", "last", "share", "found"), [(80, 100, 1, 1), (0, 40, 0, 0), (70, 90, 0.5, 0.5), (0, 100, 0.2, 1)]
)
def test_shares_are_counted(first: int, last: int, share: float, found: float) -> None:
    overlap = compare(columns(100, *range(first, last)), RAMP, WHOLE)
    assert overlap == Overlap(
        share=pytest.approx(share), chance=pytest.approx(0.2), found=pytest.approx(found), unseen=0
    )


def test_marks_that_the_model_did_not_see_are_counted_apart() -> None:
    mask = columns(200, *range(20), *range(140, 150))  # the model saw columns 50 to 150
    overlap = compare(mask, RAMP, Box(0.25, 0, 0.5, 1))
    assert (overlap.share, overlap.unseen) == (pytest.approx(1), pytest.approx(2 / 3))
    with pytest.raises(NothingSeen):
        compare(columns(200, 10), RAMP, Box(0.25, 0, 0.5, 1))


def test_a_large_picture_gives_the_same_numbers() -> None:
    marks = np.zeros((1500, 1500), bool)
    marks[:, 1050:1350] = True
    overlap = compare(Mask(marks), RAMP, WHOLE)
    assert (overlap.share, overlap.chance) == (pytest.approx(0.5, abs=0.02), pytest.approx(0.2, abs=0.01))


@pytest.mark.parametrize("value", [0.0, 0.3, 1.0])
def test_an_even_map_can_be_compared_with_nothing(value: float) -> None:
    overlap = compare(columns(100, 3, 4, 5), np.full((7, 7), value, np.float32), WHOLE)
    assert (overlap.even, overlap.chance, overlap.luck) == (True, 1, Luck.SAME)
    assert not compare(columns(100, 3), RAMP, WHOLE).even


def test_of_a_map_with_one_small_light_only_the_light_is_bright() -> None:
    values = np.zeros((10, 10), np.float32)
    values[0, :5] = 0.5
    assert brightest(values).tolist() == (values > 0).tolist()


def test_all_that_share_the_value_at_the_edge_of_the_fifth_are_bright() -> None:
    values = np.array([[0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1]], np.float32)
    assert brightest(values).sum() == 9


@pytest.mark.parametrize(
    ("share", "level", "tenths"),
    [
        (1, "all", 10),
        (0.94, "most", 9),
        (0.65, "most", 7),
        (0.5, "half", 5),
        (0.3, "third", 3),
        (0.1, "few", 1),
        (0.04, "none", 0),
    ],
)
def test_a_share_in_a_word_and_in_tenths(share: float, level: str, tenths: int) -> None:
    overlap = Overlap(share, 0.2, 0.5, 0)
    assert overlap.level == Level(level)
    assert overlap.tenths == (tenths, 2)


@pytest.mark.parametrize(
    ("share", "luck"), [(0.8, "more"), (0.31, "more"), (0.2, "same"), (0.29, "same"), (0.1, "less")]
)
def test_a_share_beside_luck(share: float, luck: str) -> None:
    assert Overlap(share, 0.2, 0.5, 0).luck == Luck(luck)
