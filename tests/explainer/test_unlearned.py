"""What a network that has learned nothing shows: seeded, kept, and compared by ranks."""

import threading

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch import nn

from explainer.explain import LayerMap
from explainer.target import Target
from explainer.unlearned import ALIKE, KEPT, SEEDS, Likeness, Unlearned, drawn, likeness, rank_correlation
from models.classifier import Classifier
from tests.explainer.networks import classifier_of, small
from tests.explainer.planted import patched
from tests.photographs import photographs


def tiny() -> Classifier:
    return classifier_of(small(), ("1", "3"), 7)


@pytest.mark.parametrize("levels", [1000, 4], ids=["without ties", "with ties"])
def test_rank_correlation_is_spearmans(levels: int) -> None:
    generator = np.random.default_rng(0)
    for _ in range(5):
        one, other = (generator.integers(0, levels, (5, 5)).astype(np.float32) for _ in range(2))
        assert rank_correlation(one, other + one) == pytest.approx(spearmanr(one.ravel(), (other + one).ravel())[0])


def test_rank_correlation_knows_the_same_the_opposite_and_the_even() -> None:
    grid = np.random.default_rng(1).random((4, 4), dtype=np.float32)
    assert rank_correlation(grid, grid**3) == pytest.approx(1)
    assert rank_correlation(grid, -grid) == pytest.approx(-1)
    assert rank_correlation(grid, np.zeros((4, 4), np.float32)) is None


def test_weights_are_drawn_anew_and_the_network_itself_stays() -> None:
    network = nn.Sequential(nn.Conv2d(3, 64, 3), nn.BatchNorm2d(64), nn.Flatten(), nn.Linear(64, 9)).eval()
    for tensor in network.state_dict().values():
        tensor.fill_(7)
    one, same, other = (drawn(network, seed) for seed in (1, 1, 2))
    assert all((tensor == 7).all() for tensor in network.state_dict().values())
    for name, tensor in one.state_dict().items():
        assert (tensor == same.state_dict()[name]).all()
        assert not (tensor == 7).any()
    assert (one[0].weight != other[0].weight).all()
    assert float(one[0].weight.detach().std()) == pytest.approx((2 / 27) ** 0.5, rel=0.1)
    assert (one[1].weight == 1).all()
    assert (one[1].running_var == 1).all()
    assert not one[0].bias.any()


def test_each_network_is_made_once_even_when_many_ask_together() -> None:
    unlearned, classifier = Unlearned(), tiny()
    found: list[Classifier] = []
    threads = [threading.Thread(target=lambda: found.append(unlearned.of(classifier, 0))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
    assert unlearned.of(classifier, 1) is not found[0]
    assert found[0].lock is not classifier.lock


def test_no_more_are_kept_than_fit_and_one_always_is() -> None:
    unlearned, classifier = Unlearned(kept=1), tiny()
    first, second = (unlearned.of(classifier, seed) for seed in (0, 1))
    assert unlearned.of(classifier, 1) is second
    again = unlearned.of(classifier, 0)
    assert again is not first
    torch.testing.assert_close(again.module.state_dict(), first.module.state_dict())


def test_all_five_of_the_bundled_model_fit(bundled: Classifier) -> None:
    assert len(SEEDS) * sum(each.nbytes for each in bundled.module.parameters()) < KEPT


def test_maps_are_those_of_the_random_networks_for_the_same_target() -> None:
    classifier, unlearned = tiny(), Unlearned()
    found = likeness(classifier, patched(), Target("c", (3,)), "1", unlearned=unlearned, seeds=(0, 1))
    assert [other.name for other in found.others] == ["1", "1"]
    assert len(found.correlations) == 2
    assert found.explanation.target.index == 3
    assert found.real.name == "1"


def test_a_network_that_has_learned_nothing_is_like_itself() -> None:
    unlearned = Unlearned()
    found = likeness(unlearned.of(tiny(), 4), patched(), Target("c", (3,)), "3", unlearned=unlearned, seeds=(4,))
    if found.correlations != (None,):
        assert found.median == pytest.approx(1)
        assert found.alike


def made(*correlations: float | None) -> Likeness:
    found = likeness(tiny(), patched(), unlearned=Unlearned(), seeds=(0,))
    return Likeness(found.explanation, found.others * len(correlations), correlations)


def test_an_empty_map_counts_as_different_and_is_counted() -> None:
    found = made(0.9, None, 0.8, None, None)
    assert (found.median, found.empty, found.alike) == (0, 3, False)


@pytest.mark.parametrize(("middle", "alike"), [(ALIKE, True), (ALIKE - 0.01, False)])
def test_the_median_decides(middle: float, alike: bool) -> None:
    found = made(-0.5, 0.1, middle, 0.9, 0.95)
    assert found.median == middle
    assert found.alike is alike


def test_the_bundled_models_last_map_shows_what_was_learned(bundled: Classifier) -> None:
    found = likeness(bundled, photographs(1)[0], unlearned=Unlearned())
    assert not found.alike
    assert abs(found.median) < ALIKE
    assert all(isinstance(other, LayerMap) for other in found.others)
