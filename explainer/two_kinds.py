"""Whether a model's answers name things of two kinds, so that asking about both tells more than hiding one."""

from collections.abc import Sequence
from dataclasses import dataclass

from explainer.explain import Answer
from models.labels import Labels

BOTH = 0.1  # of the softmax: at least so much has each of the two groups
SECOND = 0.2  # or so much has the second answer, which belongs to another group
TOO_BROAD = "animals"  # a group in which dogs and cats are one


@dataclass(frozen=True)
class KindOfThing:
    """What can be asked about: a group by its name, or one class. `share` is 0..1."""

    label: str
    asked: str | int
    share: float


def two_kinds(top: Sequence[Answer], labels: Labels) -> tuple[KindOfThing, KindOfThing] | None:
    """The two kinds of things that the surest answers name, or None where they are of one kind.

    Args:
        top: the surest answers, from the surest down; what lies beyond them is too little to count.
        labels: of the model that gave them.
    """
    groups = [_groups_of(answer.index, labels) for answer in top]
    strong = [kind for kind in _added_up(top, groups) if kind.share >= BOTH]
    if len(strong) > 1:
        return strong[0], strong[1]
    if len(top) < 2 or top[1].confidence < SECOND or not any(groups[:2]) or set(groups[0]) & set(groups[1]):
        return None
    first, second = (KindOfThing(answer.label, answer.index, answer.confidence) for answer in top[:2])
    return first, second


def _groups_of(index: int, labels: Labels) -> list[str]:
    """The groups that a class belongs to, the largest first."""
    groups = labels.broad.groups
    own = [name for name, indices in groups.items() if index in indices and name != TOO_BROAD]
    return sorted(own, key=lambda name: -len(groups[name]))


def _added_up(top: Sequence[Answer], groups: Sequence[Sequence[str]]) -> list[KindOfThing]:
    """The groups of the answers with their shares, the strongest first; groups that share an answer are one."""
    kinds: list[tuple[set[str], KindOfThing]] = []
    for answer, own in zip(top, groups, strict=True):
        if not own:
            continue
        at = next((place for place, (names, _) in enumerate(kinds) if names & set(own)), None)
        if at is None:
            kinds.append((set(own), KindOfThing(own[0], own[0], answer.confidence)))
        else:
            names, kind = kinds[at]
            kinds[at] = names | set(own), KindOfThing(kind.label, kind.asked, kind.share + answer.confidence)
    return sorted((kind for _, kind in kinds), key=lambda kind: -kind.share)
