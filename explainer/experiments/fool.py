"""Fool it: a noise made for one picture and as weak as will do, and pictures made of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from explainer.engines.protocol import Engine
from explainer.experiments.climb import Change, Climb, Pixels, climb
from explainer.explain import Answer, Explanation, explain
from explainer.methods import DEFAULT_METHOD
from explainer.tape import Score
from explainer.target import Target
from models.classifier import Classifier
from models.problems import Problem

WEAKEST, STRONGEST = 1, 8
DRAWS = 5
# How far ahead of the next class, in logits, to get before stopping. It takes a hundredth of that to be safe from
# roundings, but an answer that is barely first looks like a coin that fell on its edge.
AHEAD = 3.0
SAFELY = 0.1
PASSES = 20
# From nothing: strengths that are tried in turn, and the log of the odds for how sure the model shall be.
SURE = 0.99
FAINT = (4, 8, 16, 32, 64)
GREY = 128


class AlreadySo(Problem):
    """The model says the wanted word without any noise. Values: label."""

    key = "fool.already"


class NotOneWord(Problem):
    """A group or a contrast where a single class is needed. Values: label."""

    key = "fool.one_word"


class WrongStrength(Problem):
    """A strength that is none of those offered. Values: strength, least, most."""

    key = "fool.strength_range"

    def __init__(self, strength: object) -> None:
        """Refuse `strength`."""
        super().__init__(strength=strength, least=WEAKEST, most=STRONGEST)


@dataclass(frozen=True)
class Aim:
    """Away from a class, or toward it."""

    index: int
    toward: bool

    @classmethod
    def at(cls, target: Target) -> Aim:
        """Toward a word that a visitor picked. Raises NotOneWord for a group or a contrast."""
        return cls(single(target), toward=True)

    def score(self, logits: Tensor) -> Tensor:
        """How far it is reached: logits (N, classes) -> (N,), above zero exactly where it is."""
        ahead = logits[:, self.index] - others(logits, self.index).max(dim=1).values
        return ahead if self.toward else -ahead

    def reached(self, index: int) -> bool:
        """Whether an answer is what was wanted."""
        return (index == self.index) is self.toward


@dataclass(frozen=True, eq=False)
class Found:
    """What a search ended with: the pixels, the strength that was allowed, and how many pictures were tried."""

    pixels: Pixels
    strength: int
    passes: int


@dataclass(frozen=True, eq=False)
class Fooling:
    """A picture before and after, both as the model gets them: (side, side, 3) uint8.

    No value of `after` is further than `strength` from its value in `before`. `first` explains the picture before,
    `last` the one after, both for the model's own answer there; `still` asks of the picture after what `first` asks of
    the one before. Each maps the default layer. `draws` are the answers for the same picture with random noise of the
    same strength.
    """

    aim: Aim
    before: Pixels
    after: Pixels
    strength: int
    passes: int
    first: Explanation
    last: Explanation
    still: Explanation
    draws: tuple[Answer, ...]

    @property
    def noise(self) -> Change:
        """What was added, (side, side, 3) int16."""
        return self.after.astype(np.int16) - self.before

    @property
    def reached(self) -> bool:
        """Whether the model's answer is what was wanted."""
        return self.aim.reached(self.last.answer.index)

    @property
    def unmoved(self) -> int:
        """How many of the random draws left the answer as it was."""
        return sum(draw.index == self.first.answer.index for draw in self.draws)


@dataclass(frozen=True, eq=False)
class Conjured:
    """A picture of nothing and what was made of it, as `Fooling`; both explanations are for the wanted class."""

    before: Pixels
    after: Pixels
    strength: int
    passes: int
    first: Explanation
    last: Explanation

    @property
    def reached(self) -> bool:
        """Whether the model is as sure of the wanted class as it was to become."""
        return self.last.target_confidence >= SURE


def fool(
    classifier: Classifier,
    picture: Image.Image,
    aim: Aim | None = None,
    strength: int | None = None,
    *,
    method: str = DEFAULT_METHOD,
    engine: Engine | None = None,
    seed: int = 0,
) -> Fooling:
    """Make a noise for a picture so that the model answers something else.

    Whether it does is looked up in the usual way, not taken from the search.

    Args:
        classifier: from `models.store`.
        picture: upright RGB picture of any size.
        aim: None for away from the model's own answer.
        strength: how far each value of the picture as the model gets it may move, 1..8; None for the smallest that
            is found to be enough, or the largest when none is.
        method: a key of METHODS, for the maps.
        engine: what explains; None for torch.
        seed: of the random draws.

    Raises:
        AlreadySo: the model's answer is what was wanted.
        WrongStrength: the strength is not in its range.
        explainer.explain.UnknownMethod: the method is not in METHODS.
        explainer.explain.NotFinite: the model gave NaN or infinity.
    """
    if strength is not None and not WEAKEST <= strength <= STRONGEST:
        raise WrongStrength(strength)
    before = classifier.preprocess.seen_pixels(picture)
    asking = _Asking(classifier, picture, method, engine)
    first = asking.explain(before)
    aim = aim or Aim(first.answer.index, toward=False)
    if aim.reached(first.answer.index):
        raise AlreadySo(label=first.answer.label)
    strengths = range(WEAKEST, STRONGEST + 1) if strength is None else (strength,)
    found = weakest(classifier, before, aim.score, strengths, enough=SAFELY, stop=AHEAD)
    return Fooling(
        aim=aim,
        before=before,
        after=found.pixels,
        strength=found.strength,
        passes=found.passes,
        first=first,
        last=asking.explain(found.pixels),
        still=asking.explain(found.pixels, first.target),
        draws=asking.draws(before, found.strength, seed),
    )


