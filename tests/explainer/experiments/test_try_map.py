"""A map is believed only when hiding what it points at hurts: planted cases whose truth is known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.hiding import REPLACEMENTS
from explainer.experiments.try_map import DRAWS, Hidden, Trial, TrialVerdict, try_grid, try_map
from explainer.explain import Explanation, LayerMap, UnknownMethod, explain
from tests.explainer.planted import PATCH, marked, patched, planted, sure_of

FLAT = LayerMap("2", np.ones((8, 8), np.float32), 1.0)


@pytest.fixture(scope="module")
def explanation() -> Explanation:
    return explain(planted(), patched(), layers=["2"])


def pointing_at(row: int, column: int) -> LayerMap:
    """A map of 8 x 8 with one hot cell, and less and less the further away."""
    rows, columns = np.mgrid[:8, :8]
    distance = np.hypot(rows - row, columns - column)
    return LayerMap("2", (1 - distance / distance.max()).astype(np.float32), 1.0)


def tried(explanation: Explanation, layer: LayerMap) -> Trial:
    return try_grid(planted(), explanation, patched(), layer)


@pytest.mark.parametrize("filling", REPLACEMENTS)
def test_a_planted_patch_is_what_the_map_finds_and_the_trial_confirms(filling: str) -> None:
    found = try_map(planted(), patched(), replacement=filling)
    assert found.verdict == "passed"
    assert found.beats_middle
    assert found.before == pytest.approx(sure_of(1), abs=1e-4)
    assert found.hottest.confidence < 0.6
    assert found.coldest.confidence == pytest.approx(found.before, abs=0.02)
    assert (found.hottest.region & (marked(PATCH) > 0)).sum() == 16 * 16
    assert len(found.draws) == DRAWS
    assert all(draw.region.sum() == found.hottest.region.sum() for draw in found.draws)


def test_a_map_that_is_the_same_everywhere_does_not_pass(explanation: Explanation) -> None:
    assert tried(explanation, FLAT).verdict == "flat"


def test_an_empty_map_does_not_pass(explanation: Explanation) -> None:
    assert tried(explanation, LayerMap("2", np.zeros((8, 8), np.float32), 0.0)).verdict == "flat"


def test_a_map_that_points_elsewhere_fails(explanation: Explanation) -> None:
    found = tried(explanation, pointing_at(0, 7))
    assert found.verdict == "failed"
    assert not found.beats_middle


def test_a_map_of_noise_fails_on_most_seeds(explanation: Explanation) -> None:
    grids = [np.random.default_rng(seed).random((8, 8), dtype=np.float32) for seed in range(8)]
    verdicts = [tried(explanation, LayerMap("2", grid, 1.0)).verdict for grid in grids]
    assert sum(verdict == "passed" for verdict in verdicts) <= 2


def test_where_nothing_that_is_hidden_matters_there_is_nothing_to_tell() -> None:
    found = try_map(planted(), patched(patch=None), layer="2")
    steady = try_grid(planted(), found.explanation, patched(patch=None), pointing_at(5, 2))
    assert steady.verdict == "steady"


def test_the_same_seed_gives_the_same_trial_and_another_gives_other_places() -> None:
    one, same, other = (try_map(planted(), patched(), seed=seed).random for seed in (1, 1, 2))
    assert one == same
    assert one != other


@pytest.mark.parametrize(
    ("hot", "random", "cold", "verdict"),
    [
        (0.2, 0.7, 0.8, "passed"),
        (0.2, 0.25, 0.8, "half"),
        (0.6, 0.8, 0.6, "half"),
        (0.7, 0.6, 0.72, "failed"),
        (0.76, 0.78, 0.8, "steady"),
        (0.7, 0.78, 0.8, "middle"),
    ],
)
def test_verdicts_follow_the_stated_bounds(
    explanation: Explanation, hot: float, random: float, cold: float, verdict: TrialVerdict
) -> None:
    nowhere = np.zeros((2, 2), bool)
    before = replace(explanation, target_confidence=0.8)
    parts: Sequence[Hidden] = [Hidden(nowhere, each) for each in (hot, random, cold)]
    trial = Trial(before, pointing_at(0, 0), "blur", parts[0], (parts[1],), parts[2], Hidden(nowhere, 0.75))
    assert trial.verdict == verdict
    assert trial.beats_middle == (hot <= 0.67)


@pytest.mark.parametrize(("middle", "verdict"), [(0.7, "passed"), (0.25, "middle"), (0.0, "middle")])
def test_a_map_that_hurts_no_more_than_hiding_the_middle_may_owe_it_to_the_photographer(
    explanation: Explanation, middle: float, verdict: TrialVerdict
) -> None:
    hot, random, cold, centre = (Hidden(np.zeros((2, 2), bool), each) for each in (0.2, 0.6, 0.8, middle))
    before = replace(explanation, target_confidence=0.8)
    assert Trial(before, pointing_at(0, 0), "blur", hot, (random,), cold, centre).verdict == verdict


def test_unknown_fillings_and_methods_are_refused() -> None:
    with pytest.raises(KeyError):
        try_map(planted(), patched(), replacement="glue")
    with pytest.raises(UnknownMethod):
        try_map(planted(), Image.new("RGB", (64, 64)), method="guess")
