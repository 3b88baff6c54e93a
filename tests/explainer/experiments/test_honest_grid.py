"""A score is a bias and a sum over cells, to the last digits, or it is said that it is not."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from benchmarks.networks import torchvision_network
from explainer.experiments.honest_grid import NotASum, SeveralClasses, taken_apart
from explainer.explain import NotFinite
from explainer.tape import Recording
from explainer.target import Target
from models.classifier import Classifier
from models.preprocess import Box
from models.weights import frozen
from tests.explainer.networks import classifier_of, small
from tests.photographs import photographs


def linear() -> Classifier:
    """Two by two pixels; the two channels are red and green, -1..1."""
    network = nn.Sequential(nn.Conv2d(3, 2, 1, bias=False), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2))
    network[0].weight = nn.Parameter(torch.tensor([[1.0, 0, 0], [0, 1, 0]])[..., None, None])
    network[3].weight = nn.Parameter(torch.tensor([[4.0, 8.0], [-4.0, 4.0]]))
    network[3].bias = nn.Parameter(torch.tensor([0.5, 0.25]))
    return classifier_of(network.eval().requires_grad_(False), ("0",), 2, side=2)


def colours() -> Image.Image:
    """Red, yellow; black, green."""
    return Image.fromarray(np.array([[(255, 0, 0), (255, 255, 0)], [(0, 0, 0), (0, 255, 0)]], np.uint8))


def test_cells_are_worked_out_by_hand() -> None:
    found = taken_apart(linear(), colours(), Target("class 0", (0,)))
    np.testing.assert_allclose(found.cells, np.array([[4 - 8, 4 + 8], [-4 - 8, -4 + 8]]) / 4)
    assert (found.bias, found.total, found.score) == pytest.approx((0.5, 0.5, 0.5))
    assert found.seen == Box(0, 0, 1, 1)


def test_one_class_rather_than_another_is_a_sum_too() -> None:
    found = taken_apart(linear(), colours(), Target("0 rather than 1", (0,), (1,)))
    np.testing.assert_allclose(found.cells, np.array([[8 - 4, 8 + 4], [-8 - 4, -8 + 4]]) / 4)
    assert (found.bias, found.score) == pytest.approx((0.25, 0.25))


def test_without_a_question_it_is_about_the_first_answer() -> None:
    assert taken_apart(linear(), colours()).target == Target("class 0", (0,))


def test_the_bundled_models_cells_add_up_to_its_score(bundled: Classifier) -> None:
    for photograph in photographs(2):
        found = taken_apart(bundled, photograph)
        assert found.cells.shape == (7, 7)
        assert found.total == pytest.approx(found.score, abs=5e-5)
        with torch.no_grad():
            logits = bundled.module(bundled.preprocess(photograph).unsqueeze(0))
        assert found.score == pytest.approx(float(logits.max()), abs=5e-5)


def test_a_network_that_goes_on_after_pooling_is_no_sum() -> None:
    network = frozen(torchvision_network("mobilenet_v3_large"))
    with pytest.raises(NotASum) as refusal:
        taken_apart(classifier_of(network, ("features.16",), 1000, side=32), colours())
    assert refusal.value.values == {"title": "Tiny"}


@pytest.mark.parametrize("target", [Target("dogs", (0, 1)), Target("0 rather than some", (0,), (1, 2))])
def test_a_group_is_no_sum(target: Target) -> None:
    with pytest.raises(SeveralClasses):
        taken_apart(classifier_of(small(), ("1", "3"), 7), colours(), target)


class Lost:
    """An engine whose numbers ran out of range."""

    name = "lost"

    def run(
        self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str] = ()
    ) -> Recording:
        return Recording(torch.full((1, 2), torch.nan), (torch.ones(1, 2, 2, 2),), (torch.ones(1, 2, 2, 2),))


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(NotFinite):
        taken_apart(linear(), colours(), engine=Lost())


def test_a_picture_costs_one_pass_and_no_second_one_to_find_the_head() -> None:
    passes = []
    classifier = linear()
    taken_apart(classifier, colours())
    classifier.module.register_forward_hook(lambda *_: passes.append(1))
    taken_apart(classifier, colours())
    assert len(passes) == 1
