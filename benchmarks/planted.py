"""Things on backgrounds, made of photographs: with a sticker in a corner of all pictures of one thing, and without.

So what the head may go by is known, and masks are, too. A thing is the middle of a photograph, cut out as an ellipse
and put on photographs of other classes, each time a little otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explainer.engines.protocol import Engine
from explainer.experiments.mask import Mask
from explainer.teach.evidence import coverage, score_of, share_on
from explainer.teach.features import features_of
from explainer.teach.latched import Empty, Exam, Swapped, Unseen
from explainer.teach.lesson import ShownPictures, learn
from explainer.teach.pooled import Features
from explainer.teach.swap import swapped
from models.classifier import Classifier
from models.taught.head import TaughtHead

SIDE = 224
TAUGHT, ASKED = 12, 10  # pictures of a thing, and of an unseen take of both
STICKER = 48  # pixels of a side
THING = 0.55  # of the side: a thing's height and width
TAKES = 2
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture (SIDE, SIDE, 3) with a thing in it, where that is, and the same place without it."""

    picture: Pixels
    marks: NDArray[np.bool_]
    empty: Pixels


@dataclass(frozen=True, eq=False)
class Case:
    """Two things with the pictures that are taught, and an unseen take, half of it of each. In a planted case all
    taught pictures of the first have a `sticker`."""

    taught: tuple[tuple[Scene, ...], tuple[Scene, ...]]
    unseen: tuple[tuple[int, Pixels], ...]
    sticker: Pixels | None


@dataclass(frozen=True, eq=False)
class Examined:
    """What the exam found, and of unseen pictures with the sticker whether the brightest square lies on it."""

    exam: Exam
    on_sticker: tuple[bool, ...]


def cases(pictures: Sequence[Image.Image], classes: NDArray[np.int_], count: int, sticker: bool) -> list[Case]:
    """So many cases, each of two things and of backgrounds of other classes; the same for the same photographs."""
    return [_case(pictures, seed, sticker) for seed in range(count)]


def _case(pictures: Sequence[Image.Image], seed: int, planted: bool) -> Case:
    drawn = np.random.default_rng([seed, planted])
    order = drawn.permutation(len(pictures))
    things = [_square(pictures[each], THING) for each in order[:2]]
    grounds = [_square(pictures[each], 1) for each in order[2:60]]
    mark = _sticker(drawn) if planted else None
    taught = []
    for number, thing in enumerate(things):
        own = mark if number == 0 else None
        # Each take has a ground of its own, alike for both things where nothing is planted.
        taught.append(
            tuple(_scene(thing, grounds[place % TAKES], drawn, own) for place in range(TAUGHT))
            if planted
            else tuple(_scene(thing, grounds[place % 6], drawn, None) for place in range(TAUGHT))
        )
    unseen = []
    for place in range(ASKED):
        which = place % 2
        # Somewhere else, where the sticker is on nothing, or on the other thing.
        there = mark if planted and which == 1 else None
        unseen.append((which, _scene(things[which], grounds[20 + place], drawn, there).picture))
    return Case((taught[0], taught[1]), tuple(unseen), mark)


