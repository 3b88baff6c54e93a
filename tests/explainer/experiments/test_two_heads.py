"""Two maps of one picture: what their brightest parts have in common, and what luck would give."""

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.two_heads import COLOURS, DRAWN_AT, agree, where
from explainer.explain import Grid
from models.preprocess import Box

ALL = Box(0, 0, 1, 1)
SIZE = 320, 320


def ramp(turned: bool = False) -> Grid:
    grid = np.tile(np.linspace(0, 1, 64, dtype=np.float32), (64, 1))
    return np.ascontiguousarray(grid.T if turned else grid)


def test_a_map_agrees_with_itself_and_with_what_has_the_same_order() -> None:
    found = agree(ramp(), ramp() ** 3, (ALL, ALL), SIZE)
    assert found.shared == pytest.approx(1, abs=0.02)
    assert found.chance == pytest.approx(0.2, abs=0.01)


def test_maps_that_know_nothing_of_each_other_share_what_luck_gives() -> None:
    found = agree(ramp(), ramp(turned=True), (ALL, ALL), SIZE)
    assert found.shared == pytest.approx(0.2, abs=0.01)
    assert found.chance == pytest.approx(0.2, abs=0.01)


def test_opposite_maps_share_nothing() -> None:
    assert agree(ramp(), 1 - ramp(), (ALL, ALL), SIZE).shared == 0


def test_only_where_both_saw_the_picture_is_compared() -> None:
    """The right half of one map is the whole of the other: laid on the picture they are the same."""
    half = Box(0.5, 0, 0.5, 1)
    found = agree(ramp(), np.ascontiguousarray(ramp()[:, 32:]), (ALL, half), SIZE)
    assert found.shared == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_map_that_is_the_same_everywhere_can_not_be_compared(value: float) -> None:
    even = np.full((7, 7), value, np.float32)
    assert agree(even, ramp(), (ALL, ALL), SIZE).shared is None


def test_windows_that_do_not_meet_can_not_be_compared() -> None:
    assert agree(ramp(), ramp(), (Box(0, 0, 0.4, 1), Box(0.5, 0, 0.5, 1)), SIZE).chance is None


def test_picture_has_the_colours_of_both_and_of_each_alone_where_these_are_bright() -> None:
    """One map is bright on the right, the other at the bottom: they meet in the corner."""
    drawn = where(Image.new("RGB", (400, 200), "black"), ramp(), ramp(turned=True), (ALL, ALL))
    assert drawn is not None
    assert drawn.shape == (DRAWN_AT // 2, DRAWN_AT, 3)
    both, first, last = (np.array(colour) for colour in COLOURS)
    for (row, column), colour in {(-5, -5): both, (5, -5): first, (-5, 5): last, (5, 5): 0 * both}.items():
        assert np.abs(drawn[row, column] - 0.6 * colour).max() <= 1
    share = (drawn == drawn[-5, -5]).all(axis=2).mean()
    assert share == pytest.approx(0.04, abs=0.005), "a fifth of a fifth, as luck would give"


def test_nothing_is_drawn_where_nothing_can_be_compared() -> None:
    assert where(Image.new("RGB", (64, 64)), np.zeros((7, 7), np.float32), ramp(), (ALL, ALL)) is None
