"""What a head says of pictures that it did not learn from: each part of the pictures is left out once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explainer.teach.fit import LEAST, Exact, Numbers, Vectors, fit

FOLDS = 6  # at most so many heads are made


@dataclass(frozen=True, eq=False)
class LeftOut:
    """`scores` (N, things) of the pictures at `places`, whose own things are `things`. `whole` says of each whether all
    of its take was left out with it; else it is only unlike the pictures that stayed."""

    scores: Exact
    things: Numbers
    places: Numbers
    whole: NDArray[np.bool_]


def leave_out(
    vectors: Vectors, things: Numbers, takes: Sequence[str], kinds: Numbers, count: int, none: int | None
) -> LeftOut:
    """Leave out parts of the pictures in turn, and ask the head that the others make.

    Of a thing with several takes these are the takes; of one with a single take, the different kinds of pictures in it;
    where all look alike, nothing is left out. Of "none of these", each picture is a part.

    Args:
        vectors: features of length one (N, C), or their coordinates.
        things: which thing each is.
        takes: the name of each one's take.
        kinds: which kind each is among those of its thing.
        count: how many things there are.
        none: the number of "none of these".
    """
    # By the way in which the head of all pictures is made, or the scores would not be alike.
    enough = np.bincount(things, minlength=count).min() >= LEAST
    least = 1 if enough else len(things)
    groups, whole = _groups(things, takes, kinds, none)
    folds = _folds(things, groups, count)
    scores, places = [np.empty((0, count))], [np.empty(0, np.int_)]
    for fold in range(int(folds.max(initial=-1)) + 1):
        out = folds == fold
        scores.append(fit(vectors[~out], things[~out], count, least).scores(vectors[out]))
        places.append(np.flatnonzero(out))
    where = np.concatenate(places)
    return LeftOut(np.concatenate(scores), things[where], where, whole[where])


def _groups(
    things: Numbers, takes: Sequence[str], kinds: Numbers, none: int | None
) -> tuple[list[str], NDArray[np.bool_]]:
    """The part that each picture is left out with, and whether that is its whole take."""
    several = {
        int(thing): len({take for take, own in zip(takes, things, strict=True) if own == thing}) > 1
        for thing in np.unique(things)
    }
    whole = np.array([several[int(thing)] and thing != none for thing in things], bool)
    groups = [
        str(place) if thing == none else f"take {take}" if whole[place] else f"kind {kind}"
        for place, (thing, take, kind) in enumerate(zip(things, takes, kinds, strict=True))
    ]
    return groups, whole


def _folds(things: Numbers, groups: Sequence[str], count: int) -> Numbers:
    """In which turn each picture is left out, -1 for never: of no thing all pictures at once."""
    named = {
        thing: list(dict.fromkeys(group for group, own in zip(groups, things, strict=True) if own == thing))
        for thing in range(count)
    }
    turns = min(FOLDS, max((len(each) for each in named.values() if len(each) > 1), default=0))
    folds = np.full(len(things), -1, np.int_)
    for thing, names in named.items():
        if len(names) > 1:
            turn = {name: place % turns for place, name in enumerate(names)}
            for place in map(int, np.flatnonzero(things == thing)):
                folds[place] = turn[groups[place]]
    return folds
