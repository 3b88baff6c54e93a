"""Two maps against each other, by hand."""

import numpy as np
import pytest

from explainer.common import BY_LUCK, common

RIGHT = np.tile(np.linspace(0, 1, 10, dtype=np.float32), (10, 1))


def test_a_map_has_all_in_common_with_itself_in_any_size() -> None:
    assert common(RIGHT, RIGHT) == 1
    assert common(RIGHT, np.kron(RIGHT, np.ones((2, 2), np.float32))) == pytest.approx(1, abs=0.05)


def test_opposite_maps_have_nothing_in_common() -> None:
    assert common(RIGHT, 1 - RIGHT) == 0


def test_maps_that_run_across_each_other_have_as_much_in_common_as_by_luck() -> None:
    assert common(RIGHT, RIGHT.T.copy()) == pytest.approx(BY_LUCK, abs=0.02)


def test_a_map_without_a_brightest_part_can_not_be_compared() -> None:
    flat = np.zeros((7, 7), np.float32)
    assert common(flat, RIGHT) is None
    assert common(RIGHT, flat) is None
