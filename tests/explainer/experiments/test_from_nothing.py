"""A picture of nothing becomes a thing to the model alone, and what can't be made is refused."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from explainer.asking import Asking
from explainer.experiments.from_nothing import MadeFromNothing, from_nothing, grey, speckle
from explainer.experiments.one_word import NotOneWord
from explainer.explain import explain
from explainer.target import Target, parse_target
from models.classifier import Classifier
from tests.explainer.networks import linear

SIDE = 16


@pytest.fixture(scope="module")
def bus(bundled: Classifier) -> MadeFromNothing:
    asking = Asking(bundled, layers=(bundled.spec.default_layer,))
    return from_nothing(asking, parse_target("school bus", bundled.labels), grey(224))


def test_a_bus_made_of_nothing_is_still_nothing_to_see(bus: MadeFromNothing, bundled: Classifier) -> None:
    before, after, noise = bus.answers.before, bus.answers.after, bus.noise
    assert bus.reached
    assert after.answer.label == "school bus"
    assert after.answer.confidence >= 0.99
    assert before.answer.confidence < 0.9
    assert np.abs(noise.after.astype(int) - 128).max() <= noise.strength <= 16
    file = io.BytesIO()
    bundled.preprocess.framed(noise.after, Image.fromarray(noise.before)).save(file, "PNG")
    assert explain(bundled, Image.open(file).convert("RGB")).answer.confidence >= 0.99


def test_what_no_picture_can_reach_is_reported_so() -> None:
    classifier = linear(3, SIDE)
    classifier.module[2].weight.zero_()
    classifier.module[2].bias[:] = torch.tensor([2.0, 1.0, 0.0])
    found = from_nothing(Asking(classifier), Target("class 2", (2,)), grey(SIDE))
    assert not found.reached
    assert found.answers.after.target_confidence == pytest.approx(1 / np.exp([2, 1, 0]).sum())
    assert not found.noise.change.any()


@pytest.mark.parametrize("target", [Target("dogs", (1, 2)), Target("a rather than b", (1,), (2,))])
def test_group_or_contrast_is_refused(target: Target) -> None:
    with pytest.raises(NotOneWord) as refused:
        from_nothing(Asking(linear(3, SIDE)), target, grey(SIDE))
    assert refused.value.values == {"label": target.label}


def test_nothing_is_one_grey_or_seeded_noise() -> None:
    assert (grey(SIDE) == 128).all()
    one, same, other = speckle(SIDE, 1), speckle(SIDE, 1), speckle(SIDE, 2)
    np.testing.assert_array_equal(one, same)
    assert (one != other).mean() > 0.9
    assert one.min() < 10
    assert one.max() > 245
