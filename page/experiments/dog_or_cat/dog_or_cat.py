"""The shares of two groups or words, the map for each, and the map of one rather than the other."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from explainer.experiments.number import finite
from explainer.explain import Explanation
from explainer.target import RATHER_THAN, parse_target
from models.problems import Problem
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.parameters import AnyJson, OnePicture, Text
from page.question import NoPicture, method_of
from page.reply import Json, as_map
from page.titles import capital

FIRST = ("dogs", "cats")
NEITHER = 0.02  # of both together; below it the picture shows neither, to the model


class NotTwo(Problem):
    """The question does not name two things."""

    key = "dog_or_cat.not_two"


class DogOrCat(Experiment):
    """Experiment 4."""

    name = "dog_or_cat"

    def run(self, picture: OnePicture, between: AnyJson = None, model: Text = None, method: Text = None) -> Json:
        """Ask about two things at once.

        Args:
            picture: a decoded picture.
            between: two words of the model or names of groups; None for dogs and cats.
            model: as in `/explain`.
            method: as in `/explain`.

        Returns:
            `sides`: for each its label, share 0..1, how many of the model's words it has, and its map at the default
            layer; `rather`: the same for the first rather than the second, whose share is that within both; `rest`:
            the share of all other words; `seen`; `known`: the groups; and the sentences.

        Raises:
            NotTwo: not two words.
            models.problems.Problem: as in `/explain`; explainer.target.SameTwice where the two overlap.
        """
        first, second = _two(FIRST if between is None else between)
        if picture is None:
            raise NoPicture
        asking = self.service.asking(model, method_of(method))
        asked = (first, second, f"{first}{RATHER_THAN}{second}")
        targets = [parse_target(each, asking.classifier.labels) for each in asked]
        explanations = asking.explain_targets(picture.rgb, targets)
        *sides, rather = map(_side, explanations)
        explanation = explanations[0]
        return {
            "sides": sides,
            "rather": rather,
            "rest": max(0.0, 1 - sum(side["share"] for side in sides)),
            "seen": asdict(explanation.seen),
            "known": list(explanation.classifier.labels.groups),
            **self._sentences(sides, explanation),
        }

    def _sentences(self, sides: list[Json], explanation: Explanation) -> Json:
        words = self.words
        named = {
            key: value
            for place, side in zip(("first", "second"), sides, strict=True)
            for key, value in ((place, capital(side["label"])), (f"{place}_share", percent(side["share"], words)))
        }
        neither = sum(side["share"] for side in sides) < NEITHER
        counted = {place: side["words"] for place, side in zip(("first_words", "second_words"), sides, strict=True)}
        groups = max(counted.values()) > 1
        return {
            "headline": self._neither(named, explanation) if neither else words("dog_or_cat.shares", **named),
            "words": words("dog_or_cat.words", first=sides[0]["label"], second=sides[1]["label"], **counted)
            if groups
            else "",
        }

    def _neither(self, named: Mapping[str, str], explanation: Explanation) -> str:
        """What it answers instead, and the group of that: a cheetah is no "cat" here, but a "big cat"."""
        answer, groups = explanation.answer, explanation.classifier.labels.groups
        own = [name for name, indices in groups.items() if answer.index in indices]
        group = min(own, key=lambda name: len(groups[name]), default=None)
        if group is None:
            return self.words("dog_or_cat.neither", **named, answer=answer.label)
        return self.words("dog_or_cat.neither_group", **named, answer=answer.label, group=group)


def _two(between: Any) -> tuple[str, str]:
    if not isinstance(between, (list, tuple)) or len(between) != 2 or not all(map(_is_word, between)):
        raise NotTwo
    first, second = (str(each).strip() for each in between)
    if not first or not second:
        raise NotTwo
    return first, second


def _is_word(given: Any) -> bool:
    """A text, or the number of a class."""
    return isinstance(given, str) or (finite(given) is not None and isinstance(given, int))


def _side(explanation: Explanation) -> Json:
    (layer,) = explanation.layers
    return {
        "label": explanation.target.label,
        "share": explanation.target_confidence,
        "words": len(explanation.target.indices),
        "map": as_map(layer),
    }
