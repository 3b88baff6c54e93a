"""What a network that has learned nothing shows: seeded, kept, and compared by ranks."""

import threading

import numpy as np
import pytest
import timm
import torch
from scipy.stats import spearmanr
from torch import nn
from torchvision.models import get_model

from explainer.engines.protocol import best_score
from explainer.experiments.unlearned import (
    ALIKE,
    KEPT,
    SEEDS,
    Likeness,
    UnlearnedNetworks,
    drawn,
    likeness,
    rank_correlation,
)
from explainer.explain import LayerMap
from explainer.tape import record
from explainer.target import Target
from models.catalogue import built_in
from models.classifier import Classifier
from models.weights import PipWeights
from tests.explainer.networks import CPU, classifier_of, shrunk_to, small, words
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
    network = nn.Sequential(nn.Conv2d(3, 64, 3), nn.BatchNorm2d(64), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    network = network.append(nn.Linear(64, 9)).eval()
    for tensor in network.state_dict().values():
        tensor.fill_(7)
    classifier = classifier_of(network, ("0",), 9)
    one, same, other = (drawn(classifier, seed) for seed in (1, 1, 2))
    assert all((tensor == 7).all() for tensor in network.state_dict().values())
    for name, tensor in one.state_dict().items():
        assert (tensor == same.state_dict()[name]).all()
        assert not (tensor == 7).any()
    assert (one[0].weight != other[0].weight).all()
    assert (one[1].weight == 1).all()
    assert not one[1].bias.any()


def test_drawing_leaves_torchs_own_random_numbers_as_they_were() -> None:
    classifier = tiny()
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    drawn(classifier, 1)
    assert (torch.rand(3) == expected).all()


@pytest.fixture(scope="module", params=built_in())
def blank(request: pytest.FixtureRequest) -> tuple[str, nn.Module]:
    """A network of each family that has learned nothing."""
    spec, shrunk = built_in()[request.param], shrunk_to(160)
    return request.param, drawn(Classifier(spec, nn.Identity(), shrunk, words(1000), CPU, threading.Lock()), 0)


def its_authors(name: str) -> nn.Module:
    """The same network as others' code starts it, with other random numbers."""
    torch.manual_seed(99)
    timms = isinstance(built_in()[name].source, PipWeights)
    module: nn.Module = timm.create_model(f"tf_{name}") if timms else get_model(name)
    return module.requires_grad_(False)


def test_each_parameter_is_drawn_as_its_authors_draw_it(blank: tuple[str, nn.Module]) -> None:
    name, module = blank
    for (own, ours), (_, theirs) in zip(module.named_parameters(), its_authors(name).named_parameters(), strict=True):
        assert ours.shape == theirs.shape, own
        if own.startswith("heads.head"):  # ViT's own begins with zeros, and would have no map
            assert ours.any()
            continue
        spread = max(float(theirs.std(correction=0)), 1e-12)
        enough = max(0.05, 5 / ours.numel() ** 0.5)  # what chance allows
        assert float(ours.std(correction=0)) == pytest.approx(spread, rel=enough, abs=1e-9), own
        assert float(ours.mean()) == pytest.approx(float(theirs.mean()), abs=enough * spread + 1e-9), own


def test_the_branches_of_convnext_begin_at_next_to_nothing() -> None:
    spec = built_in()["convnext_tiny"]
    module = drawn(Classifier(spec, nn.Identity(), shrunk_to(64), words(1000), CPU, threading.Lock()), 0)
    scales = [each for name, each in module.named_parameters() if name.endswith("layer_scale")]
    assert len(scales) == 18
    assert all((each == 1e-6).all() for each in scales)


def test_signals_neither_vanish_nor_explode_on_their_way(blank: tuple[str, nn.Module]) -> None:
    name, module = blank
    side = 224 if name == "vit_b_16" else 160  # that one takes no other
    noise = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(7))
    spec = built_in()[name]
    seen = record(module, noise, [layer.name for layer in spec.layers], best_score, spec.ways)
    for each in (*seen.activations, seen.logits):
        assert 1e-3 < float(each.std()) < 10


def test_each_network_is_made_once_even_when_many_ask_together() -> None:
    unlearned, classifier = UnlearnedNetworks(), tiny()
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
    unlearned, classifier = UnlearnedNetworks(kept=1), tiny()
    first, second = (unlearned.of(classifier, seed) for seed in (0, 1))
    assert unlearned.of(classifier, 1) is second
    again = unlearned.of(classifier, 0)
    assert again is not first
    torch.testing.assert_close(again.module.state_dict(), first.module.state_dict())


def test_all_five_of_the_bundled_model_fit(bundled: Classifier) -> None:
    assert len(SEEDS) * sum(each.nbytes for each in bundled.module.parameters()) < KEPT


def test_maps_are_those_of_the_random_networks_for_the_same_target() -> None:
    classifier, unlearned = tiny(), UnlearnedNetworks()
    found = likeness(classifier, patched(), Target("c", (3,)), "1", unlearned=unlearned, seeds=(0, 1))
    assert [other.name for other in found.others] == ["1", "1"]
    assert len(found.correlations) == 2
    assert found.explanation.target.index == 3
    assert found.real.name == "1"


def test_a_network_that_has_learned_nothing_is_like_itself() -> None:
    unlearned = UnlearnedNetworks()
    found = likeness(unlearned.of(tiny(), 4), patched(), Target("c", (3,)), "3", unlearned=unlearned, seeds=(4,))
    if found.correlations != (None,):
        assert found.median == pytest.approx(1)
        assert found.alike


def made(*correlations: float | None) -> Likeness:
    found = likeness(tiny(), patched(), unlearned=UnlearnedNetworks(), seeds=(0,))
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
    found = likeness(bundled, photographs(1)[0], unlearned=UnlearnedNetworks())
    assert not found.alike
    assert abs(found.median) < ALIKE
    assert all(isinstance(other, LayerMap) for other in found.others)
