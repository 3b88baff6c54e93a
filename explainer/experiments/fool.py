"""Fool it: a noise made for one picture, as weak as will do, so that the model answers something else."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image
from torch import Tensor

from explainer.asking import Asking
from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.noise import Noise, PixelAsking, shaken, weakest
from explainer.experiments.one_word import others, single
from explainer.explain import Answer, Explanation
from explainer.target import Target
from models.problems import Problem

WEAKEST, STRONGEST = 1, 8
DRAWS = 5
# How far ahead of the next class, in logits, to get before stopping. It takes a hundredth of that to be safe from
# roundings, but an answer that is barely first looks like a coin that fell on its edge.
AHEAD = 3.0
SAFELY = 0.1


class AlreadySo(Problem):
    """The model says the wanted word without any noise. Values: label."""

    key = "fool.already"


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
class Fooling:
    """A picture before and after a noise was added.

    `answers` explain both, each for the model's own answer there; `still` asks of the picture after what
    `answers.before` asks of the one before. `draws` are the answers for the same picture with random noise of the same
    strength.
    """

    aim: Aim
    noise: Noise
    answers: BeforeAfter
    still: Explanation
    draws: tuple[Answer, ...]

    @property
    def reached(self) -> bool:
        """Whether the model's answer is what was wanted."""
        return self.aim.reached(self.answers.after.answer.index)

    @property
    def unmoved(self) -> int:
        """How many of the random draws left the answer as it was."""
        return sum(draw.index == self.answers.before.answer.index for draw in self.draws)


def fool(
    asking: Asking, picture: Image.Image, aim: Aim | None = None, strength: int | None = None, seed: int = 0
) -> Fooling:
    """Make a noise for a picture so that the model answers something else.

    Whether it does is looked up in the usual way, not taken from the search.

    Args:
        asking: whom to ask and how.
        picture: upright RGB picture of any size.
        aim: None for away from the model's own answer.
        strength: how far each value of the picture as the model gets it may move, 1..8; None for the smallest that
            is found to be enough, or the largest when none is.
        seed: of the random draws.

    Raises:
        AlreadySo: the model's answer is what was wanted.
        WrongStrength: the strength is not in its range.
        what `explainer.explain.explain` raises.
    """
    if strength is not None and not WEAKEST <= strength <= STRONGEST:
        raise WrongStrength(strength)
    classifier = asking.classifier
    seen, pixels = classifier.preprocess.seen_pixels(picture), PixelAsking(asking, picture)
    before = pixels.explain(seen)
    aim = aim or Aim(before.answer.index, toward=False)
    if aim.reached(before.answer.index):
        raise AlreadySo(label=before.answer.label)
    strengths = range(WEAKEST, STRONGEST + 1) if strength is None else (strength,)
    noise = weakest(classifier, seen, aim.score, strengths, enough=SAFELY, stop=AHEAD)
    return Fooling(
        aim=aim,
        noise=noise,
        answers=pixels.compare(before, noise.after),
        still=pixels.explain(noise.after, before.target),
        draws=tuple(pixels.explain(shaken(seen, noise.strength, seed + draw)).answer for draw in range(DRAWS)),
    )
