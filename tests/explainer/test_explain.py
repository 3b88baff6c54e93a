import dataclasses
import threading

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from benchmarks.networks import torchvision_network
from explainer.explain import (
    Explanation,
    LayerMap,
    NotFinite,
    UnknownMethod,
    explain,
    explain_pixels,
    explain_targets,
    scale,
)
from explainer.methods import METHODS
from explainer.tape import LayerError
from explainer.target import Target
from models.catalogue import built_in
from models.classifier import Classifier
from models.facts import ClassifierFacts
from models.preprocess import Box
from tests.explainer.networks import (
    CPU,
    PICTURE,
    classifier_of,
    first,
    hand_made,
    images,
    maps_of,
    shrunk_to,
    small,
    spec_of,
    words,
)
from tests.explainer.reference import REFERENCES

LAYERS = ("1", "3")
PHOTOGRAPH = Image.effect_noise((16, 16), 90).convert("RGB")


def tiny(module: nn.Module | None = None, classes: int = 7) -> Classifier:
    return classifier_of(module or small(classes), LAYERS, classes)


def assert_same(ours: tuple[LayerMap, ...], theirs: tuple[LayerMap, ...]) -> None:
    for mine, other in zip(ours, theirs, strict=True):
        assert (mine.name, mine.maximum) == (other.name, other.maximum)
        np.testing.assert_array_equal(mine.grid, other.grid)


def assert_well_formed(layers: tuple[LayerMap, ...]) -> None:
    for layer in layers:
        assert layer.grid.dtype == np.float32
        assert np.isfinite(layer.grid).all()
        assert layer.grid.min() >= 0
        assert layer.grid.max() == (1 if layer.maximum > 0 else 0)


def test_grids_are_the_hand_computed_maps_scaled_by_their_maximum() -> None:
    maps = maps_of(hand_made(inplace=True), PICTURE, ("1", "2"), first)
    assert [layer.name for layer in maps] == ["1", "2"]
    np.testing.assert_allclose(maps[0].grid, [[0, 0, 0], [0, 1, 0]])
    np.testing.assert_allclose(maps[1].grid, np.array([[5 / 4, 5 / 4], [1 / 2, 4]]) / 4)
    assert maps[0].maximum == pytest.approx(4 / 3)
    assert maps[1].maximum == pytest.approx(4)


def test_what_speaks_against_the_target_is_zero_in_a_grid() -> None:
    (layer,) = maps_of(hand_made(), PICTURE, ["2"], first, "xgradcam")
    np.testing.assert_allclose(layer.grid, np.array([[3, 3], [0, 8]]) / 8)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_the_one_that_was_asked_for(method: str) -> None:
    network = small()
    activations = network[:4](images(1, 3, 16, 24)).detach().requires_grad_()
    first(network[4:](activations)).sum().backward()
    assert activations.grad is not None
    expected = REFERENCES[method](activations[0].detach().double().numpy(), activations.grad[0].double().numpy())
    (layer,) = maps_of(network, images(1, 3, 16, 24), ["3"], first, method)
    assert layer.maximum == pytest.approx(expected.max(), rel=1e-5)
    np.testing.assert_allclose(layer.grid, np.maximum(expected, 0) / expected.max(), atol=1e-5)


def test_nothing_that_speaks_for_the_target_gives_zeros() -> None:
    maps = maps_of(hand_made(), PICTURE, ("1", "3"), lambda logits: -first(logits))
    assert maps[1].maximum == 0
    np.testing.assert_array_equal(maps[1].grid, np.zeros((2, 2), np.float32))
    assert_well_formed(maps)


def test_a_weak_map_is_scaled_up_but_tells_its_maximum() -> None:
    (weak,) = maps_of(hand_made(), PICTURE, ["2"], lambda logits: first(logits) * 1e-12)
    (strong,) = maps_of(hand_made(), PICTURE, ["2"], first)
    np.testing.assert_allclose(weak.grid, strong.grid, rtol=1e-5)
    assert weak.maximum == pytest.approx(strong.maximum * 1e-12)


@pytest.mark.parametrize("largest", [1e-45, 1e-30, 3.0, 1e38])
def test_scaling_ends_at_one_for_any_maximum(largest: float) -> None:
    grid, maximum = scale(torch.tensor([[0, largest]]))
    assert grid.tolist() == [[0, 1]]
    assert maximum == pytest.approx(largest, rel=1e-6, abs=1e-45)


