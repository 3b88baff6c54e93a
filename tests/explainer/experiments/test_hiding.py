"""Exactly a fifth is hidden, the right one, and what is put there tells nothing of what was there."""

import numpy as np
import pytest

from explainer.experiments.hiding import REPLACEMENTS, blurred, coldest, greyed, hide, hottest, middle, moved, ranked
from tests.explainer.networks import images

SIDE = 20
CORNER = np.array([[1.0, 0.5], [0.25, 0.0]], np.float32)


def picture() -> np.ndarray:
    return images(3, SIDE, SIDE).numpy()


def test_the_hottest_and_the_coldest_fifth_are_where_the_map_says() -> None:
    places = ranked(CORNER, SIDE)
    hot, cold = hottest(places), coldest(places)
    assert hot.sum() == cold.sum() == SIDE * SIDE / 5
    assert hot[0, 0]
    assert cold[-1, -1]
    assert hot[: SIDE // 2].sum() > 0.95 * hot.sum()
    assert not (hot & cold).any()


def test_none_and_all_can_be_hidden() -> None:
    places = ranked(CORNER, SIDE)
    assert not hottest(places, 0).any()
    assert hottest(places, 1).all()


def test_of_an_even_map_the_hottest_is_still_a_fifth() -> None:
    assert hottest(ranked(np.zeros((3, 3), np.float32), SIDE)).sum() == SIDE * SIDE / 5


def test_a_moved_shape_keeps_its_size_and_its_place_depends_on_the_seed_alone() -> None:
    mask = hottest(ranked(CORNER, SIDE))
    once, again = (moved(mask, np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert once.sum() == mask.sum()
    assert (once != mask).any()


def test_the_middle_is_a_square_of_a_fifth() -> None:
    mask = middle(224)
    assert mask.sum() == 100 * 100
    np.testing.assert_array_equal(mask, mask.T)
    np.testing.assert_array_equal(mask, mask[::-1])


@pytest.mark.parametrize("filling", REPLACEMENTS)
def test_only_what_is_marked_is_changed_and_colours_stay_in_range(filling: str) -> None:
    mask, before = hottest(ranked(CORNER, SIDE)), picture()
    filled = REPLACEMENTS[filling](before)
    after = hide(before, mask, filled)
    np.testing.assert_array_equal(after[:, ~mask], before[:, ~mask])
    np.testing.assert_array_equal(after[:, mask], filled[:, mask])
    assert before.min() <= filled.min() <= filled.max() <= before.max()
    assert filled.dtype == np.float32
    assert filled.std() < 0.4 * before.std()


def test_a_picture_of_one_colour_stays_as_it_is_when_blurred_and_greyed_it_is_the_mean_of_all_photographs() -> None:
    plain = np.full((3, SIDE, SIDE), 0.3, np.float32)
    np.testing.assert_allclose(blurred(plain), plain, atol=1e-6)
    assert not greyed(plain).any()
