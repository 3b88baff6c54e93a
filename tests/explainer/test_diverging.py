"""Two colours for two signs, as strong for the one as for the other, and the same way of laying them on."""

import numpy as np
import pytest

from explainer.diverging import STEPS, diverging_blend, diverging_palette
from explainer.heatmap import UNSEEN_COLOUR, UNSEEN_OPACITY, blend

WHOLE = (0.0, 0.0, 1.0, 1.0)
LUMINANCE = (0.2126, 0.7152, 0.0722)
GREY = np.full((8, 8, 3), 120, np.uint8)


def test_the_palette_is_dark_at_zero_and_brightens_to_both_sides_alike() -> None:
    light = diverging_palette().astype(float) @ LUMINANCE
    zero = STEPS // 2
    assert light.argmin() == zero
    assert (np.diff(light[zero:]) > -0.75).all()
    assert (np.diff(light[: zero + 1]) < 0.75).all()
    assert np.abs(light - light[::-1]).max() < 6


def test_opposite_values_differ_in_blue_against_red_which_all_common_colour_blindness_leaves() -> None:
    colours = diverging_palette().astype(int)
    apart = colours - colours[::-1]
    assert (apart[STEPS // 2 + 128 :, 0] > 90).all()
    assert (apart[STEPS // 2 + 128 :, 2] < -90).all()


def test_what_speaks_for_it_gets_warm_and_what_speaks_against_it_cold() -> None:
    result = diverging_blend(GREY, np.array([[1.0, -1.0]], np.float32), WHOLE, opacity=1).astype(int)
    assert tuple(result[4, 0]) == tuple(diverging_palette()[-1])
    assert tuple(result[4, -1]) == tuple(diverging_palette()[0])


@pytest.mark.parametrize("grid", [[[0.0, 0.0], [0.0, 0.0]]])
def test_where_nothing_is_said_the_picture_stays(grid: list[list[float]]) -> None:
    np.testing.assert_array_equal(diverging_blend(GREY, np.array(grid, np.float32), WHOLE), GREY)


def test_what_was_not_seen_is_dimmed_as_beside_any_other_map() -> None:
    seen = (0.25, 0.0, 0.5, 1.0)
    grid = np.array([[1.0, -0.5]], np.float32)
    ours, theirs = diverging_blend(GREY, grid, seen), blend(GREY, np.abs(grid), seen)
    np.testing.assert_array_equal(ours[:, :2], theirs[:, :2])
    assert ours[0, 0, 0] == round(120 * (1 - UNSEEN_OPACITY) + UNSEEN_COLOUR[0] * UNSEEN_OPACITY)


def test_a_value_hides_as_much_of_the_picture_as_its_opposite() -> None:
    black, white = np.zeros((4, 4, 3), np.uint8), np.full((4, 4, 3), 255, np.uint8)
    for value in (0.2, 0.5, 0.9):
        shown = [
            diverging_blend(white, np.full((2, 2), sign * value, np.float32), WHOLE).astype(int)
            - diverging_blend(black, np.full((2, 2), sign * value, np.float32), WHOLE)
            for sign in (1, -1)
        ]
        assert np.abs(shown[0] - shown[1]).max() <= 1
