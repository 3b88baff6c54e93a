"""The smallest cover that changes its mind: squares of the map are covered one by one, then uncovered again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean

import numpy as np
from PIL import Image

from explainer.asking import Asking
from explainer.confidences import AT_ONCE, logits_of
from explainer.experiments.before_after import BeforeAfter
from explainer.experiments.climb import Pixels
from explainer.experiments.cover import NOTICED
from explainer.experiments.fool import Aim, AlreadySo
from explainer.experiments.noise import PixelAsking
from explainer.explain import Grid
from models.later import Tensor

Square = tuple[int, int]  # row and column, from the upper left

MOST = 12  # squares that are covered at most
FIRST = 64  # of a finer grid, only so many squares are tried at first: the brightest
PASSES = 400
SECONDS = 2.5  # by the clock, with all waiting for the model
CONTROLS = 5


class SmallestVerdict(StrEnum):
    """What the control says about a cover that changed the answer."""

    PLACE = "place"  # as much elsewhere hardly matters
    PARTLY = "partly"  # as much elsewhere matters, but changes the answer of few
    ANYWHERE = "anywhere"  # as much elsewhere did the same


@dataclass(frozen=True, eq=False)
class SmallestCover:
    """The smallest cover that was found, or where none was, the last one that was tried.

    `squares` are those that are covered, of a grid of `rows` by `columns`, in the order in which they were found.
    `answers` explain the picture before and after, both for the first answer before. `shares` are that answer's shares,
    0..1, with none of the squares covered, with the first one, and so on. `controls` are those with as many squares of
    the same shape covered elsewhere; `unmoved` counts where the first answer stayed. `places` are their squares, and
    `elsewhere` is the picture of the first. `passes` counts the pictures that were tried; `stopped` says that time or
    passes were up.
    """

    squares: tuple[Square, ...]
    rows: int
    columns: int
    reached: bool
    answers: BeforeAfter
    shares: tuple[float, ...]
    controls: tuple[float, ...]
    unmoved: int
    places: tuple[tuple[Square, ...], ...]
    elsewhere: Image.Image | None
    passes: int
    stopped: bool

    @property
    def control(self) -> float | None:
        """The mean of the controls; None where nothing is covered."""
        return fmean(self.controls) if self.controls else None

    @property
    def verdict(self) -> SmallestVerdict | None:
        """As the controls say; None where the answer was not changed."""
        if not self.reached or self.control is None:
            return None
        if 2 * self.unmoved < len(self.controls):
            return SmallestVerdict.ANYWHERE
        return SmallestVerdict.PLACE if self.shares[0] - self.control < NOTICED else SmallestVerdict.PARTLY


def smallest_cover(
    asking: Asking, picture: Image.Image, aim: Aim | None = None, *, seconds: float = SECONDS, passes: int = PASSES
) -> SmallestCover:
    """Look for few squares of the last map that, covered, change the first answer.

    Greedy: each time the square is covered that brings another answer closest, of those that promised most the last
    time; then squares are uncovered again as long as the answer stays another one. A smaller cover may exist. People
    learn most from the closest change (Kühl et al., 2022). What is covered gets the mean colour of the photographs that
    the model learned from, a grey.

    Args:
        asking: whom to ask and how; the last of its layers gives the squares.
        picture: upright RGB picture of any size.
        aim: toward a word, or None for anything but the first answer.
        seconds: how long to search, by the clock.
        passes: how many pictures to try at most.

    Raises:
        explainer.experiments.fool.AlreadySo: the model says the wanted word without a cover.
        what `explainer.explain.explain` raises.
    """
    pixels = PixelAsking(asking, picture)
    seen = asking.classifier.preprocess.seen_pixels(picture)
    before = pixels.explain(seen)
    aim = aim or Aim(before.answer.index, toward=False)
    if aim.reached(before.answer.index):
        raise AlreadySo(label=before.answer.label)
    grid = before.layers[-1].grid
    search = _Search(asking, seen, grid.shape, aim, time.monotonic() + seconds, passes)
    squares = search.shrunk(search.greedy(grid))
    places = _elsewhere(squares, grid) if squares else ()
    own = [squares[:count] for count in range(len(squares) + 1)]
    logits = search.logits([*own, *places])
    shares = [before.target.confidence(row) for row in logits]
    controls = logits[len(own) :]
    covered = search.covered(squares)
    return SmallestCover(
        squares=squares,
        rows=grid.shape[0],
        columns=grid.shape[1],
        reached=aim.reached(int(logits[len(squares)].argmax())),
        answers=pixels.compare(before, covered, before.target),
        shares=tuple(shares[: len(own)]),
        controls=tuple(shares[len(own) :]),
        unmoved=sum(int(row.argmax()) == before.answer.index for row in controls),
        places=places,
        elsewhere=pixels.framed(search.covered(places[0])) if places else None,
        passes=search.tried,
        stopped=search.over,
    )


@dataclass(eq=False)
class _Search:
    """The picture as the model gets it, (side, side, 3) uint8, and how far the search has come."""

    asking: Asking
    seen: Pixels
    shape: tuple[int, ...]
    aim: Aim
    until: float
    most: int
    tried: int = 0
    gains: dict[Square, float] = field(default_factory=dict)  # what each square changed when it was last tried

    @property
    def over(self) -> bool:
        """Whether time or passes are up."""
        return self.tried >= self.most or time.monotonic() >= self.until

    def covered(self, squares: Iterable[Square]) -> Pixels:
        """The picture with squares in grey."""
        rows, columns = (
            np.arange(self.seen.shape[axis]) * self.shape[axis] // self.seen.shape[axis] for axis in (0, 1)
        )
        mask = np.zeros(self.seen.shape[:2], np.bool_)
        for row, column in squares:
            mask |= (rows == row)[:, None] & (columns == column)[None, :]
        mean = np.rint(255 * np.array(self.asking.classifier.preprocess.mean)).astype(np.uint8)
        return np.where(mask[..., None], mean, self.seen)

    def logits(self, covers: Sequence[Sequence[Square]]) -> Tensor:
        """What the model gives for covers: (N, classes)."""
        classifier = self.asking.classifier
        inputs = [classifier.preprocess.normalised(self.covered(cover)) for cover in covers]
        return logits_of(classifier, inputs, self.asking.quick)

    def scores(self, covers: Sequence[Sequence[Square]]) -> list[float]:
        """How near the aim each cover comes; from zero on it is reached."""
        self.tried += len(covers)
        return self.aim.lead(self.logits(covers)).tolist()

    def greedy(self, grid: Grid) -> tuple[Square, ...]:
        """Cover one square after the other until the aim is reached, or MOST are covered, or it is over."""
        order = sorted(np.ndindex(grid.shape), key=lambda square: -float(grid[square]))
        left: list[Square] = [(row, column) for row, column in order[:FIRST]]
        chosen: tuple[Square, ...] = ()
        (now,) = self.scores([chosen])
        while left and len(chosen) < MOST and now <= 0 and not self.over:
            best, score = self._best(chosen, now, left)
            left.remove(best)
            chosen, now = (*chosen, best), score
        return chosen

    def _best(self, chosen: tuple[Square, ...], now: float, left: Sequence[Square]) -> tuple[Square, float]:
        """The square to cover next, and the score then: those that gained most the last time are tried first, and
        nobody else once one of them gains more than the others did."""
        ranked = sorted(left, key=lambda square: -self.gains.get(square, 0.0))
        first, best = not chosen, (ranked[0], -np.inf)
        for start in range(0, len(ranked), AT_ONCE):
            batch = ranked[start : start + AT_ONCE]
            if start and self.over:
                break
            if start and not first and best[1] - now >= self.gains.get(batch[0], np.inf):
                break
            for square, score in zip(batch, self.scores([(*chosen, square) for square in batch]), strict=True):
                self.gains[square] = score - now
                if score > best[1]:
                    best = square, score
        return best

    def shrunk(self, squares: tuple[Square, ...]) -> tuple[Square, ...]:
        """Uncover squares as long as the aim stays reached."""
        while len(squares) > 1 and not self.over:
            fewer = [tuple(each for each in squares if each != left_out) for left_out in squares]
            scores = self.scores(fewer)
            at = int(np.argmax(scores))
            if scores[at] <= 0:
                break
            squares = fewer[at]
        return squares


def _elsewhere(squares: Sequence[Square], grid: Grid) -> tuple[tuple[Square, ...], ...]:
    """The same shape moved to up to CONTROLS other places: those that share least with it, and of these the darkest.
    What leaves the grid on one side comes in on the other."""
    rows, columns = grid.shape
    own = set(squares)
    moved: list[tuple[int, float, tuple[Square, ...]]] = []
    for down, right in np.ndindex(rows, columns):
        place = tuple(((row + down) % rows, (column + right) % columns) for row, column in squares)
        if set(place) != own:
            moved.append((len(own & set(place)), float(np.mean([grid[each] for each in place])), place))
    return tuple(place for _, _, place in sorted(moved)[:CONTROLS])
