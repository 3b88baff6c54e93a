"""The search takes the first strength that is enough, and random noise is seeded and as strong as it may be."""

import itertools
import time

import numpy as np
import pytest
import torch

from explainer.experiments import noise as noises
from explainer.experiments.climb import Climb
from explainer.experiments.noise import PASSES, shaken, stronger, weakest
from models.classifier import Classifier
from tests.explainer.networks import linear

SIDE = 16
GREY = np.full((SIDE, SIDE, 3), 100, np.uint8)


def of_means() -> Classifier:
    """Its one logit is the mean of all values, -1..1 as the model gets them."""
    classifier = linear(1, SIDE)
    classifier.module[2].weight[:] = 1 / (3 * SIDE * SIDE)
    classifier.module[2].bias.zero_()
    return classifier


def brightness(logits: torch.Tensor) -> torch.Tensor:
    return 127.5 * (logits[:, 0] + 1)  # 0..255


def test_random_noise_is_seeded_and_as_strong_as_it_may_be() -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    one, same, other = (shaken(pixels, 2, seed).astype(int) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    inside = (pixels >= 2) & (pixels <= 253)
    assert (np.abs(one - pixels)[inside] == 2).all()
    assert 0.4 < (one > pixels)[inside].mean() < 0.6
    assert (one.min(), one.max()) == (0, 255)


def test_search_stops_at_the_first_strength_that_is_enough() -> None:
    """The score is the mean of all values, so a strength of s raises it by s in one pass."""
    pixels, classifier = GREY, of_means()
    found = weakest(classifier, pixels, brightness, (1, 2, 3, 4), enough=102.5)
    assert found.strength == 3
    np.testing.assert_array_equal(found.before, pixels)
    np.testing.assert_array_equal(found.change, np.full_like(found.change, 3))
    failed = weakest(classifier, pixels, brightness, (1, 2), enough=200)
    assert (failed.strength, failed.change.max()) == (2, 2)
    assert failed.passes <= 2 * PASSES


def test_stronger_noises_never_score_less_and_stop_where_it_is_enough() -> None:
    found = list(stronger(of_means(), GREY, brightness, (1, 2, 3, 4), stop=102.5))
    assert [noise.strength for noise in found] == [1, 2, 3, 4]
    assert [noise.score for noise in found] == pytest.approx([101, 102, 103, 103], abs=1e-3)
    assert found[3].passes == 0, "what is enough is not searched for again"
    np.testing.assert_array_equal(found[3].after, found[2].after)


def test_after_its_time_a_search_gives_what_it_began_with() -> None:
    first = GREY + np.uint8(1)
    found = list(stronger(of_means(), GREY, brightness, (1, 2), stop=200, first=first, until=0))
    assert [noise.passes for noise in found] == [0, 0]
    for noise in found:
        np.testing.assert_array_equal(noise.after, first)


def test_passes_of_all_strengths_are_bounded_and_each_has_its_least(monkeypatch: pytest.MonkeyPatch) -> None:
    def hopeless(*_: object, passes: int, **__: object) -> Climb:
        return Climb(GREY, 0.0, passes)

    monkeypatch.setattr(noises, "climb", hopeless)
    found = list(stronger(of_means(), GREY, brightness, range(1, 9), stop=200, most=60))
    assert [noise.passes for noise in found] == [20, 20, 5, 3, 3, 3, 3, 3]
    unbounded = list(stronger(of_means(), GREY, brightness, range(1, 9), stop=200))
    assert [noise.passes for noise in unbounded] == [PASSES] * 8


def test_where_time_is_short_the_strong_ones_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the clock costs a second, as passes do on a busy machine: the time is over before all were tried."""
    clock = itertools.count()
    monkeypatch.setattr(time, "monotonic", lambda: float(next(clock)))
    found = list(stronger(of_means(), GREY, brightness, range(1, 9), stop=200, until=14))
    tried = [noise.strength for noise in found if noise.passes]
    assert tried[0] == 1
    assert tried[-1] > len(tried), "some weak ones were left out"
    scores = [noise.score for noise in found]
    assert scores == sorted(scores)
