"""Cover it up: hide a part, ask again, and compare with hiding as much elsewhere."""

from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

import numpy as np
from PIL import Image

from explainer.asking import Asking
from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.elsewhere import OtherPlaces, elsewhere
from explainer.experiments.fill import DEFAULT_FILLING, FILLINGS, Pixels, UnknownFilling, fill
from explainer.experiments.hiding import TENTH
from explainer.experiments.mask import Mask, slices
from explainer.experiments.you_first import EVEN
from explainer.explain import Grid
from explainer.heatmap import upsample
from explainer.target import Target
from models.preprocess import Box
from models.problems import Problem

# A smaller change of the confidence is not called one: two photographs of the same thing differ by more.
NOTICED = 0.05
A_LOT = 0.5  # of the confidence that is left when as much is covered elsewhere


class NothingBright(Problem):
    """The map is the same everywhere, so it has no brightest part."""

    key = "cover.no_bright"


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

    Both of `answers` are for the same target. `mask` is what was hidden, `share` how much of what the model saw that
    is, 0..1. `controls` holds the target's confidence for each place of `elsewhere`; both are empty where so much was
    hidden that there is no other place.
    """

    answers: BeforeAfter
    mask: Mask
    filling: str
    share: float
    elsewhere: OtherPlaces
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
    mask: Mask | None = None,
    filling: str = DEFAULT_FILLING,
    target: Target | None = None,
    seed: int = 0,
) -> Cover:
    """Hide a part of a picture and ask again.

    Args:
        asking: whom to ask and how; the default layer, or the last of those asked for, says what is unimportant.
        picture: upright RGB picture.
        mask: fitted to the picture; None for the brightest tenth of the map.
        filling: a key of `explainer.experiments.fill.FILLINGS`.
        target: what to ask about; None for the first answer to the whole picture.
        seed: which of the other places are taken.

    Raises:
        NothingBright: there is no mask, and the map is the same everywhere.
        explainer.experiments.mask.NothingSeen: all marks are where the model does not look.
        explainer.experiments.mask.TooMuchMarked: nothing would be left to ask about.
        explainer.experiments.fill.UnknownFilling: the filling is not in FILLINGS.
        what `explainer.explain.explain` raises.
    """
    if filling not in FILLINGS:
        raise UnknownFilling(filling=filling, known=tuple(FILLINGS))
    seen = asking.seen(picture)
    hidden = None if mask is None else mask.coverable(seen)  # before the model is asked
    before = asking.explain(picture, target)
    grids = {layer.name: layer.grid for layer in before.layers}
    grid = grids.get(asking.classifier.spec.default_layer, before.layers[-1].grid)
    hidden = hidden or bright_part(grid, seen, picture.size)
    pixels = np.asarray(picture)
    covered = _filled(pixels, hidden, filling)
    other = elsewhere(hidden, grid, seen, seed=seed)
    return Cover(
        answers=BeforeAfter(before, asking.explain(covered, before.target), covered),
        mask=hidden.within(seen),
        filling=filling,
        share=hidden.share(seen),
        elsewhere=other,
        controls=asking.confidences([_filled(pixels, place, filling) for place in other.places], before.target),
    )


def bright_part(grid: Grid, seen: Box, size: tuple[int, int], share: float = TENTH) -> Mask:
    """Mark the brightest part of a map.

    Args:
        grid: (h, w) float32 map of 0..1 of what the model saw.
        seen: the part of the picture that the grid covers.
        size: the picture's width and height in pixels.
        share: how much of what was seen is marked, 0..1; places as bright as the least bright of them are marked, too.

    Raises:
        NothingBright: the map is the same everywhere.
    """
    if np.ptp(grid) <= EVEN:
        raise NothingBright
    marks = np.zeros(size[::-1], np.bool_)
    rows, columns = slices(seen, marks)
    values = upsample(grid, columns.stop - columns.start, rows.stop - rows.start)
    least = max(float(np.quantile(values, 1 - share)), float(values.min()) + EVEN)
    marks[rows, columns] = values >= least
    return Mask(marks)


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
