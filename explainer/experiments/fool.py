"""Fool it: a noise made for one picture, as weak as will do, so that the model answers something else."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from explainer.asking import Asking
from explainer.confidences import logits_of
from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.climb import Change, Pixels
from explainer.experiments.noise import Noise, PixelAsking, shaken, stronger
from explainer.experiments.one_word import others, single
from explainer.explain import Answer, Explanation
from explainer.target import Target
from models.classifier import Classifier
from models.later import Tensor
from models.problems import Problem

WEAKEST, STRONGEST = 1, 8
DRAWS = 5
# Of a search through all strengths, some three seconds of a processor: a picture of noise had all 160 that there are,
# photographs have 20 in the middle.
MOST_PASSES = 60
HALF = 0.5  # the share from which on a noise has done what it was made for
ENOUGH = 0.95  # the share at which a search stops
# Seconds by the clock, with all waiting for the model, that a search takes at most: a visitor waits some twenty.
SECONDS = 14.0
# What follows a search takes as long as so many explanations: two of them, and what is said of thirteen pictures.
AFTERWARDS = 7
SPARE = 6.0  # seconds that are there for it


class AlreadySo(Problem):
    """The model says the wanted word without any noise. Values: label."""

    key = "fool.already"


class WrongStrength(Problem):
    """A strength that is none of those offered. Values: strength, least, most."""

    key = "fool.strength_range"

    def __init__(self, strength: object) -> None:
        """Refuse `strength`."""
        super().__init__(strength=strength, least=WEAKEST, most=STRONGEST)


class OtherSize(Problem):
    """A noise that is not of the size that the model gets. Values: side."""

    key = "fool.other_size"


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
        """The log odds of `share`: logits (N, classes) -> (N,), above zero exactly where it is more than a half."""
        odds = logits[:, self.index] - others(logits, self.index).logsumexp(dim=1)
        return odds if self.toward else -odds

    def lead(self, logits: Tensor) -> Tensor:
        """How far ahead what is wanted is: logits (N, classes) -> (N,), above zero exactly where it is first."""
        ahead = logits[:, self.index] - others(logits, self.index).max(dim=1).values
        return ahead if self.toward else -ahead

    def share(self, logits: Tensor) -> float:
        """How far it is reached, 0..1, for logits (classes,): the class's share, or that of all others."""
        return float(self.score(logits.double().unsqueeze(0)).sigmoid())

    def reached(self, index: int) -> bool:
        """Whether an answer is what was wanted."""
        return (index == self.index) is self.toward


@dataclass(frozen=True, eq=False)
class Step:
    """The best noise that was found up to a strength.

    `share` is that of the aim, 0..1, `kept` that of the answer before, `answer` what the model says, and `reached`
    whether that is what was wanted.
    """

    noise: Noise
    share: float
    kept: float
    answer: Answer
    reached: bool


@dataclass(frozen=True, eq=False)
class Fooling:
    """A picture before and after a noise was added.

    `steps` are the noises that were found, from weak to strong; their shares never fall. `noise` is the one of them
    that was added. `answers` explain both pictures, each for the model's own answer there; `still` asks of the picture
    after what `answers.before` asks of the one before. `draws` are the answers for the same picture with random noise
    of the same strength. `stopped` says that there was no time to look on.
    """

    aim: Aim
    noise: Noise
    steps: tuple[Step, ...]
    answers: BeforeAfter
    still: Explanation
    draws: tuple[Answer, ...]
    stopped: bool

    @property
    def reached(self) -> bool:
        """Whether the model's answer is what was wanted."""
        return self.aim.reached(self.answers.after.answer.index)

    @property
    def faintest(self) -> Step | None:
        """The weakest of the steps with which the model's answer is what was wanted."""
        return next((step for step in self.steps if step.reached), None)

    @property
    def share(self) -> float:
        """That of the aim with the noise, 0..1."""
        return next(step.share for step in self.steps if step.noise is self.noise)

    @property
    def unmoved(self) -> int:
        """How many of the random draws left the answer as it was."""
        return sum(draw.index == self.answers.before.answer.index for draw in self.draws)


