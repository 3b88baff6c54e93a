"""The search takes the first strength that is enough, and random noise is seeded and as strong as it may be."""

import numpy as np
import torch

from explainer.experiments.noise import PASSES, shaken, weakest
from tests.explainer.networks import linear

SIDE = 16


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
    pixels = np.full((SIDE, SIDE, 3), 100, np.uint8)
    classifier = linear(1, SIDE)
    classifier.module[2].weight[:] = 1 / (3 * SIDE * SIDE)
    classifier.module[2].bias.zero_()

    def brightness(logits: torch.Tensor) -> torch.Tensor:
        return 127.5 * (logits[:, 0] + 1)  # from -1..1, as the model gets it, to 0..255

    found = weakest(classifier, pixels, brightness, (1, 2, 3, 4), enough=102.5, stop=102.5)
    assert found.strength == 3
    np.testing.assert_array_equal(found.before, pixels)
    np.testing.assert_array_equal(found.change, np.full_like(found.change, 3))
    failed = weakest(classifier, pixels, brightness, (1, 2), enough=200, stop=200)
    assert (failed.strength, failed.change.max()) == (2, 2)
    assert failed.passes <= 2 * PASSES
