"""Deletion and insertion: by hand on a patch whose every pixel counts the same."""

import numpy as np
import pytest

from explainer.experiments.curves import Curves, curves_of
from explainer.explain import LayerMap, explain
from tests.explainer.planted import PATCH, marked, patched, planted, sure_of

STEPS = 16


def patch_map() -> LayerMap:
    """A map of single pixels that is hot on the patch and cold elsewhere."""
    return LayerMap("1", (marked(PATCH) / 255).astype(np.float32), 1.0)


def curves(layer: LayerMap) -> Curves:
    return curves_of(
        planted(), explain(planted(), patched(), layers=["2"]), patched(), layer, replacement="grey", steps=STEPS
    )


def test_areas_are_worked_out_by_hand() -> None:
    found = Curves((0, 0.25, 0.5, 0.75, 1), (1.0, 0.5, 0.25, 0.0, 0.0), (0.0, 1.0, 1.0, 1.0, 1.0))
    assert found.deletion_area == pytest.approx((0.5 + 0.5 + 0.25) / 4)
    assert found.insertion_area == pytest.approx((0.5 + 1 + 1 + 1) / 4)


def test_the_patch_is_a_sixteenth_so_the_first_step_takes_it_all_and_brings_it_all_back() -> None:
    found = curves(patch_map())
    assert found.shares == pytest.approx(np.arange(17) / 16)
    assert found.deletion[0] == found.insertion[-1] == pytest.approx(sure_of(1), abs=1e-4)
    assert max(found.deletion[1:]) < 0.1
    assert min(found.insertion[1:]) > 0.9
    assert found.insertion[0] == found.deletion[-1]


def test_a_map_that_points_elsewhere_has_worse_areas_on_both_curves() -> None:
    right = curves(patch_map())
    wrong = curves(LayerMap("1", 1 - patch_map().grid, 1.0))
    assert right.deletion_area < 0.2 < wrong.deletion_area
    assert right.insertion_area > 0.8 > wrong.insertion_area


def test_an_unknown_filling_is_refused() -> None:
    with pytest.raises(KeyError):
        curves_of(planted(), explain(planted(), patched(), layers=["2"]), patched(), patch_map(), replacement="glue")