def test_top_answers_are_the_five_largest_of_the_softmax_in_order() -> None:
    classifier = tiny()
    explanation = explain(classifier, PHOTOGRAPH)
    with torch.no_grad():
        logits = classifier.module(classifier.preprocess(PHOTOGRAPH).unsqueeze(0))[0].double().numpy()
    probabilities = np.exp(logits) / np.exp(logits).sum()
    order = np.argsort(-logits)[:5]
    assert [answer.index for answer in explanation.top] == order.tolist()
    assert [answer.label for answer in explanation.top] == [f"class {index}" for index in order]
    assert [answer.confidence for answer in explanation.top] == pytest.approx(probabilities[order].tolist())
    assert explanation.answer is explanation.top[0]
    assert sum(answer.confidence for answer in explanation.top) <= 1


def test_whoever_reads_an_explanation_needs_no_network() -> None:
    classifier = tiny()
    explanation = explain(classifier, PHOTOGRAPH)
    assert isinstance(explanation.classifier, ClassifierFacts)
    assert explanation.classifier.spec is classifier.spec
    assert explanation.classifier.preprocess is classifier.preprocess
    assert explanation.classifier.labels is classifier.labels
    assert {type(each) for each in vars(explanation).values()}.isdisjoint({Classifier, Tensor, torch.device})


def test_square_is_explained_as_its_picture_is() -> None:
    classifier = tiny()
    whole = explain(classifier, PHOTOGRAPH)
    pixels = classifier.preprocess.seen_pixels(PHOTOGRAPH)
    (square,) = explain_pixels(classifier, pixels, whole.seen, [None])
    assert (square.top, square.target, square.seen) == (whole.top, whole.target, whole.seen)
    assert all(np.array_equal(one.grid, other.grid) for one, other in zip(square.layers, whole.layers, strict=True))


def test_a_model_of_fewer_classes_gives_them_all() -> None:
    explanation = explain(tiny(classes=3), PHOTOGRAPH)
    assert sorted(answer.index for answer in explanation.top) == [0, 1, 2]
    assert sum(answer.confidence for answer in explanation.top) == pytest.approx(1)


def with_biases(values: list[float]) -> nn.Module:
    """A network whose last layer has these biases."""
    network = small(len(values))
    network[6].bias = nn.Parameter(torch.tensor(values))
    return network


def test_of_equal_answers_the_first_is_named_since_it_is_the_one_that_is_explained() -> None:
    network = with_biases([0.0] * 3 + [1.0] * 197)
    nn.init.zeros_(network[6].weight)
    explanation = explain(tiny(network, 200), PHOTOGRAPH)
    assert [answer.index for answer in explanation.top] == [3, 4, 5, 6, 7]
    assert int(torch.tensor([0.0] * 3 + [1.0] * 197).max(dim=0).indices) == 3


def test_without_a_target_the_first_answer_is_explained() -> None:
    explanation = explain(tiny(), PHOTOGRAPH)
    best = explanation.answer
    assert explanation.target == Target(best.label, (best.index,))
    assert explanation.target_confidence == pytest.approx(best.confidence, rel=1e-12)
    asked = explain(tiny(), PHOTOGRAPH, Target(best.label, (best.index,)))
    assert_same(explanation.layers, asked.layers)


@pytest.mark.parametrize("target", [Target("c", (5,)), Target("g", (1, 4)), Target("x", (2, 3), (0,))])
@pytest.mark.parametrize("method", METHODS)
def test_a_target_is_explained_and_the_ranking_stays(target: Target, method: str) -> None:
    classifier = tiny()
    explanation = explain(classifier, PHOTOGRAPH, target, method)
    inputs = classifier.preprocess(PHOTOGRAPH).unsqueeze(0)
    assert_same(explanation.layers, maps_of(classifier.module, inputs, LAYERS, target.score, method))
    with torch.no_grad():
        logits = classifier.module(inputs)[0]
    assert explanation.target is target
    assert explanation.method == method
    assert explanation.target_confidence == pytest.approx(target.confidence(logits))
    assert explanation.top == explain(classifier, PHOTOGRAPH).top


def test_pixels_that_were_made_before_are_what_the_model_gets() -> None:
    classifier, other = tiny(), Image.new("RGB", (16, 16), (1, 2, 3))
    alone = explain(classifier, PHOTOGRAPH)
    given = explain(classifier, PHOTOGRAPH, pixels=classifier.preprocess.seen_pixels(PHOTOGRAPH))
    assert given.top == alone.top
    assert_same(given.layers, alone.layers)
    assert explain(classifier, PHOTOGRAPH, pixels=classifier.preprocess.seen_pixels(other)).top != alone.top


