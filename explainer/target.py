"""What is asked about: a class, a group of classes, or one rather than another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.labels import RATHER_THAN, Choice, Contrast, Label, Labels
from models.later import Tensor
from models.problems import Problem


class SameTwice(Problem):
    """A contrast of a thing with itself, or with something that contains it, says nothing."""

    key = "target.same_twice"


@dataclass(frozen=True)
class Target:
    """The quantity to explain: the log-sum-exp of `indices`, minus that of `against` when there is any.

    For one class the log-sum-exp is its logit; for a group it is the logit that the group would have as one class.
    """

    label: str
    indices: tuple[int, ...]
    against: tuple[int, ...] = ()

    @property
    def index(self) -> int | None:
        """The class index when the target is a single class, else None."""
        return self.indices[0] if len(self.indices) == 1 and not self.against else None

    def score(self, logits: Tensor) -> Tensor:
        """Logits (N, classes) -> scores (N,)."""
        score = _together(logits, self.indices)
        return score - _together(logits, self.against) if self.against else score

    def confidence(self, logits: Tensor) -> float:
        """How sure the model is of the target, 0..1, for logits (classes,).

        For a class or a group: its share of the softmax. For a contrast: the share of the first side within both.
        """
        row = logits.double().unsqueeze(0)
        if self.against:
            return float(self.score(row).sigmoid())
        return min(1.0, float((self.score(row) - row.logsumexp(dim=1)).exp()))


def _together(logits: Tensor, indices: tuple[int, ...]) -> Tensor:
    if len(indices) == 1:  # exact, and free of the log and exp
        return logits[:, indices[0]]
    return logits[:, list(indices)].logsumexp(dim=1)


def parse_target(text: str | int, labels: Labels) -> Target:
    """Read a target as people write it.

    Args:
        text: a class index, a label or one of its synonyms, a group's name, or "A rather than B" of any of these, in
            English or as the language of `labels` says it.
        labels: the model's classes.

    Raises:
        models.labels.UnknownTarget: nothing of that name.
        models.labels.AmbiguousTarget: several classes answer to it.
        SameTwice: the two sides of a contrast overlap.
    """
    if isinstance(text, int):
        return _of(labels.resolve(text))
    between = f"{RATHER_THAN}| {re.escape(labels.rather_than)} "
    first, *second = re.split(between, " ".join(text.split()), maxsplit=1, flags=re.IGNORECASE)
    target = _of(labels.resolve(first))
    return rather(target, _of(labels.resolve(second[0]))) if second else target


def rather(first: Target, second: Target) -> Target:
    """One thing rather than another. Raises SameTwice where the two overlap."""
    if set(first.indices) & set(second.indices):
        raise SameTwice(first=first.label, second=second.label)
    label = f"{first.label}{RATHER_THAN}{second.label}"
    return Target(Contrast(label) if isinstance(first.label, Label) else label, first.indices, second.indices)


def _of(choice: Choice) -> Target:
    return Target(choice.name, choice.indices)
