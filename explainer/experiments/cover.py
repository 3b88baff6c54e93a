"""Cover it up: hide a part, ask again, and compare with hiding as much where the map says that little matters."""

from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

import numpy as np
from PIL import Image

from explainer.asking import Asking
from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.elsewhere import unimportant
from explainer.experiments.fill import DEFAULT_FILLING, Pixels, fill
from explainer.experiments.mask import Mask
from explainer.target import Target

# A smaller change of the confidence is not called one: two photographs of the same thing differ by more.
NOTICED = 0.05
A_LOT = 0.5  # of the confidence that is left when as much is covered elsewhere


class CoverVerdict(StrEnum):
    """What a try says about the part that was covered."""

    A_LOT = "a_lot"
    SOME = "some"
    LITTLE = "little"
    SURER = "surer"
    ANYWHERE = "anywhere"  # covering as much elsewhere made it fall as far
    ALONE = "alone"  # the confidence fell, but there was no place to compare with


@dataclass(frozen=True, eq=False)
class Cover:
    """A picture before and after a part of it was hidden, and with as much hidden elsewhere.

    Both of `answers` are for the same target. `share` is how much of what the model saw was hidden, 0..1. `controls`
    holds the target's confidence for each place of `places`; both are empty where the map has no place that is as large
    and unimportant.
    """

    answers: BeforeAfter
    filling: str
    share: float
    places: tuple[Mask, ...]
    controls: tuple[float, ...]

    @property
    def control(self) -> float | None:
        """The mean confidence with as much covered elsewhere; None without a place for it."""
        return fmean(self.controls) if self.controls else None

    @property
    def verdict(self) -> CoverVerdict:
        """As `weigh` finds it."""
        before, after = self.answers.before.target_confidence, self.answers.after.target_confidence
        return weigh(before, after, self.controls)


def cover(
    asking: Asking,
    picture: Image.Image,
    mask: Mask,
    filling: str = DEFAULT_FILLING,
    target: Target | None = None,
    seed: int = 0,
) -> Cover:
    """Hide what is marked on a picture and ask again.

    Args:
        asking: whom to ask and how; the default layer, or the last of those asked for, says what is unimportant.
        picture: upright RGB picture.
        mask: fitted to the picture.
        filling: a key of `explainer.experiments.fill.FILLINGS`.
        target: what to ask about; None for the first answer to the whole picture.
        seed: which of the unimportant places are taken.

    Raises:
        explainer.experiments.mask.NothingSeen: all marks are where the model does not look.
        explainer.experiments.mask.TooMuchMarked: nothing would be left to ask about.
        explainer.experiments.fill.UnknownFilling: the filling is not in FILLINGS.
        what `explainer.explain.explain` raises.
    """
    seen = asking.seen(picture)
    hidden = mask.coverable(seen)
    pixels = np.asarray(picture)
    covered = _filled(pixels, hidden, filling)
    before = asking.explain(picture, target)
    grids = {layer.name: layer.grid for layer in before.layers}
    grid = grids.get(asking.classifier.spec.default_layer, before.layers[-1].grid)
    places = unimportant(hidden, grid, seen, seed=seed)
    return Cover(
        answers=BeforeAfter(before, asking.explain(covered, before.target), covered),
        filling=filling,
        share=hidden.share(seen),
        places=places,
        controls=asking.confidences([_filled(pixels, place, filling) for place in places], before.target),
    )


def weigh(before: float, after: float, controls: tuple[float, ...]) -> CoverVerdict:
    """Weigh a change of confidence, each 0..1, against the change that covering as much elsewhere makes.

    A part mattered when covering it makes the confidence fall by at least NOTICED and further than each of the
    controls: SOME, or A_LOT where it falls by half of the controls' mean.
    """
    usual = fmean(controls) if controls else before
    if after - max(before, usual) >= NOTICED:
        return CoverVerdict.SURER
    if before - after < NOTICED and usual - after < NOTICED:
        return CoverVerdict.LITTLE
    if not controls:
        return CoverVerdict.ALONE
    if usual - after < NOTICED or after >= min(controls):
        return CoverVerdict.ANYWHERE if before - usual >= NOTICED else CoverVerdict.LITTLE
    return CoverVerdict.A_LOT if usual - after >= A_LOT * usual else CoverVerdict.SOME


def _filled(pixels: Pixels, mask: Mask, filling: str) -> Image.Image:
    return Image.fromarray(fill(pixels, mask, filling))
