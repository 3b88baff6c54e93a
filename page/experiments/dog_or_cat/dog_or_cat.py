"""The shares of two groups or words, the map for each, and the map of one rather than the other."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from explainer.asking import Asking
from explainer.experiments.number import finite
from explainer.explain import Explanation
from explainer.target import Target, parse_target, rather
from explainer.two_kinds import two_kinds
from models.problems import Problem
from page.confidence import percent
from page.experiments.experiment import Experiment
from page.experiments.parameters import AnyJson, OnePicture, Text
from page.pictures.picture import Picture
from page.question import NoPicture, method_of
from page.reply import Json, as_map
from page.titles import capital
from page.vocabulary import PAIR, offered, pair

NEITHER = 0.02  # of both together; below it the picture shows neither, to the model


class NotTwo(Problem):
    """The question does not name two things."""

    key = "dog_or_cat.not_two"


class DogOrCat(Experiment):
    """Experiment 4."""

    name = "dog_or_cat"
    least_words = 2

    def title(self, explanation: Explanation) -> str | None:
        """See Experiment: of a model without dogs or cats, it asks about the two answers that came nearest."""
        labels, top = explanation.classifier.labels, explanation.top
        if pair(labels) == PAIR or len(top) < 2:
            return None
        return self.words("dog_or_cat.card_title", first=capital(top[0].label), second=top[1].label)

    def run(self, picture: OnePicture, between: AnyJson = None, model: Text = None, method: Text = None) -> Json:
        """Ask about two things at once.

        Args:
            picture: a decoded picture.
            between: two words of the model or names of groups, which are meant broadly: "cats" are all cats. None for
                the two kinds of things that the answers are of, or else for the first two answers.
            model: as in `/explain`.
            method: as in `/explain`.

        Returns:
            `sides`: for each its label, share 0..1, how many of the model's words it has, and its map at the default
            layer; `rather`: the same for the first rather than the second, whose share is that within both; `rest`:
            the share of all other words; `seen`; `known`: what it has groups of, or else words for; and the
            sentences. `percents` are both shares and the rest as they are printed: whole ones add up to 100.

        Raises:
            NotTwo: not two words.
            models.problems.Problem: as in `/explain`; explainer.target.SameTwice where the two overlap.
        """
        asked = None if between is None else _two(between)
        if picture is None:
            raise NoPicture
        asking = self.service.asking(model, method_of(method))
        first, second = self._targets(asking, picture, asked)
        explanations = asking.explain_targets(picture.rgb, [first, second, rather(first, second)])
        *sides, contrast = map(_side, explanations)
        explanation = explanations[0]
        return {
            "sides": sides,
            "rather": contrast,
            "rest": max(0.0, 1 - sum(side["share"] for side in sides)),
            "seen": asdict(explanation.seen),
            "known": offered(explanation.classifier.labels),
            **self._sentences(sides, explanation),
        }

    def _targets(self, asking: Asking, picture: Picture, asked: Sequence[str | int] | None) -> list[Target]:
        labels = asking.classifier.labels.broad
        if asked is None:
            top = asking.explain(picture.rgb).top
            kinds = two_kinds(top, labels)
            asked = [kind.asked for kind in kinds] if kinds else [answer.index for answer in top[:2]]
        return [parse_target(each, labels.in_language(self.words.language)) for each in asked]

    def _sentences(self, sides: list[Json], explanation: Explanation) -> Json:
        words = self.words
        own, other, rest = printed = self._printed(*(side["share"] for side in sides))
        first, second = (capital(words.label(side["label"])) for side in sides)
        named = {"first": first, "first_share": own, "second": second, "second_share": other}
        neither = sum(side["share"] for side in sides) < NEITHER
        counted = {place: side["words"] for place, side in zip(("first_words", "second_words"), sides, strict=True)}
        groups = max(counted.values()) > 1
        left = len(explanation.classifier.labels) - sum(counted.values())
        return {
            "percents": printed,
            "rest_words": words("dog_or_cat.the_rest", count=words.number(left), percent=rest) if left else "",
            "headline": self._neither(named, explanation) if neither else words("dog_or_cat.shares", **named),
            "words": words("dog_or_cat.words", first=sides[0]["label"], second=sides[1]["label"], **counted)
            if groups
            else "",
        }

    def _printed(self, one: float, other: float) -> list[str]:
        """Both shares and the rest, in words. Each rounded by itself, three whole percentages need not make 100: the
        rest gives way, or else the second."""
        first, second, rest = int(100 * one + 0.5), int(100 * other + 0.5), 1 - one - other
        if first + second > 100:
            other = (100 - first) / 100
        left = 100 - first - second
        whole = left > 0 and 0.005 <= rest < 0.995
        return [percent(share, self.words) for share in (one, other, left / 100 if whole else rest)]

    def _neither(self, named: Mapping[str, str], explanation: Explanation) -> str:
        """What it answers instead, and the group of that: a cheetah is no "cat" here, but a "big cat"."""
        answer, groups = explanation.answer, explanation.classifier.labels.groups
        own = [name for name, indices in groups.items() if answer.index in indices]
        group = min(own, key=lambda name: len(groups[name]), default=None)
        if group is None:
            return self.words("dog_or_cat.neither", **named, answer=answer.label)
        return self.words("dog_or_cat.neither_group", **named, answer=answer.label, group=group)


def _two(between: Any) -> list[str | int]:
    if not isinstance(between, (list, tuple)) or len(between) != 2 or not all(map(_is_word, between)):
        raise NotTwo
    two = [each.strip() if isinstance(each, str) else each for each in between]
    if "" in two:
        raise NotTwo
    return two


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
