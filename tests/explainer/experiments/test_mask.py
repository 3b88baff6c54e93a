import numpy as np
import pytest

from explainer.experiments.mask import LONGEST, BadMask, Mask, NothingMarked, NothingSeen, TooMuchMarked
from models.preprocess import Box

WHOLE = Box(0, 0, 1, 1)


def grey(*rows: list[int]) -> np.ndarray:
    return np.array(rows, np.uint8)


def test_a_small_mask_is_stretched_over_the_picture() -> None:
    marks = Mask.fitted(grey([0, 255]), 8, 3).marks
    assert marks.shape == (3, 8)
    assert marks[:, 4:].all()
    assert marks.sum() == 12


def test_a_mask_of_the_pictures_size_is_taken_dot_by_dot() -> None:
    dots = np.random.default_rng(0).integers(0, 256, (20, 30), np.uint8)
    np.testing.assert_array_equal(Mask.fitted(dots, 30, 20).marks, dots >= 128)


def test_a_larger_mask_marks_the_pixels_that_it_half_fills() -> None:
    assert Mask.fitted(grey([255, 255, 255, 0], [255, 0, 0, 0]), 2, 1).marks.tolist() == [[True, False]]


def test_a_mark_finer_than_a_pixel_is_still_a_mark() -> None:
    dot = np.zeros((400, 400), np.uint8)
    dot[210, 10] = 255
    assert Mask.fitted(dot, 20, 20).extent == (0, 10, 1, 11)


def test_extent_and_share_are_counted() -> None:
    mask = Mask.fitted(grey([0, 0, 0, 0], [0, 255, 255, 0], [0, 0, 255, 0]), 4, 3)
    assert mask.extent == (1, 1, 3, 3)
    assert mask.share(WHOLE) == 3 / 12
    assert mask.share(Box(0.5, 0, 0.5, 1)) == 2 / 6


def test_only_what_the_model_sees_counts() -> None:
    mask = Mask.fitted(grey([255, 0, 0, 255]), 4, 1)
    assert mask.within(Box(0, 0, 0.5, 1)).marks.tolist() == [[True, False, False, False]]
    with pytest.raises(NothingSeen):
        mask.within(Box(0.25, 0, 0.5, 1))
    with pytest.raises(NothingSeen):
        mask.coverable(Box(0.25, 0, 0.5, 1))


def test_too_much_is_judged_by_what_the_model_sees() -> None:
    mask = Mask.fitted(grey([255] * 6 + [0] * 4), 10, 1)
    assert mask.coverable(WHOLE) is mask
    with pytest.raises(TooMuchMarked) as refused:
        mask.coverable(Box(0, 0, 0.8, 1))
    assert refused.value.values == {"most": 60}


def test_a_mask_without_marks_is_refused() -> None:
    with pytest.raises(NothingMarked):
        Mask.fitted(np.full((4, 4), 127, np.uint8), 4, 4)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "mask",
        np.zeros((4, 4, 3), np.uint8),
        np.ones((4, 4), np.float32),
        np.ones((4, 4), np.bool_),
        np.zeros((0, 4), np.uint8),
        np.zeros((LONGEST + 1, 1), np.uint8),
        np.array(255, np.uint8),
    ],
)
def test_what_is_no_mask_is_refused(wrong: object) -> None:
    with pytest.raises(BadMask):
        Mask.fitted(wrong, 4, 4)