def test_layers_come_in_the_catalogues_order_and_by_name(bundled: Classifier) -> None:
    explanation = explain(bundled, PHOTOGRAPH)
    assert [layer.name for layer in explanation.layers] == ["blocks.1", "blocks.2", "blocks.4", "blocks.6", "bn2"]
    assert [layer.grid.shape for layer in explanation.layers] == [(56, 56), (28, 28), (14, 14), (7, 7), (7, 7)]
    assert explanation.layer("blocks.4") is explanation.layers[2]
    with pytest.raises(KeyError):
        explanation.layer("nonsense")


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (200, 30, 90)])
@pytest.mark.parametrize("method", METHODS)
def test_a_plain_picture_gives_an_answer_and_finite_maps(
    bundled: Classifier, colour: tuple[int, int, int], method: str
) -> None:
    explanation = explain(bundled, Image.new("RGB", (40, 30), colour), method=method)
    assert len(explanation.top) == 5
    assert_well_formed(explanation.layers)


def test_a_picture_of_one_pixel_gives_finite_maps(bundled: Classifier) -> None:
    explanation = explain(bundled, Image.new("RGB", (1, 1), (9, 9, 9)))
    assert_well_formed(explanation.layers)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_model_whose_numbers_ran_out_of_range_is_named(number: float) -> None:
    network = with_biases([0.0, number, 0, 0, 0, 0, 0])
    with pytest.raises(NotFinite) as caught:
        explain(tiny(network), PHOTOGRAPH)
    assert caught.value.values == {"title": "Tiny"}


@pytest.mark.parametrize("factor", [float("nan"), float("inf")])
@pytest.mark.parametrize("method", METHODS)
def test_gradients_out_of_range_are_an_error_not_a_map(factor: float, method: str) -> None:
    with pytest.raises(NotFinite):
        maps_of(hand_made(), PICTURE, ["1"], lambda logits: first(logits) * factor, method)


def test_an_unknown_method_is_refused_with_the_known_ones_before_the_model_runs() -> None:
    asked: list[object] = []
    network = small()
    network.register_forward_pre_hook(lambda module, given: asked.append(given))
    with pytest.raises(UnknownMethod) as caught:
        explain(tiny(network), PHOTOGRAPH, method="nonsense")
    assert caught.value.values == {"method": "nonsense", "known": tuple(METHODS)}
    assert asked == []


def test_several_targets_of_a_picture_share_one_forward_pass_and_are_as_if_asked_alone() -> None:
    forwards: list[object] = []
    network = small()
    network.register_forward_pre_hook(lambda module, given: forwards.append(given))
    classifier = tiny(network)
    targets = [None, Target("c", (5,)), Target("x", (2, 3), (0,))]
    alone = [explain(classifier, PHOTOGRAPH, target) for target in targets]
    forwards.clear()
    together = explain_targets(classifier, PHOTOGRAPH, targets)
    assert len(forwards) == 1
    for mine, other in zip(together, alone, strict=True):
        assert (mine.target, mine.target_confidence, mine.top) == (other.target, other.target_confidence, other.top)
        assert_same(mine.layers, other.layers)


def test_one_pass_is_made_under_the_classifiers_lock_and_lets_it_go() -> None:
    network = small()
    locked: list[bool] = []
    classifier = tiny(network)
    network.register_forward_pre_hook(lambda module, given: locked.append(classifier.lock.locked()))
    explain(classifier, PHOTOGRAPH)
    assert locked == [True]
    assert not classifier.lock.locked()


def test_the_lock_is_let_go_after_a_failure() -> None:
    classifier = classifier_of(small(), ["6"], 7)
    with pytest.raises(LayerError):
        explain(classifier, PHOTOGRAPH)
    assert not classifier.lock.locked()