def fool(
    asking: Asking,
    picture: Image.Image,
    aim: Aim | None = None,
    strength: int | None = None,
    seed: int = 0,
    *,
    change: Change | None = None,
    seconds: float = SECONDS,
) -> Fooling:
    """Make a noise for a picture so that the model answers something else.

    Whether it does is looked up in the usual way, not taken from the search.

    Args:
        asking: whom to ask and how.
        picture: upright RGB picture of any size.
        aim: None for away from the model's own answer.
        strength: how far each value of the picture as the model gets it may move, 1..8; None for the first with which
            the aim has at least half of the share, or the largest where none is enough.
        seed: of the random draws.
        change: (side, side, 3) int16 that was found before: it is added, cut to the strength, and nothing is searched.
        seconds: how long to search, by the clock; shorter where the machine is so busy that what follows takes long.

    Raises:
        AlreadySo: the model's answer is what was wanted.
        WrongStrength: the strength is not in its range.
        OtherSize: the change is not of the model's size.
        what `explainer.explain.explain` raises.
    """
    began = time.monotonic()
    start = _Start.of(asking, picture, aim, strength)
    until = began + seconds - late(time.monotonic() - began)
    if change is None:
        strengths = range(WEAKEST, (strength or STRONGEST) + 1)
        noises = list(start.search(strengths, until))
    else:
        noises = [start.noise(change, strength or STRONGEST)]
    stopped = change is None and time.monotonic() >= until
    steps = start.steps(noises)
    enough = steps if strength is None else ()
    noise = next((step for step in enough if step.share >= HALF), steps[-1]).noise
    after, still = start.pixels.explain_targets(noise.after, (None, start.before.target))
    shakes = [shaken(start.seen, noise.strength, seed + draw) for draw in range(DRAWS)]
    return Fooling(
        aim=start.aim,
        noise=noise,
        steps=steps,
        answers=BeforeAfter(start.before, after, start.pixels.framed(noise.after)),
        still=still,
        draws=tuple(_first(row, asking.classifier) for row in start.logits(shakes)),
        stopped=stopped and steps[-1].share < ENOUGH,
    )


def fool_further(
    asking: Asking,
    picture: Image.Image,
    aim: Aim | None,
    strength: int,
    *,
    change: Change | None = None,
    seconds: float = SECONDS,
) -> Step:
    """One step of the search of `fool`: the best noise of a strength, beginning with a change that was found before.

    For whoever shows how it goes, and may stop. Arguments and errors are those of `fool`.
    """
    start = _Start.of(asking, picture, aim, strength)
    until = time.monotonic() + seconds
    first = None if change is None else start.noise(change, strength).after
    return start.steps(start.search((strength,), until, first))[0]


def late(took: float) -> float:
    """How many seconds earlier a search has to end on a machine where one explanation took so many."""
    return max(0.0, AFTERWARDS * took - SPARE)


def log_odds(share: float) -> float:
    """How a share, 0..1, stands to the rest, as a logarithm."""
    return math.log(share / (1 - share))


@dataclass(frozen=True, eq=False)
class _Start:
    """A picture as it is, and the aim: `seen` is (side, side, 3) uint8."""

    asking: Asking
    pixels: PixelAsking
    seen: Pixels
    before: Explanation
    aim: Aim

    @classmethod
    def of(cls, asking: Asking, picture: Image.Image, aim: Aim | None, strength: int | None) -> _Start:
        """Ask about the picture. Raises AlreadySo and WrongStrength."""
        if strength is not None and not WEAKEST <= strength <= STRONGEST:
            raise WrongStrength(strength)
        seen, pixels = asking.classifier.preprocess.seen_pixels(picture), PixelAsking(asking, picture)
        before = pixels.explain(seen)
        aim = aim or Aim(before.answer.index, toward=False)
        if aim.reached(before.answer.index):
            raise AlreadySo(label=before.answer.label)
        return cls(asking, pixels, seen, before, aim)

    def search(self, strengths: Sequence[int], until: float, first: Pixels | None = None) -> Iterator[Noise]:
        """As `explainer.experiments.noise.stronger`."""
        classifier, score = self.asking.classifier, self.aim.score
        stop, most = log_odds(ENOUGH), MOST_PASSES
        return stronger(classifier, self.seen, score, strengths, stop=stop, first=first, until=until, most=most)

    def noise(self, change: Change, strength: int) -> Noise:
        """A change that was found before, cut to a strength. Raises OtherSize."""
        if change.shape != self.seen.shape:
            raise OtherSize(side=self.seen.shape[0])
        cut = np.clip(change, -strength, strength)
        return Noise(self.seen, np.clip(self.seen + cut, 0, 255).astype(np.uint8), strength, 0)

    def logits(self, pictures: Iterable[Pixels]) -> Tensor:
        """As `explainer.confidences.logits_of`, for pixels (side, side, 3) uint8."""
        normalised = self.asking.classifier.preprocess.normalised
        return logits_of(self.asking.classifier, [normalised(each) for each in pictures], self.asking.quick)

    def steps(self, noises: Iterable[Noise]) -> tuple[Step, ...]:
        """What the model says of each noise in the usual way, which need not be the search's; none falls behind the one
        before it."""
        found = list(noises)
        # What a stronger search left as it was is one picture, and asked about once.
        distinct = {id(noise.after): noise.after for noise in found}
        rows = dict(zip(distinct, self.logits(distinct.values()), strict=True))
        steps: list[Step] = []
        for noise in found:
            row = rows[id(noise.after)]
            answer = _first(row, self.asking.classifier)
            kept = self.before.target.confidence(row)
            step = Step(noise, self.aim.share(row), kept, answer, self.aim.reached(answer.index))
            if steps and step.share < steps[-1].share:
                best = steps[-1]
                noise = Noise(noise.before, best.noise.after, noise.strength, noise.passes, best.noise.score)
                step = Step(noise, best.share, best.kept, best.answer, best.reached)
            steps.append(step)
        return tuple(steps)


def _first(logits: Tensor, classifier: Classifier) -> Answer:
    index = int(logits.argmax())
    return Answer(index, classifier.labels[index], float(logits.double().softmax(dim=0)[index]))
