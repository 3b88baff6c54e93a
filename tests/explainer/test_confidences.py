"""Many pictures go through in batches, and each gets the answer that it gets alone."""

import numpy as np
import pytest
import torch

from explainer.confidences import AT_ONCE, confidences_of, first_answer, logits_of
from explainer.engines.protocol import Engine
from explainer.engines.torch import TorchEngine
from explainer.explain import NotFinite
from explainer.target import Target
from models.classifier import Classifier
from tests.explainer.networks import classifier_of, images, small


class Counting:
    """An engine that notes how much it is asked at once."""

    name = "counting"

    def __init__(self, classifier: Classifier) -> None:
        self._torch = TorchEngine(classifier)
        self.rows: list[int] = []

    def run(self, inputs, layers, targets, also=()):  # type: ignore[no-untyped-def]
        self.rows.append(len(inputs))
        return self._torch.run(inputs, layers, targets, also)


def tiny() -> Classifier:
    return classifier_of(small(), ("1", "3"), 7)


def test_each_of_many_pictures_gets_its_own_answer_and_no_batch_is_too_large() -> None:
    classifier, pictures = tiny(), images(AT_ONCE + 3, 3, 16, 16).numpy()
    engine: Engine = (counting := Counting(classifier))
    found = logits_of(classifier, list(pictures), engine)
    torch.testing.assert_close(found, classifier.module(torch.from_numpy(pictures)))
    assert counting.rows == [AT_ONCE, 3]


def test_confidences_are_the_targets_share_of_the_softmax() -> None:
    classifier, pictures = tiny(), images(3, 3, 16, 16).numpy()
    shares = classifier.module(torch.from_numpy(pictures)).softmax(dim=1)
    assert confidences_of(classifier, list(pictures), Target("c", (4,))) == pytest.approx(shares[:, 4].tolist())


def test_the_first_answer_is_the_largest_logit() -> None:
    assert first_answer(torch.tensor([0.0, 2, 5, 1, 0, 0, 0]), tiny()) == Target("class 2", (2,))


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(NotFinite):
        logits_of(tiny(), [np.full((3, 16, 16), np.nan, np.float32)])
