"""What speaks for the target and what against it, by hand and beside the map that others draw."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from explainer.experiments.for_and_against import SignedMap, signed_maps, without_what_is_against
from explainer.experiments.hiding import blurred
from explainer.explain import UnknownMethod, explain
from explainer.methods import DEFAULT_METHOD, METHODS
from explainer.tape import LayerError
from explainer.target import Target
from models.classifier import Classifier
from tests.explainer.networks import classifier_of, small

NOISE = Image.effect_noise((16, 16), 90).convert("RGB")


def black_and_white(weights: list[list[float]], side: int = 2) -> Classifier:
    """A linear model of two by two pixels, or more: brightness -1..1, its mean times the class's weight."""
    network = nn.Sequential(nn.Conv2d(3, 1, 1, bias=False), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1, 2))
    network[0].weight = nn.Parameter(torch.full((1, 3, 1, 1), 1 / 3))
    network[3].weight, network[3].bias = nn.Parameter(torch.tensor(weights)), nn.Parameter(torch.zeros(2))
    return classifier_of(network.eval().requires_grad_(False), ("0",), 2, side=side)


def squares(*rows: tuple[int, ...]) -> Image.Image:
    return Image.fromarray(np.repeat(np.array(rows, np.uint8)[..., None], 3, axis=2))


def for_and_against(
    classifier: Classifier,
    picture: Image.Image,
    target: Target | None = None,
    layer: str | None = None,
    method: str = DEFAULT_METHOD,
) -> SignedMap:
    """One layer's map, None for the default one."""
    return signed_maps(classifier, picture, target, [layer or classifier.spec.default_layer], method)[0]


def test_a_linear_models_bright_pixels_speak_for_it_and_its_dark_ones_against() -> None:
    # Brightness 1, 1, 0.2 and -1, each with the gradient 3 / 4.
    found = for_and_against(black_and_white([[3.0], [0.0]]), squares((255, 255), (153, 0)))
    np.testing.assert_allclose(found.grid, [[1, 1], [0.2, -1]], atol=1e-6)
    assert found.maximum == pytest.approx(3 / 4)
    assert found.share_for == pytest.approx(2.2 / 3.2)
    assert found.target == Target("class 0", (0,))
    assert found.confidence == pytest.approx(1 / (1 + np.exp(-3 * 1.2 / 4)))


def test_asking_for_the_other_side_turns_every_sign() -> None:
    classifier, picture = classifier_of(small(), ("1", "3"), 7), NOISE
    one = for_and_against(classifier, picture, Target("1 rather than 2", (1,), (2,)))
    other = for_and_against(classifier, picture, Target("2 rather than 1", (2,), (1,)))
    np.testing.assert_allclose(one.grid, -other.grid, atol=1e-6)
    assert one.share_for is not None
    assert other.share_for == pytest.approx(1 - one.share_for)


@pytest.mark.parametrize("method", METHODS)
def test_its_positive_part_is_the_map_that_is_drawn_otherwise(method: str) -> None:
    classifier = classifier_of(small(), ("1", "3"), 7)
    found = for_and_against(classifier, NOISE, Target("c", (2,)), "1", method)
    drawn = explain(classifier, NOISE, Target("c", (2,)), method, layers=["1"]).layers[0]
    np.testing.assert_allclose(found.grid.clip(min=0) * found.maximum, drawn.grid * drawn.maximum, atol=1e-6)
    assert np.abs(found.grid).max() == pytest.approx(1)
    assert found.grid.dtype == np.float32


def test_a_layer_without_a_say_gives_zeros_and_no_share() -> None:
    found = for_and_against(black_and_white([[0.0], [0.0]]), squares((255, 255), (0, 0)))
    assert not found.grid.any()
    assert (found.maximum, found.share_for) == (0, None)


def test_all_layers_come_in_one_pass() -> None:
    classifier = classifier_of(small(), ("1", "3"), 7)
    maps = signed_maps(classifier, NOISE, Target("c", (2,)))
    assert [each.layer for each in maps] == ["1", "3"]
    for each in maps:
        alone = for_and_against(classifier, NOISE, Target("c", (2,)), each.layer)
        np.testing.assert_allclose(each.grid, alone.grid, atol=1e-6)
        assert each.share_for == pytest.approx(alone.share_for)


def test_blurring_what_is_against_a_linear_model_makes_it_surer() -> None:
    # Bright but for nine dark dots of 64, which speak against it; blurred, they take on light from around them.
    rows = np.full((8, 8), 255)
    rows[5:, 5:] = 0
    classifier, picture = black_and_white([[3.0], [0.0]], side=8), squares(*map(tuple, rows))
    found = for_and_against(classifier, picture)
    inputs = classifier.preprocess.array(picture)
    lighter = np.where(inputs < 0, blurred(inputs), inputs)
    left = without_what_is_against(classifier, picture, found)
    assert left > found.confidence + 0.02
    # A fifth is 13 dots: the dark ones, and four bright ones beside them, which become a little darker.
    assert left == pytest.approx(1 / (1 + np.exp(-3 * lighter.mean())), abs=0.02)


def test_unknown_methods_and_layers_are_refused() -> None:
    classifier = black_and_white([[1.0], [0.0]])
    with pytest.raises(UnknownMethod):
        for_and_against(classifier, NOISE, method="guess")
    with pytest.raises(LayerError):
        for_and_against(classifier, NOISE, layer="nowhere")