def test_visitors_at_once_get_what_each_would_get_alone() -> None:
    classifier = tiny()
    pictures = [Image.effect_noise((60, 40), 20 * spread).convert("RGB") for spread in range(1, 5)]
    alone = [explain(classifier, picture) for picture in pictures]
    together: list[Explanation | None] = [None] * 4

    def ask(index: int) -> None:
        together[index] = explain(classifier, pictures[index])

    visitors = [threading.Thread(target=ask, args=(index,)) for index in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    for expected, explanation in zip(alone, together, strict=True):
        assert explanation is not None
        assert [answer.index for answer in explanation.top] == [answer.index for answer in expected.top]
        for mine, other in zip(explanation.layers, expected.layers, strict=True):
            np.testing.assert_allclose(mine.grid, other.grid, atol=1e-4)


@pytest.mark.parametrize(
    ("size", "seen"),
    [
        ((16, 16), Box(0, 0, 1, 1)),
        ((64, 32), Box(0.25, 0, 0.5, 1)),
        ((32, 64), Box(0, 0.25, 1, 0.5)),
    ],
)
def test_what_was_cropped_away_is_told(size: tuple[int, int], seen: Box) -> None:
    assert explain(tiny(), PHOTOGRAPH.resize(size)).seen == seen


@pytest.mark.parametrize("spot", [(20, 4), (40, 4), (20, 24), (40, 24), (30, 12)])
def test_grids_lie_over_the_part_that_was_seen(spot: tuple[int, int]) -> None:
    """A network that only answers to brightness, on a black picture with one bright spot."""
    network = nn.Sequential(nn.Conv2d(3, 1, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    nn.init.constant_(network[0].weight, 1)
    nn.init.constant_(network[0].bias, 3)
    classifier = Classifier(spec_of(["1"]), network, shrunk_to(16), words(1), CPU, threading.Lock())
    picture = Image.new("RGB", (64, 32))
    picture.paste((255, 255, 255), (*spot, spot[0] + 4, spot[1] + 4))
    explanation = explain(classifier, picture)
    seen, grid = explanation.seen, explanation.layers[0].grid
    row, column = np.unravel_index(grid.argmax(), grid.shape)
    x, y = seen.x + (column + 0.5) / 16 * seen.width, seen.y + (row + 0.5) / 16 * seen.height
    assert spot[0] <= x * 64 <= spot[0] + 4
    assert spot[1] <= y * 32 <= spot[1] + 4


def closed_form(activations: Tensor, weights: Tensor) -> tuple[np.ndarray, float]:
    """Grad-CAM where only a mean and a linear layer follow: the class's own weights, shared among the places."""
    signed = torch.einsum("c,chw->hw", weights.double(), activations.double()) / activations[0].numel()
    return (signed.relu() / signed.max()).numpy(), float(signed.max())


def test_at_the_last_stage_of_the_bundled_model_the_map_is_the_classs_own_weights(bundled: Classifier) -> None:
    picture = Image.effect_noise((300, 200), 80).convert("RGB")
    explanation = explain(bundled, picture, Target("tabby cat", (281,)))
    kept: list[Tensor] = []
    module = bundled.module
    handle = module.bn2.register_forward_hook(lambda part, given, output: kept.append(output.clone()))
    with torch.no_grad():
        module(bundled.preprocess(picture).unsqueeze(0))
    handle.remove()
    grid, maximum = closed_form(kept[0][0], module.classifier.weight[281])
    assert np.abs(explanation.layer("bn2").grid - grid).max() < 1e-5
    assert explanation.layer("bn2").maximum == pytest.approx(maximum, rel=1e-5)


def test_the_bundled_model_leaves_as_it_came(bundled: Classifier) -> None:
    state = {name: tensor.clone() for name, tensor in bundled.module.state_dict().items()}
    explain(bundled, PHOTOGRAPH)
    assert all(torch.equal(tensor, state[name]) for name, tensor in bundled.module.state_dict().items())
    for part in bundled.module.modules():
        assert not part.training
        assert not part._forward_hooks
    assert all(not parameter.requires_grad and parameter.grad is None for parameter in bundled.module.parameters())


def test_at_the_last_stage_of_a_resnet_the_map_is_the_classs_own_weights() -> None:
    network, inputs = torchvision_network("resnet50"), images(1, 3, 64, 96)
    (layer,) = maps_of(network, inputs, ["layer4"], first)
    kept: list[Tensor] = []
    network.layer4.register_forward_hook(lambda part, given, output: kept.append(output.detach()))
    network(inputs)
    grid, maximum = closed_form(kept[0][0], network.fc.weight[0].detach())
    assert np.abs(layer.grid - grid).max() < 1e-5
    assert layer.maximum == pytest.approx(maximum, rel=1e-5)


@pytest.mark.parametrize("name", ["vgg16", "resnet50", "densenet121"])
def test_any_network_is_mapped_at_all_layers_of_the_catalogue(name: str) -> None:
    network, inputs = torchvision_network(name), images(1, 3, 64, 96)
    layers = [layer.name for layer in built_in()[name].layers]
    maps = maps_of(network, inputs, layers, first, "layercam")
    assert [layer.name for layer in maps] == layers
    assert_well_formed(maps)
    assert all(rows * 3 == columns * 2 for rows, columns in (layer.grid.shape for layer in maps))
    assert all(layer.maximum > 0 for layer in maps)
    assert all(parameter.grad is None and parameter.requires_grad for parameter in network.parameters())


def test_an_explanation_cannot_be_changed() -> None:
    explanation = explain(tiny(), PHOTOGRAPH)
    with pytest.raises(dataclasses.FrozenInstanceError):
        explanation.method = "hirescam"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        explanation.layers[0].maximum = 1  # type: ignore[misc]
