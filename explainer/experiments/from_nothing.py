"""From nothing: a picture of one colour or of noise, changed until the model is sure that it shows a chosen thing."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from explainer.asking import Asking
from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.climb import Change, Pixels
from explainer.experiments.fool import OtherSize
from explainer.experiments.noise import Noise, PixelAsking, weakest
from explainer.experiments.one_word import others, single
from explainer.target import Target
from models.later import Tensor

SURE = 0.99  # how sure the model shall become
STRENGTHS = (4, 8, 16, 32, 64)  # tried in turn
MARGIN = 0.1  # how far beyond SURE to get, in log odds, so that no rounding takes it away again
GREY = 128


@dataclass(frozen=True, eq=False)
class MadeFromNothing:
    """What was made of a picture of nothing; both explanations of `answers` are for the chosen class."""

    noise: Noise
    answers: BeforeAfter

    @property
    def reached(self) -> bool:
        """Whether the model is as sure of the chosen class as it was to become."""
        return self.answers.after.target_confidence >= SURE


def from_nothing(
    asking: Asking,
    target: Target,
    nothing: Pixels,
    strengths: Sequence[int] = STRENGTHS,
    *,
    change: Change | None = None,
    seconds: float = math.inf,
) -> MadeFromNothing:
    """Change a picture of nothing, as little as will do, until the model is sure that it shows a chosen thing.

    Args:
        asking: whom to ask and how.
        target: a single class.
        nothing: (side, side, 3) uint8 to begin with, such as `grey` or `speckle` of the classifier's `crop_side`.
        strengths: how far each value may move, tried in turn.
        change: (side, side, 3) int16 that was found before, to go on from; None for none.
        seconds: how long to search, by the clock.

    Raises:
        explainer.experiments.fool.OtherSize: the change is of another size than `nothing`.
        explainer.experiments.one_word.NotOneWord: the target is a group or a contrast.
        what `explainer.explain.explain` raises.
    """
    index = single(target)
    if change is not None and change.shape != nothing.shape:
        raise OtherSize(side=nothing.shape[0])
    first = None if change is None else np.clip(nothing + change, 0, 255).astype(np.uint8)
    until = time.monotonic() + seconds
    pixels = PixelAsking(asking, Image.fromarray(nothing))
    before = pixels.explain(nothing, target)
    enough = float(np.log(SURE / (1 - SURE))) + MARGIN

    def odds(logits: Tensor) -> Tensor:
        return logits[:, index] - others(logits, index).logsumexp(dim=1)

    noise = weakest(asking.classifier, nothing, odds, strengths, enough=enough, first=first, until=until)
    return MadeFromNothing(noise, pixels.compare(before, noise.after, target))


def grey(side: int) -> Pixels:
    """A picture of one colour: (side, side, 3) uint8."""
    return np.full((side, side, 3), GREY, np.uint8)


def speckle(side: int, seed: int = 0) -> Pixels:
    """A picture of noise: (side, side, 3) uint8, each value drawn evenly from 0..255."""
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
