"""Where pooling and one linear layer follow, gradients are the class's weights; where something else does, told so."""

import gc
import weakref

import pytest
import torch
from torch import nn
from torch.testing import assert_close

from benchmarks.networks import torchvision_network
from explainer.engines.linear_head import Head, Heads, find_head
from explainer.tape import record
from models.classifier import Classifier
from models.weights import frozen
from tests.explainer.networks import classifier_of, first, hand_made, images, small


def test_logits_and_gradients_are_worked_out_by_hand() -> None:
    head = Head(torch.tensor([[1.0, 2], [3, 4]]), torch.tensor([10.0, 20]))
    activations = torch.tensor([[[[1.0, 3]], [[5, 7]]]])
    assert_close(head.logits(activations), torch.tensor([[1 * 2 + 2 * 6 + 10.0, 3 * 2 + 4 * 6 + 20]]))
    gradients = head.gradients(torch.tensor([[1.0, -1]]), activations)
    assert_close(gradients, torch.tensor([[[[-1.0, -1]], [[-1, -1]]]]))


def test_the_head_of_a_network_gives_the_gradients_that_torch_gives() -> None:
    network = small()
    head = find_head(network, "3")
    assert head is not None
    seen = record(network, images(1, 3, 16, 16), ["3"], first)
    one = torch.zeros(1, 7)
    one[0, 0] = 1
    assert_close(head.gradients(one, seen.activations[0]), seen.gradients[0])
    assert_close(head.logits(seen.activations[0]), seen.logits)


def test_a_linear_layer_without_bias_is_a_head_too() -> None:
    network = nn.Sequential(nn.Conv2d(3, 2, 1), *hand_made()[4:]).eval()
    head = find_head(network, "0")
    assert head is not None
    assert not head.bias.any()


@pytest.mark.parametrize("layer", ["0", "1", "2"], ids=["first", "middle", "before the activation"])
def test_a_layer_that_something_else_follows_has_no_head(layer: str) -> None:
    assert find_head(small(), layer) is None


def test_a_network_without_a_linear_layer_has_no_head() -> None:
    assert find_head(nn.Sequential(nn.Conv2d(3, 4, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()), "0") is None


def test_the_bundled_model_has_one_at_its_last_layer_only(bundled: Classifier) -> None:
    names = [layer.name for layer in bundled.spec.layers]
    assert [find_head(bundled.module, name) is not None for name in names] == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("name", "layer", "has"), [("resnet18", "layer4", True), ("mobilenet_v3_large", "features.16", False)]
)
def test_torchvisions_networks_are_told_apart(name: str, layer: str, has: bool) -> None:
    assert (find_head(frozen(torchvision_network(name)), layer) is not None) == has


def test_a_head_is_looked_for_once_a_classifier_and_layer_also_where_there_is_none() -> None:
    passes = []
    network = small()
    network.register_forward_hook(lambda *_: passes.append(1))
    classifier, heads = classifier_of(network, ("1", "3"), 7), Heads()
    first_time = [heads.of(classifier, layer) for layer in ("3", "1")]
    assert [head is not None for head in first_time] == [True, False]
    assert len(passes) == 2
    assert [heads.of(classifier, layer) for layer in ("3", "1")] == first_time
    assert len(passes) == 2


def test_a_head_goes_with_its_classifier() -> None:
    classifier, heads = classifier_of(small(), ("3",), 7), Heads()
    head = weakref.ref(heads.of(classifier, "3"))
    assert head() is not None
    del classifier
    gc.collect()
    assert head() is None


def test_two_classifiers_of_one_name_have_a_head_each() -> None:
    heads = Heads()
    one, other = (heads.of(classifier_of(small(classes), ("3",), classes), "3") for classes in (5, 7))
    assert one is not None
    assert other is not None
    assert (len(one.bias), len(other.bias)) == (5, 7)
