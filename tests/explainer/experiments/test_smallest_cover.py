"""The smallest cover against a network whose only reason is planted, and against trying all covers."""

from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from explainer.asking import Asking
from explainer.experiments.fool import Aim, AlreadySo
from explainer.experiments.smallest_cover import CONTROLS, MOST, SmallestCover, SmallestVerdict, smallest_cover
from explainer.explain import explain
from models.classifier import Classifier
from models.preprocess import Box
from tests.explainer.networks import linear
from tests.explainer.planted import patched, planted, sure_of
from tests.photographs import photographs


def found_in(picture: Image.Image, aim: Aim | None = None, **how: float) -> SmallestCover:
    classifier = planted()
    return smallest_cover(Asking(classifier, layers=(classifier.spec.default_layer,)), picture, aim, **how)  # type: ignore[arg-type]


def test_as_many_squares_of_the_patch_are_covered_as_have_to_be() -> None:
    """The patch fills 2 x 2 squares, which give 4 * 2 - 4 = 4; two of them give 0, and without three the answer is
    another one: -2."""
    found = found_in(patched())
    assert found.reached
    assert (found.rows, found.columns) == (8, 8)
    patch = {(row, column) for row in (5, 6) for column in (1, 2)}
    assert set(found.squares) < patch
    assert len(found.squares) == 3
    assert found.shares == pytest.approx([sure_of(left) for left in (1, 0.75, 0.5, 0.25)], abs=1e-2)
    assert found.answers.after.answer.label == "class 0"
    assert found.answers.changed


def test_as_much_elsewhere_changes_nothing() -> None:
    found = found_in(patched())
    assert len(found.controls) == len(found.places) == CONTROLS
    assert found.controls == pytest.approx([sure_of(1)] * CONTROLS, abs=1e-2)
    assert (found.unmoved, found.verdict) == (CONTROLS, SmallestVerdict.PLACE)
    for place in found.places:
        assert len(set(place)) == len(found.squares)
        assert not set(place) & set(found.squares)


def test_what_is_covered_is_grey_and_nothing_else_is_changed() -> None:
    found = found_in(patched())
    before, after = np.asarray(patched()), np.asarray(found.answers.picture)
    covered = np.zeros((64, 64), bool)
    for row, column in found.squares:
        covered[8 * row : 8 * row + 8, 8 * column : 8 * column + 8] = True
    np.testing.assert_array_equal(after[~covered], before[~covered])
    assert (after[covered] == 128).all()  # the mean of -1..1, rounded


def test_a_reason_that_is_everywhere_is_not_covered_by_a_dozen_squares() -> None:
    found = found_in(patched(patch=Box(0, 0, 1, 1)))
    assert (found.reached, len(found.squares), found.verdict) == (False, MOST, None)
    assert not found.stopped


def test_no_single_square_less_would_do() -> None:
    """After shrinking, none of the squares can be uncovered."""
    classifier = linear(5, 16)
    asking = Asking(classifier, layers=(classifier.spec.default_layer,))
    noisy = Image.effect_noise((16, 16), 90).convert("RGB")
    found = smallest_cover(asking, noisy, seconds=60)
    if not found.reached:
        pytest.skip("nothing of this picture decides")
    before = explain(classifier, noisy).answer.index
    seen = np.asarray(found.answers.picture)
    for left_out in combinations(found.squares, len(found.squares) - 1):
        pixels = np.asarray(noisy).copy()
        for row, column in left_out:
            rows = np.arange(16) * found.rows // 16 == row
            columns = np.arange(16) * found.columns // 16 == column
            pixels[np.ix_(rows, columns)] = seen[np.ix_(rows, columns)]
        assert explain(classifier, Image.fromarray(pixels)).answer.index == before


def test_a_word_can_be_wanted_and_is_refused_where_it_is_said_already() -> None:
    found = found_in(patched(), Aim(0, toward=True))
    assert found.answers.after.answer.index == 0
    with pytest.raises(AlreadySo):
        found_in(patched(), Aim(1, toward=True))


def test_without_time_or_passes_it_gives_what_it_has() -> None:
    for bound in ({"seconds": 0.0}, {"passes": 1}):
        found = found_in(patched(), **bound)
        assert (found.reached, found.squares, found.controls, found.stopped) == (False, (), (), True)
        assert found.answers.after.answer.index == found.answers.before.answer.index
        assert (found.control, found.elsewhere, found.verdict) == (None, None, None)


def test_on_a_real_photograph_a_few_squares_change_the_answer(bundled: Classifier) -> None:
    asking = Asking(bundled, layers=(bundled.spec.default_layer,))
    found = smallest_cover(asking, photographs(1)[0], seconds=600)
    assert found.answers.before.answer.label == "cheetah"
    assert found.reached
    assert len(found.squares) <= 6
    assert found.passes <= 200
    assert found.unmoved == CONTROLS
