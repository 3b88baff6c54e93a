from collections.abc import Sequence

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from explainer.asking import Asking
from explainer.confidences import AT_ONCE
from explainer.engines.torch import TorchEngine
from explainer.explain import NotFinite, explain
from explainer.tape import Recording
from explainer.target import Target
from models.classifier import Classifier
from models.preprocess import Box
from tests.explainer.networks import classifier_of, small

NOISE = [
    Image.fromarray(np.random.default_rng(seed).integers(0, 256, (20, 30, 3), np.uint8)) for seed in range(AT_ONCE + 3)
]
TARGET = Target("class 2", (2,))


def tiny() -> Classifier:
    return classifier_of(small(), ("1", "3"), 7)


class Counting:
    """An engine that tells how many pictures and which layers it was asked about at once."""

    name = "counting"

    def __init__(self, classifier: Classifier) -> None:
        self.engine, self.asked = TorchEngine(classifier), []

    def run(
        self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str] = ()
    ) -> Recording:
        self.asked.append((len(inputs), tuple(layers)))
        return self.engine.run(inputs, layers, targets, also)


def test_many_confidences_are_those_of_one_by_one() -> None:
    classifier = tiny()
    expected = [explain(classifier, each, TARGET).target_confidence for each in NOISE]
    assert Asking(classifier).confidences(NOISE, TARGET) == pytest.approx(expected, abs=1e-6)


def test_many_go_together_but_not_all_and_only_to_the_last_layer_of_the_quick_engine() -> None:
    classifier = tiny()
    quick = Counting(classifier)
    Asking(classifier, quick=quick).confidences(NOISE, TARGET)
    assert quick.asked == [(AT_ONCE, ("3",)), (3, ("3",))]


def test_no_pictures_give_no_confidences() -> None:
    assert Asking(tiny()).confidences([], TARGET) == ()


def test_maps_come_from_the_engine_with_method_layers_and_window() -> None:
    classifier, window = tiny(), Box(0.1, 0.2, 0.5, 0.5)
    engine = Counting(classifier)
    asking = Asking(classifier, "hirescam", engine, layers=("3",)).framed(window)
    explanation = asking.explain(NOISE[0], TARGET)
    expected = explain(classifier, NOISE[0], TARGET, "hirescam", layers=["3"], window=window)
    assert engine.asked == [(1, ("3",))]
    assert asking.seen(NOISE[0]) == explanation.seen == window
    assert (explanation.method, explanation.target_confidence) == ("hirescam", expected.target_confidence)
    np.testing.assert_array_equal(explanation.layer("3").grid, expected.layer("3").grid)


def test_numbers_out_of_range_are_refused() -> None:
    module = small()
    with torch.no_grad():
        module[6].bias[0] = float("nan")  # type: ignore[index, union-attr]
    with pytest.raises(NotFinite):
        Asking(classifier_of(module, ("1", "3"), 7)).confidences(NOISE[:1], TARGET)
