"""Outside its world: is a picture like the photographs that the model's words were made for, or like none of them?

A classifier must answer with one of its words even for a drawing or for noise. Two kinds of signs tell such pictures
apart, both from the pass that makes the maps: a weak answer (the largest logit is low; Hendrycks et al., 2022,
arXiv:1911.11132, a close relative of the energy of Liu et al., 2020, arXiv:2010.03759), and layers that look unlike
they do for photographs (the mean and the deviation of each channel; after Sastry and Oore, 2020, arXiv:1912.12510,
who take further moments). How odd is too odd is a conformal quantile: of new photographs like those that the bound was
made of, about the share `level` lies above it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explainer.tape import Recording
from models.classifier import Classifier

NEAREST = 3
LEVEL = 0.05
LEAST = 20  # photographs; a quantile of fewer would be the largest of them
# So that a channel that hardly ever changes does not outweigh all others: this share of its layer's mean deviation is
# added to each deviation.
EASING = 0.05
TINY = 1e-12

Vector = NDArray[np.float64]


class TooFew(ValueError):
    """Not enough photographs to make a bound of."""


@dataclass(frozen=True, eq=False)
class Impression:
    """What is measured of one picture in one pass.

    `logit` is its largest logit. `statistics` are vectors (C,), for each layer the mean and then the standard
    deviation of each channel over all places.
    """

    logit: float
    statistics: tuple[Vector, ...]


@dataclass(frozen=True, eq=False)
class Usual:
    """What is usual: the mean and deviation of every statistic, and those of the signs that are made of them.

    The signs are minus the largest logit, and for each statistic's vector the logarithm of its mean squared distance
    from `centres` in units of `spreads`. `means` and `deviations` (1 + vectors,) are those of the signs.
    """

    centres: tuple[Vector, ...]
    spreads: tuple[Vector, ...]
    means: Vector
    deviations: Vector

    def signs(self, impression: Impression) -> Vector:
        """How many deviations each sign lies above its mean: the answer's weakness first, then the layers'."""
        return (_raw(impression, self.centres, self.spreads) - self.means) / self.deviations

    def oddness(self, impression: Impression) -> float:
        """The answer's squared sign plus the mean of the layers' squared signs; only what is above the mean counts."""
        return _oddness(self.signs(impression))


@dataclass(frozen=True, eq=False)
class Bound:
    """What is usual for one model at `layers`, and the oddness from which on a picture counts as outside.

    `level` is the share of false alarms that the bound was made for, 0..1, and `count` of how many photographs it was
    made.
    """

    layers: tuple[str, ...]
    usual: Usual
    limit: float
    level: float
    count: int


@dataclass(frozen=True)
class Outlook:
    """Whether a picture may be none of the things that the model has words for.

    `weak` is how many deviations its answer is weaker than usual, and `strange` the same of its layers on average;
    below zero means stronger, and more usual. `nearest` are the words that came nearest, the nearest first.
    """

    outside: bool
    oddness: float
    limit: float
    weak: float
    strange: float
    nearest: tuple[str, ...]


def judge(recording: Recording, layers: Sequence[str], bound: Bound, classifier: Classifier) -> Outlook:
    """Judge the picture of a recording's first row.

    Args:
        recording: a pass whose activations, and then those that it has without gradients, follow `layers`.
        layers: module paths, among them those of the bound.
        bound: that of this classifier.
        classifier: whose words are named.

    Raises:
        KeyError: a layer of the bound was not recorded.
    """
    impression = impression_of(recording, layers, bound.layers)
    signs = bound.usual.signs(impression)
    oddness = _oddness(signs)
    weak, *strange = signs
    order = recording.logits[0].sort(descending=True, stable=True).indices[:NEAREST]
    return Outlook(
        outside=oddness > bound.limit,
        oddness=oddness,
        limit=bound.limit,
        weak=float(weak),
        strange=float(np.mean(strange)),
        nearest=tuple(classifier.labels[index] for index in order.tolist()),
    )


def impression_of(recording: Recording, recorded: Sequence[str], wanted: Sequence[str]) -> Impression:
    """What a recording's first row shows at the layers `wanted`; it has those in `recorded`. Raises KeyError."""
    activations = dict(zip(recorded, (*recording.activations, *recording.also), strict=True))
    statistics: list[Vector] = []
    for name in wanted:
        channels = activations[name][0].flatten(1)
        means = channels.mean(dim=1, keepdim=True)
        deviations = (channels - means).square().mean(dim=1).sqrt()  # torch.std takes ten times as long on a CPU
        statistics += [each.flatten().double().cpu().numpy() for each in (means, deviations)]
    return Impression(float(recording.logits[0].max()), tuple(statistics))


def calibrate(impressions: Sequence[Impression], layers: Sequence[str], level: float = LEVEL) -> Bound:
    """Make a bound of photographs of a model's own classes.

    Each photograph's oddness is measured by what is usual for all others, so that none is compared with itself. The
    bound is the smallest of these that at least the share (1 - level) (n + 1) / n lies at or below: the conformal
    quantile (Vovk et al., 2005; Angelopoulos and Bates, 2021, arXiv:2107.07511).

    Args:
        impressions: of at least LEAST photographs, at `layers`.
        layers: module paths.
        level: the share of false alarms to be kept to, 0..1; at least 1 / (n + 1).

    Raises:
        TooFew: too few photographs for that level.
    """
    count = len(impressions)
    place = int(np.ceil((count + 1) * (1 - level)))
    if count < LEAST or place > count:
        raise TooFew(f"{count} photographs are too few for a bound that {level:.0%} may exceed")
    others = ([*impressions[:each], *impressions[each + 1 :]] for each in range(count))
    oddness = sorted(_usual(rest).oddness(own) for rest, own in zip(others, impressions, strict=True))
    return Bound(tuple(layers), _usual(impressions), oddness[place - 1], level, count)


def _oddness(signs: Vector) -> float:
    weak, *strange = np.maximum(signs, 0) ** 2
    return float(weak + np.mean(strange))


def _usual(impressions: Sequence[Impression]) -> Usual:
    vectors = [np.stack(each) for each in zip(*(one.statistics for one in impressions), strict=True)]
    centres = tuple(each.mean(axis=0) for each in vectors)
    spreads = tuple(_eased(each.std(axis=0)) for each in vectors)
    signs = np.stack([_raw(each, centres, spreads) for each in impressions])
    return Usual(centres, spreads, signs.mean(axis=0), np.maximum(signs.std(axis=0), TINY))


def _eased(deviations: Vector) -> Vector:
    return np.asarray(deviations + EASING * deviations.mean() + TINY)


def _raw(impression: Impression, centres: Sequence[Vector], spreads: Sequence[Vector]) -> Vector:
    distances = [
        np.log(np.mean(((seen - centre) / spread) ** 2) + TINY)
        for seen, centre, spread in zip(impression.statistics, centres, spreads, strict=True)
    ]
    return np.array([-impression.logit, *distances])
