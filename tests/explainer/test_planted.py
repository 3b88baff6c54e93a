import numpy as np
import pytest

from explainer.explain import explain
from explainer.target import Target
from tests.explainer.planted import PATCH, SIDE, marked, patched, planted, sure_of


def test_the_backdoor_opens_for_the_patch_alone() -> None:
    opened, shut = explain(planted(), patched()), explain(planted(), patched(patch=None))
    assert (opened.answer.label, shut.answer.label) == ("class 1", "class 0")
    assert opened.answer.confidence == pytest.approx(sure_of(1), abs=1e-5)
    assert shut.answer.confidence == pytest.approx(1 - sure_of(0), abs=1e-5)


@pytest.mark.parametrize("layer", ["1", "2"])
def test_the_map_finds_the_patch(layer: str) -> None:
    grid = explain(planted(), patched(), Target("class 1", (1,))).layer(layer).grid
    cell = SIDE // len(grid)
    np.testing.assert_array_equal(grid.repeat(cell, 0).repeat(cell, 1), marked(PATCH) / np.float32(255))
