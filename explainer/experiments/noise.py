"""The weakest noise that is found with which a picture reaches a score, and random noise to compare it with."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from explainer.asking import Asking
from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.climb import LEAST, Change, Climb, Pixels, climb
from explainer.explain import Explanation
from explainer.tape import Score
from explainer.target import Target
from models.classifier import Classifier

PASSES = 20  # pictures that are tried at each strength


@dataclass(frozen=True, eq=False)
class Noise:
    """A noise that was searched for: the pixels before and after, both (side, side, 3) uint8 as the model gets them.

    No value of `after` is further than `strength` from its value in `before`. `passes` is how many pictures were tried,
    `score` what the model gives the best of them; -inf where none was.
    """

    before: Pixels
    after: Pixels
    strength: int
    passes: int
    score: float = -math.inf

    @property
    def change(self) -> Change:
        """What was added, (side, side, 3) int16."""
        return self.after.astype(np.int16) - self.before


def stronger(
    classifier: Classifier,
    pixels: Pixels,
    score: Score,
    strengths: Sequence[int],
    *,
    stop: float,
    first: Pixels | None = None,
    until: float = math.inf,
    most: int | None = None,
) -> Iterator[Noise]:
    """The best noise that is found for each of `strengths`, from weak to strong.

    Each search goes on where the one before it ended, and the best so far is kept: the score never falls. A weaker
    noise as good may exist: the search does not show that there is none.

    Args:
        classifier: from `models.store`.
        pixels: (side, side, 3) uint8, what the model gets of a picture.
        score: logits (N, classes) -> (N,).
        strengths: how far each value may move, 1..255 each, rising.
        stop: the score at which a search ends early; where it is reached, stronger noises are the same one.
        first: (side, side, 3) uint8 to begin with; None for `pixels`.
        until: when to stop, on the clock of `time.monotonic`. Where the time is too short for all strengths, weak ones
            have no passes of their own, and none has after it.
        most: passes in all, at least LEAST for each strength; None for PASSES at each. The weak ones have PASSES for as
            long as LEAST are left for each of the others.

    Raises:
        explainer.explain.NotFinite: the model gave NaN or infinity.
    """
    best = Climb(pixels if first is None else first, -math.inf, 0)
    pace = 0.0  # seconds for a pass
    all_left = PASSES * len(strengths) if most is None else most
    for number, strength in enumerate(strengths):
        passes, now, left = 0, time.monotonic(), len(strengths) - number
        enough_time = left == 1 or until - now >= left * LEAST * pace
        if best.score < stop and now < until and enough_time:
            # Each gets its share of the time: on a busy machine the strong ones would have no turn else.
            share = now + (until - now) / left
            own = min(PASSES, all_left - (left - 1) * LEAST)
            best = climb(classifier, pixels, score, strength, enough=stop, passes=own, first=best.pixels, until=share)
            passes = best.passes
            all_left -= passes
            pace = (time.monotonic() - now) / passes
        yield Noise(pixels, best.pixels, strength, passes, best.score)


def weakest(
    classifier: Classifier,
    pixels: Pixels,
    score: Score,
    strengths: Sequence[int],
    *,
    enough: float,
    first: Pixels | None = None,
    until: float = math.inf,
) -> Noise:
    """The noise of the first of `strengths`, from weak to strong, with which a search reaches the score `enough`.

    As `stronger` finds it, with its `first` and `until`. When no strength is enough, the best at the last of them.
    `strengths` must not be empty. `passes` is the sum over all strengths that were tried.
    """
    passes = 0
    for noise in stronger(classifier, pixels, score, strengths, stop=enough, first=first, until=until):
        passes += noise.passes
        if noise.score >= enough:
            break
    return replace(noise, passes=passes)


def shaken(pixels: Pixels, strength: int, seed: int) -> Pixels:
    """Random noise on pixels (side, side, 3) uint8: each value up or down by `strength`, cut to 0..255."""
    signs = np.random.default_rng(seed).choice(np.array([-1, 1], np.int16), pixels.shape)
    moved: Pixels = np.clip(pixels + strength * signs, 0, 255).astype(np.uint8)
    return moved


@dataclass(frozen=True, eq=False)
class PixelAsking:
    """Asks about the pixels that a model gets, in the usual way: as a picture that gives it exactly these.

    `around` is the RGB picture that fills what the model does not get.
    """

    asking: Asking
    around: Image.Image

    def explain(self, pixels: Pixels, target: Target | None = None) -> Explanation:
        """As `explainer.explain.explain`, of pixels (side, side, 3) uint8."""
        return self.explain_targets(pixels, (target,))[0]

    def explain_targets(self, pixels: Pixels, targets: Sequence[Target | None]) -> tuple[Explanation, ...]:
        """As `explainer.explain.explain_targets`, of pixels (side, side, 3) uint8."""
        return self.asking.explain_targets(self.framed(pixels), targets)

    def compare(self, before: Explanation, pixels: Pixels, target: Target | None = None) -> BeforeAfter:
        """An explanation beside that of the pixels after a change."""
        framed = self.framed(pixels)
        return BeforeAfter(before, self.asking.explain(framed, target), framed)

    def framed(self, pixels: Pixels) -> Image.Image:
        """The picture that gives the model exactly these pixels."""
        return self.asking.classifier.preprocess.framed(pixels, self.around)
