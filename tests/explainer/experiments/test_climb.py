"""Against the closed form of a linear model, and within its bound at every value."""

import dataclasses
import threading

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from explainer.experiments.climb import LEAST, Climb, climb, slope_at
from explainer.explain import NotFinite
from models.classifier import Classifier
from models.work import Unwanted, Work, working
from tests.explainer.networks import classifier_of, first, linear, small

SIDE = 16
PIXELS = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


def climbed(classifier: Classifier, strength: int, passes: int = 9, enough: float = np.inf) -> Climb:
    return climb(classifier, PIXELS, first, strength, enough=enough, passes=passes, first=PIXELS)


@pytest.mark.parametrize("strength", [1, 3, 255])
def test_linear_model_gets_the_closed_form_exactly(strength: int) -> None:
    classifier = linear(2, SIDE)
    weights = classifier.module[2].weight[0].reshape(3, SIDE, SIDE).permute(1, 2, 0).numpy()
    expected = np.clip(PIXELS.astype(int) + strength * np.sign(weights), 0, 255)
    found = climbed(classifier, strength)
    np.testing.assert_array_equal(found.pixels, expected)
    assert found.pixels.dtype == np.uint8
    inputs = torch.from_numpy((expected / 255 - 0.5) / 0.5).permute(2, 0, 1).float()
    assert found.score == pytest.approx(float(classifier.module(inputs[None])[0, 0]), rel=1e-5)


@pytest.mark.parametrize("strength", [1, 2, 8])
def test_any_model_stays_within_its_bound_and_gains(strength: int) -> None:
    classifier = classifier_of(small(), ["1"], 7, SIDE)
    found = climbed(classifier, strength)
    assert np.abs(found.pixels.astype(int) - PIXELS).max() == strength
    assert found.score > slope_at(classifier, PIXELS, first).score
    assert found.score == slope_at(classifier, found.pixels, first).score


def test_gradient_is_that_of_each_pixel() -> None:
    """By moving one value at a time by one step of 255; the model is straight between the two."""
    classifier = linear(2, SIDE)
    slope = slope_at(classifier, PIXELS, first)
    for place in ((0, 0, 0), (3, 7, 1), (15, 2, 2)):
        moved = PIXELS.copy()
        moved[place] ^= 1
        step = 2 / 255 * (1 if moved[place] > PIXELS[place] else -1)  # in normalised units, from -1 to 1
        gained = slope_at(classifier, moved, first).score - slope.score
        assert gained / step == pytest.approx(slope.gradient[place], rel=1e-2, abs=1e-3)


def test_search_that_nobody_waits_for_ends_at_its_next_pass_and_is_charged_until_then() -> None:
    classifier, asked = classifier_of(small(), ["1"], 7, SIDE), 0

    def score(logits: Tensor) -> Tensor:
        nonlocal asked
        asked += 1
        work.wanted = asked < 3
        return first(logits)

    with working(Work()) as work, pytest.raises(Unwanted):
        climb(classifier, PIXELS, score, 2, enough=np.inf, passes=9, first=PIXELS)
    assert asked == 3
    assert work.seconds > 0


def test_stops_as_soon_as_it_is_enough() -> None:
    classifier = linear(2, SIDE)
    start = slope_at(classifier, PIXELS, first).score
    found = climbed(classifier, 4, enough=start)
    assert (found.passes, found.score) == (1, start)
    np.testing.assert_array_equal(found.pixels, PIXELS)


def test_begins_where_it_is_told_to_but_never_beyond_the_bound() -> None:
    far = 255 - PIXELS
    found = climb(linear(2, SIDE), PIXELS, first, 2, enough=-np.inf, passes=3, first=far)
    np.testing.assert_array_equal(found.pixels, np.clip(far, np.maximum(PIXELS, 2) - 2, np.minimum(PIXELS, 253) + 2))


class Deaf(nn.Module):
    def forward(self, inputs: Tensor) -> Tensor:
        return torch.tensor([[1.0, 2.0]])


def test_model_that_ignores_the_picture_ends_the_search_at_once() -> None:
    found = climbed(classifier_of(Deaf(), ["none"], 2, SIDE), 8)
    assert (found.passes, found.score) == (1, 1.0)
    np.testing.assert_array_equal(found.pixels, PIXELS)


def test_numbers_out_of_range_are_refused() -> None:
    classifier = linear(2, SIDE)
    classifier.module[2].bias.fill_(torch.inf)
    with pytest.raises(NotFinite):
        climbed(classifier, 1)


class Counted:
    """A lock that counts how often it was free again."""

    def __init__(self) -> None:
        self.lock, self.released = threading.Lock(), 0

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(self, *error: object) -> None:
        self.released += 1
        self.lock.release()


def test_others_come_in_between_two_passes_and_the_model_leaves_as_it_came() -> None:
    lock = Counted()
    network = small().requires_grad_(False)
    classifier = dataclasses.replace(classifier_of(network, ["1"], 7, SIDE), lock=lock)
    with torch.inference_mode():
        found = climbed(classifier, 2, passes=4)
    assert lock.released == found.passes == 4
    assert all(parameter.grad is None and not parameter.requires_grad for parameter in network.parameters())


def test_time_that_is_up_leaves_the_passes_without_which_nothing_is_changed() -> None:
    found = climb(
        classifier_of(small(), ["1"], 7, SIDE), PIXELS, first, 3, enough=np.inf, passes=9, first=PIXELS, until=0
    )
    assert found.passes == LEAST
    assert (found.pixels != PIXELS).any()