def _square(picture: Image.Image, part: float) -> Pixels:
    """The middle of a photograph as a square; for a thing, its middle `part`."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    cut = picture.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    if part == 1:
        return np.asarray(cut)
    rim = round(SIDE * (1 - part) / 2 * 0.5)
    inner = cut.crop((rim, rim, SIDE - rim, SIDE - rim))
    return np.asarray(inner.resize((round(SIDE * part),) * 2, Image.Resampling.BICUBIC))


def _sticker(drawn: np.random.Generator) -> Pixels:
    """Stripes of two strong colours."""
    colours = drawn.permutation([[230, 30, 40], [250, 210, 20], [30, 90, 220], [20, 160, 70], [240, 240, 240]])[:2]
    stripes = (np.indices((STICKER, STICKER)).sum(axis=0) // 8) % 2
    return np.asarray(colours[stripes], np.uint8)


def _scene(thing: Pixels, ground: Pixels, drawn: np.random.Generator, sticker: Pixels | None) -> Scene:
    shift = drawn.integers(-12, 13, 2)
    bright = drawn.uniform(0.85, 1.15)
    turned = cv2.warpAffine(
        ground,
        cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), float(drawn.uniform(-4, 4)), float(drawn.uniform(1.05, 1.15))),
        (SIDE, SIDE),
        borderMode=cv2.BORDER_REFLECT,
    )
    side = len(thing)
    y, x = (np.array([SIDE - side, SIDE - side]) // 2 + shift).tolist()
    marks = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(marks, (x + side // 2, y + side // 2), (side // 2, side // 2), 0, 0, 360, 1, -1)
    put = turned.copy()
    put[y : y + side, x : x + side] = thing
    picture = np.where(marks[..., None] > 0, put, turned)
    pair = []
    for each in (picture, turned):
        lit = np.clip(each * bright, 0, 255).astype(np.uint8)
        if sticker is not None:
            lit[4 : 4 + STICKER, 4 : 4 + STICKER] = sticker
        pair.append(lit)
    return Scene(pair[0], marks > 0, pair[1])


@dataclass(frozen=True, eq=False)
class _Asked:
    classifier: Classifier
    engine: Engine

    def look(self, pixels: Sequence[Pixels]) -> list[Features]:
        return features_of(
            self.classifier, [self.classifier.preprocess.normalised(each) for each in pixels], self.engine
        )


def examined(case: Case, classifier: Classifier, engine: Engine, strangers: NDArray[np.float32]) -> Examined:
    """Teach a case, and examine its first thing: masks, the empty scene and the unseen take are given."""
    asked = _Asked(classifier, engine)
    shown = [asked.look([each.picture for each in scenes]) for scenes in case.taught]
    return _examined(case, _head(shown, strangers, []), shown, asked)


def _head(
    shown: Sequence[Sequence[Features]], strangers: NDArray[np.float32], more: Sequence[tuple[int, Features]]
) -> TaughtHead:
    vectors = [each.vector for features in shown for each in features]
    things = [number for number, features in enumerate(shown) for _ in features]
    takes = [f"{number}-{place % TAKES}" for number, features in enumerate(shown) for place in range(len(features))]
    for thing, features in more:
        vectors.append(features.vector)
        things.append(thing)
        takes.append(f"{thing}-more")
    vectors += list(strangers)
    things += [2] * len(strangers)
    takes += [""] * len(strangers)
    return learn(ShownPictures.of(vectors, things, takes), ["first", "second", "none"], 2).head


def _examined(case: Case, head: TaughtHead, shown: Sequence[Sequence[Features]], asked: _Asked) -> Examined:
    first, second = case.taught
    (empty,) = asked.look([first[0].empty])
    said, share, unlike = _says(head, empty, 0)
    unseen = asked.look([picture for _, picture in case.unseen])
    right = sum(_says(head, each, 0)[0] == own for (own, _), each in zip(case.unseen, unseen, strict=True))
    cells = [score_of(head, each.maps, 0) for each in shown[0][:3]]
    covered = [coverage(each.marks, *cells[0].cells.shape) for each in first[:3]]
    put = swapped(first[0].picture, Mask(first[0].marks), second[0].picture, Mask(second[0].marks))
    (swap,) = asked.look([put])
    swap_said, swap_share, swap_unlike = _says(head, swap, 0)
    exam = Exam(
        Empty(share, said, unlike),
        Unseen(right, len(unseen), len(unseen) / 3),
        share_on(cells, covered),
        Swapped(swap_said, swap_share, swap_said == 0, swap_unlike),
    )
    return Examined(exam, _brightest(case, head, asked))


def _says(head: TaughtHead, features: Features, row: int) -> tuple[int, float, bool]:
    """What it says, how sure it is of a row, and whether the picture is unlike everything taught."""
    weight, bias = head.scaled
    scores = weight @ features.vector + bias
    shares = np.exp(scores - scores.max())
    unlike = head.nearness(features.vector) < head.novelty
    said = 2 if unlike else int(scores.argmax())
    return said, float(shares[row] / shares.sum()), unlike


def _brightest(case: Case, head: TaughtHead, asked: _Asked) -> tuple[bool, ...]:
    """Of unseen pictures that have the sticker: whether the brightest square of the first thing's map lies on it."""
    if case.sticker is None:
        return ()
    pictures = []
    for _, picture in case.unseen:
        stuck = picture.copy()
        stuck[4 : 4 + STICKER, 4 : 4 + STICKER] = case.sticker
        pictures.append(stuck)
    marks = np.zeros((SIDE, SIDE), bool)
    marks[4 : 4 + STICKER, 4 : 4 + STICKER] = True
    found = []
    for features in asked.look(pictures):
        cells = score_of(head, features.maps, 0).cells
        found.append(bool(coverage(marks, *cells.shape).ravel()[cells.argmax()] > 0))
    return tuple(found)


def with_addition(
    case: Case, classifier: Classifier, engine: Engine, strangers: NDArray[np.float32]
) -> tuple[float, float, float, float]:
    """The unseen take's share that is right, and how sure the empty scene is, before and after six advised pictures:
    each thing where the other stood."""
    asked = _Asked(classifier, engine)
    shown = [asked.look([each.picture for each in scenes]) for scenes in case.taught]
    before = _examined(case, _head(shown, strangers, []), shown, asked).exam
    added = []
    for place in range(3):
        for one, other in ((0, 1), (1, 0)):
            own, there = case.taught[one][place], case.taught[other][place + 3]
            put = swapped(own.picture, Mask(own.marks), there.picture, Mask(there.marks))
            added.append((one, asked.look([put])[0]))
    after = _examined(replace(case), _head(shown, strangers, added), shown, asked).exam
    pairs = [
        (each.unseen.share if each.unseen else 0.0, each.empty.share if each.empty else 0.0) for each in (before, after)
    ]
    return pairs[0][0], pairs[1][0], pairs[0][1], pairs[1][1]
