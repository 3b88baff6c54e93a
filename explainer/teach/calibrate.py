"""How sure is sure: one temperature, measured on takes that the head did not learn from."""

from dataclasses import dataclass

import numpy as np

from explainer.teach.left_out import LeftOut

USUAL = 1.0  # the temperature where nothing can be measured
PRIOR = 10  # how strongly the usual one is held to, so that few pictures do not decide alone
ENOUGH = 10  # pictures of takes left out, for a temperature that is no guess
LOWEST, HIGHEST, TRIED = 0.25, 8.0, 81  # temperatures that are tried, each 4 % above the one before
THINGS_FIRST = 3  # what it counts to find a thing, beside finding out that it is none


@dataclass(frozen=True)
class Calibration:
    """The temperature that scores are divided by. `right` of `of` pictures of takes left out got their own name;
    `guess` where these are too few to tell."""

    temperature: float
    right: int
    of: int
    guess: bool


def calibrate(held: LeftOut) -> Calibration:
    """The temperature under which the pictures of takes left out are likeliest (Guo et al., 2017, arXiv:1706.04599)."""
    scores, own = held.scores[held.whole], held.things[held.whole]
    if not len(own):
        return Calibration(USUAL, 0, 0, guess=True)

    def cost(temperature: float) -> float:
        scaled = scores / temperature
        highest = scaled.max(axis=1)
        surprise = highest + np.log(np.exp(scaled - highest[:, None]).sum(axis=1)) - scaled[np.arange(len(own)), own]
        return float(surprise.sum() + PRIOR * np.log(temperature / USUAL) ** 2)

    best = min(np.geomspace(LOWEST, HIGHEST, TRIED), key=cost)
    return Calibration(float(best), int((scores.argmax(axis=1) == own).sum()), len(own), guess=len(own) < ENOUGH)


def none_raised(held: LeftOut, none: int) -> float:
    """By how much "none of these" is to be raised or lowered, so that things are not taken for none of these.

    Its pictures lie all around, so that whatever is new is nearer to them than to any thing. The number is the one with
    which most pictures that were left out are told from it, where a thing counts THINGS_FIRST times as much; of several
    the one that changes least.
    """
    others = np.delete(held.scores, none, axis=1)
    margins = others.max(axis=1) - held.scores[:, none]
    mine = held.things != none
    if not mine.any() or mine.all():
        return 0.0

    def worth(by: float) -> tuple[float, float]:
        found = THINGS_FIRST * float((margins[mine] > by).mean()) + float((margins[~mine] <= by).mean())
        return found, -abs(by)

    ordered = np.sort(margins)
    between = (ordered[1:] + ordered[:-1]) / 2
    below = ordered[:1] - abs(ordered[:1]) * 0.1 - 0.1
    return float(max([0.0, *between.tolist(), *below.tolist()], key=worth))
