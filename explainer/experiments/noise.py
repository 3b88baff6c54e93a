"""The weakest noise that is found with which a picture reaches a score, and random noise to compare it with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from explainer.asking import Asking
from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.climb import Change, Climb, Pixels, climb
from explainer.explain import Explanation
from explainer.tape import Score
from explainer.target import Target
from models.classifier import Classifier

PASSES = 20  # pictures that are tried at each strength


@dataclass(frozen=True, eq=False)
class Noise:
    """A noise that was searched for: the pixels before and after, both (side, side, 3) uint8 as the model gets them.

    No value of `after` is further than `strength` from its value in `before`. `passes` is how many pictures were tried.
    """

    before: Pixels
    after: Pixels
    strength: int
    passes: int

    @property
    def change(self) -> Change:
        """What was added, (side, side, 3) int16."""
        return self.after.astype(np.int16) - self.before


def weakest(
    classifier: Classifier, pixels: Pixels, score: Score, strengths: Sequence[int], *, enough: float, stop: float
) -> Noise:
    """The noise of the first of `strengths`, from weak to strong, with which a search reaches the score `enough`.

    Each search goes on where the one before it ended, and until the score is `stop`. A weaker noise that is enough may
    exist: the search does not show that there is none. When no strength is enough, the best at the last of them.

    Args:
        classifier: from `models.store`.
        pixels: (side, side, 3) uint8, what the model gets of a picture.
        score: logits (N, classes) -> (N,).
        strengths: how far each value may move, 1..255 each; at least one.
        enough: the score that is looked for.
        stop: the score at which a search ends early, at least `enough`.

    Raises:
        explainer.explain.NotFinite: the model gave NaN or infinity.
    """
    best, passes = Climb(pixels, -np.inf, 0), 0
    for strength in strengths:
        best = climb(classifier, pixels, score, strength, enough=stop, passes=PASSES, first=best.pixels)
        passes += best.passes
        if best.score >= enough:
            break
    return Noise(pixels, best.pixels, strength, passes)


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
        return self.asking.explain(self._framed(pixels), target)

    def compare(self, before: Explanation, pixels: Pixels, target: Target | None = None) -> BeforeAfter:
        """An explanation beside that of the pixels after a change."""
        framed = self._framed(pixels)
        return BeforeAfter(before, self.asking.explain(framed, target), framed)

    def _framed(self, pixels: Pixels) -> Image.Image:
        return self.asking.classifier.preprocess.framed(pixels, self.around)
