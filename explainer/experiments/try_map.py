"""Is the map telling the truth? If it is, hiding what it calls important must hurt more than hiding anything else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from PIL import Image

from explainer.confidences import confidences_of
from explainer.engines.protocol import Engine
from explainer.experiments.hiding import (
    DEFAULT_REPLACEMENT,
    REPLACEMENTS,
    Region,
    coldest,
    hide,
    hottest,
    middle,
    moved,
    ranked,
)
from explainer.explain import Explanation, LayerMap, explain
from explainer.methods import DEFAULT_METHOD, titles
from explainer.target import Target
from models.classifier import Classifier

DRAWS = 8
# In shares of the confidence before. Two falls of the confidence differ when they are MARGIN apart; where hiding any of
# the parts changes it by less than STEADY, nothing can be told.
MARGIN, STEADY = 0.1, 0.1
TINY = 1e-9  # what a confidence of zero counts as, where it is divided by


@dataclass(frozen=True)
class Passed:
    """For how many photographs `of` a model's `own` map passed, and for how many the map of `another` photograph."""

    own: int
    another: int
    of: int


# By model, method and layer, where it was measured: every fourth of 200 photographs of 200 of ImageNet's classes, by
# `python -m benchmarks.trials`, for the first answer, blurring what is hidden.
PASSED: Mapping[tuple[str, str, str], Passed] = MappingProxyType(
    {("efficientnet_lite0", "gradcam", "bn2"): Passed(23, 13, 50)}
)

TrialVerdict = Literal["passed", "middle", "half", "failed", "flat", "steady"]


@dataclass(frozen=True, eq=False)
class Hidden:
    """A part that was hidden, (side, side) bool, and the confidence that was left, 0..1."""

    region: Region
    confidence: float


@dataclass(frozen=True, eq=False)
class Trial:
    """A map on trial: a fifth of what the model saw was hidden, and it was asked again.

    `draws` hide the same shape as `hottest`, moved to random places. `middle` hides a square in the middle, where
    photographers put things. Of 50 photographs, 38 pass without it, and 23 with the map of another one; with it, 23
    and 13.
    """

    explanation: Explanation
    layer: LayerMap
    replacement: str
    hottest: Hidden
    draws: tuple[Hidden, ...]
    coldest: Hidden
    middle: Hidden

    @property
    def passed(self) -> Passed | None:
        """How often such trials are passed: None where that was not measured, as for groups and for other models."""
        explanation = self.explanation
        if explanation.target.index is None or self.replacement != DEFAULT_REPLACEMENT:
            return None
        return PASSED.get((explanation.classifier.spec.name, explanation.method, self.layer.name))

    @property
    def before(self) -> float:
        """The confidence with nothing hidden, 0..1."""
        return self.explanation.target_confidence

    @property
    def random(self) -> float:
        """The mean confidence over the draws."""
        return float(np.mean([draw.confidence for draw in self.draws]))

    @property
    def beats_middle(self) -> bool:
        """Whether hiding the hottest fifth hurts clearly more than hiding the middle."""
        return self._hurts_more_than(self.middle.confidence)

    @property
    def verdict(self) -> TrialVerdict:
        """What the trial says.

        "flat": the map is the same everywhere, so it names no place. "steady": whatever is hidden, the confidence
        hardly changes, so there is nothing to tell. "failed": the hottest fifth hurts neither more than random ones
        nor more than the coldest; "half": more than one of the two; "middle": more than both, but not more than the
        middle, as any map of a thing in the middle would; "passed": more than all three.
        """
        if np.ptp(self.layer.grid) == 0:
            return "flat"
        if max(abs(self._lost(each.confidence)) for each in self._all) < STEADY:
            return "steady"
        beaten = sum(map(self._hurts_more_than, (self.random, self.coldest.confidence)))
        verdicts: tuple[TrialVerdict, TrialVerdict, TrialVerdict] = (
            "failed",
            "half",
            "passed" if self.beats_middle else "middle",
        )
        return verdicts[beaten]

    @property
    def _all(self) -> tuple[Hidden, ...]:
        return (self.hottest, *self.draws, self.coldest, self.middle)

    def _hurts_more_than(self, other: float) -> bool:
        return self._lost(self.hottest.confidence) - self._lost(other) >= MARGIN

    def _lost(self, confidence: float) -> float:
        return (self.before - confidence) / max(self.before, TINY)


def try_map(
    classifier: Classifier,
    picture: Image.Image,
    target: Target | None = None,
    layer: str | None = None,
    method: str = DEFAULT_METHOD,
    *,
    replacement: str = DEFAULT_REPLACEMENT,
    seed: int = 0,
    engine: Engine | None = None,
) -> Trial:
    """Put the map of one layer on trial.

    Args:
        classifier: from `models.store`.
        picture: upright RGB picture of any size.
        target: what the map is for; None for the model's own first answer.
        layer: a module path among the classifier's target layers; None for its default.
        method: one that the model has.
        replacement: what is put where something is hidden, a key of REPLACEMENTS.
        seed: of the random places.
        engine: what computes; None for torch.

    Raises:
        KeyError: the replacement is not in REPLACEMENTS.
        UnknownMethod, NotFinite: as `explain`.
        explainer.tape.LayerError: there is no such layer.
    """
    explanation = explain(
        classifier, picture, target, method, engine=engine, layers=[layer or classifier.spec.default_layer]
    )
    return try_grid(
        classifier, explanation, picture, explanation.layers[0], replacement=replacement, seed=seed, engine=engine
    )


def try_each_method(
    classifier: Classifier,
    picture: Image.Image,
    target: Target | None = None,
    layer: str | None = None,
    *,
    engine_of: Callable[[str], Engine | None] = lambda method: None,
) -> Mapping[str, Trial]:
    """The map of each method that the model has, on trial, by the method's key.

    Args and what is raised as `try_map`; `engine_of` gives what computes the maps of a method, None for torch.
    """
    return {
        method: try_map(classifier, picture, target, layer, method, engine=engine_of(method))
        for method in titles(classifier.spec.class_token)
    }


def try_grid(
    classifier: Classifier,
    explanation: Explanation,
    picture: Image.Image,
    layer: LayerMap,
    *,
    replacement: str = DEFAULT_REPLACEMENT,
    seed: int = 0,
    engine: Engine | None = None,
) -> Trial:
    """Put any map on trial, wherever it comes from, for the target of the classifier's explanation; as `try_map`."""
    inputs = classifier.preprocess.array(picture)
    side = inputs.shape[1]
    places = ranked(layer.grid, side)
    generator = np.random.default_rng(seed)
    regions: Sequence[Region] = [
        hottest(places),
        coldest(places),
        middle(side),
        *(moved(hottest(places), generator) for _ in range(DRAWS)),
    ]
    filled = REPLACEMENTS[replacement](inputs)
    changed = [hide(inputs, region, filled) for region in regions]
    left = confidences_of(classifier, changed, explanation.target, engine)
    hot, cold, centre, *draws = [Hidden(region, each) for region, each in zip(regions, left, strict=True)]
    return Trial(explanation, layer, replacement, hot, tuple(draws), cold, centre)