def from_nothing(
    classifier: Classifier,
    target: Target,
    nothing: Pixels,
    *,
    method: str = DEFAULT_METHOD,
    engine: Engine | None = None,
) -> Conjured:
    """Change a picture of nothing, as little as will do, until the model is sure that it shows a chosen thing.

    Args:
        classifier: from `models.store`.
        target: a single class.
        nothing: (side, side, 3) uint8 to begin with, such as `grey` or `speckle` of the classifier's `crop_side`.
        method: a key of METHODS, for the maps.
        engine: what explains; None for torch.

    Raises:
        NotOneWord: the target is a group or a contrast.
        explainer.explain.UnknownMethod: the method is not in METHODS.
        explainer.explain.NotFinite: the model gave NaN or infinity.
    """
    index = single(target)
    asking = _Asking(classifier, Image.fromarray(nothing), method, engine)
    first = asking.explain(nothing, target)
    enough = float(np.log(SURE / (1 - SURE))) + SAFELY

    def odds(logits: Tensor) -> Tensor:
        return logits[:, index] - others(logits, index).logsumexp(dim=1)

    found = weakest(classifier, nothing, odds, FAINT, enough=enough, stop=enough)
    last = asking.explain(found.pixels, target)
    return Conjured(nothing, found.pixels, found.strength, found.passes, first, last)


def grey(side: int) -> Pixels:
    """A picture of one colour: (side, side, 3) uint8."""
    return np.full((side, side, 3), GREY, np.uint8)


def speckle(side: int, seed: int = 0) -> Pixels:
    """A picture of noise: (side, side, 3) uint8, each value drawn evenly from 0..255."""
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)


def shaken(pixels: Pixels, strength: int, seed: int) -> Pixels:
    """Random noise on pixels (side, side, 3) uint8: each value up or down by `strength`, cut to 0..255."""
    signs = np.random.default_rng(seed).choice(np.array([-1, 1], np.int16), pixels.shape)
    moved: Pixels = np.clip(pixels + strength * signs, 0, 255).astype(np.uint8)
    return moved


def weakest(
    classifier: Classifier, pixels: Pixels, score: Score, strengths: Sequence[int], *, enough: float, stop: float
) -> Found:
    """The first of `strengths`, from weak to strong, at which a search finds pixels that score `enough`.

    Each search goes on where the one before it ended, and until the score is `stop`. That no weaker noise exists is
    not shown by this. When none is enough, the best at the last of `strengths`.
    """
    best, passes = Climb(pixels, -np.inf, 0), 0
    for strength in strengths:
        best = climb(classifier, pixels, score, strength, enough=stop, passes=PASSES, first=best.pixels)
        passes += best.passes
        if best.score >= enough:
            break
    return Found(best.pixels, strength, passes)


def single(target: Target) -> int:
    """The target's class. Raises NotOneWord for a group or a contrast."""
    if target.index is None:
        raise NotOneWord(label=target.label)
    return target.index


def others(logits: Tensor, index: int) -> Tensor:
    """Logits (N, classes) without a say of class `index`: its own are -inf."""
    rest = logits.clone()
    rest[:, index] = -torch.inf
    return rest


@dataclass(frozen=True, eq=False)
class _Asking:
    """Asks about pixels in the usual way: as a picture that is framed, explained and answered like any other."""

    classifier: Classifier
    around: Image.Image
    method: str
    engine: Engine | None

    def explain(self, pixels: Pixels, target: Target | None = None) -> Explanation:
        framed = self.classifier.preprocess.framed(pixels, self.around)
        layers = [self.classifier.spec.default_layer]
        return explain(self.classifier, framed, target, self.method, engine=self.engine, layers=layers)

    def draws(self, pixels: Pixels, strength: int, seed: int) -> tuple[Answer, ...]:
        each = (shaken(pixels, strength, seed + draw) for draw in range(DRAWS))
        return tuple(self.explain(one).answer for one in each)
