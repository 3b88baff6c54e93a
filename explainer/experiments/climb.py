"""Change a picture by a few steps of colour so that a score rises: projected gradient descent on whole numbers."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explainer.explain import NotFinite
from explainer.tape import Score
from models.classifier import Classifier
from models.later import Tensor, nn, torch

Pixels = NDArray[np.uint8]
Change = NDArray[np.int16]

# Each step is this share of the one before, but at least one step of colour; the first is as long as is allowed.
DECAY = 0.8
# How much of the earlier gradients counts: without them a search for a far word oscillates.
MOMENTUM = 0.9
# Passes that every search has, however late it is: with fewer, next to nothing is changed.
LEAST = 3


@dataclass(frozen=True, eq=False)
class Climb:
    """The best picture on the way.

    `pixels` is (side, side, 3) uint8, `score` what the model gives it, `passes` how many pictures were tried for it.
    """

    pixels: Pixels
    score: float
    passes: int


@dataclass(frozen=True, eq=False)
class Slope:
    """The score of a picture and how it depends on each value: `gradient` is (side, side, 3) float32."""

    score: float
    gradient: NDArray[np.float32]


def climb(
    classifier: Classifier,
    pixels: Pixels,
    score: Score,
    strength: int,
    *,
    enough: float,
    passes: int,
    first: Pixels,
    until: float = math.inf,
) -> Climb:
    """Look for pixels within `strength` of `pixels` that score at least `enough`.

    Projected gradient descent in the largest norm (Madry et al., 2018, arXiv:1706.06083), here uphill and with
    momentum (Dong et al., 2018, arXiv:1710.06081): steps along the sign of the gradients' running sum, cut to what is
    allowed. All values are whole numbers 0..255 at every step, so nothing is lost when the result is written to a
    file. Others can use the model between two passes.

    Args:
        classifier: from `models.store`.
        pixels: (side, side, 3) uint8, what the model gets of a picture.
        score: logits (N, classes) -> (N,).
        strength: how far each value may move, 1..255.
        enough: the score to stop at.
        passes: how many pictures to try at most, at least 1.
        first: (side, side, 3) uint8 to begin with, `pixels` itself or something close; it is cut to what is allowed.
        until: when to stop, on the clock of `time.monotonic`: after the pass in which that is reached, but after LEAST
            passes. Waiting for the model counts.

    Raises:
        NotFinite: the model gave NaN or infinity.
    """
    middle = pixels.astype(np.int16)
    lowest, highest = np.maximum(middle - strength, 0), np.minimum(middle + strength, 255)
    here = np.clip(first.astype(np.int16), lowest, highest)
    best, best_score, direction = here, -np.inf, np.zeros(here.shape, np.float32)
    for number in range(passes):
        slope = slope_at(classifier, here.astype(np.uint8), score)
        if slope.score > best_score:
            best, best_score = here, slope.score
        if best_score >= enough or (number + 1 >= LEAST and time.monotonic() >= until):
            break
        direction = MOMENTUM * direction + slope.gradient / (np.abs(slope.gradient).mean() or 1)
        step = max(1, round(strength * DECAY**number))
        there = np.clip(here + step * np.sign(direction).astype(np.int16), lowest, highest)
        if np.array_equal(there, here):  # every value is as far as it may go, or the score depends on none
            break
        here = there
    return Climb(best.astype(np.uint8), best_score, number + 1)


def slope_at(classifier: Classifier, pixels: Pixels, score: Score) -> Slope:
    """One pass forward and one back, down to the pixels (side, side, 3) uint8. Raises NotFinite.

    The gradient is with respect to the model's normalised input, whose values rise with those of the pixels.
    """
    inputs = torch.from_numpy(classifier.preprocess.normalised(pixels)).unsqueeze(0)
    value, gradient = classifier.exclusively(lambda chosen: _pass(chosen.module, inputs.to(chosen.device), score))
    if not np.isfinite(value):
        raise NotFinite(title=classifier.spec.title)
    return Slope(value, gradient[0].permute(1, 2, 0).cpu().numpy())


def _pass(module: nn.Module, inputs: Tensor, score: Score) -> tuple[float, Tensor]:
    # The pass may come from a caller in inference mode, or from one with grad mode off.
    with torch.inference_mode(False), torch.enable_grad():
        leaf = inputs.clone().requires_grad_()
        scored = score(module(leaf)).sum()
        return float(scored.detach()), _gradient(scored, leaf)


def _gradient(scored: Tensor, leaf: Tensor) -> Tensor:
    if not scored.requires_grad:  # the score does not depend on the picture
        return torch.zeros_like(leaf)
    return torch.autograd.grad(scored, leaf, materialize_grads=True)[0]
