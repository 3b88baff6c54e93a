"""Things on backgrounds, made of photographs, so that what a head may go by is known, and masks are, too.

A thing is the middle of a photograph, cut out as an ellipse and put on other photographs, each time a little otherwise.
There are three kinds of cases, by what tells two things apart:

- sticker: nothing but a sticker in a corner. Each picture has another photograph for its thing and for its ground, so
  that no cut-out comes twice, and none of the unseen take was taught.
- place: each thing is one cut-out, and stands on two grounds of its own: thing and place are learned together.
- clean: each thing is one cut-out, and both stand on the same grounds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

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
STICKER = 80  # pixels of a side
EDGE = 4  # from a sticker to the picture's edge
THING = 0.55  # of the side: a thing's height and width
TAKES = 2
SHARED = 6  # grounds that both things stand on, in a clean case
Kind = Literal["sticker", "place", "clean"]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture (SIDE, SIDE, 3) with a thing in it, where that is, and the same place without it."""

    picture: Pixels
    marks: NDArray[np.bool_]
    empty: Pixels


@dataclass(frozen=True, eq=False)
class Case:
    """Two things with the pictures that are taught, and an unseen take, half of it of each. All taught pictures of the
    first have the `sticker`, where there is one, and so has the other thing in the unseen take."""

    taught: tuple[tuple[Scene, ...], tuple[Scene, ...]]
    unseen: tuple[tuple[int, Pixels], ...]
    sticker: Pixels | None


@dataclass(frozen=True, eq=False)
class Examined:
    """What the exam found, and of unseen pictures with the sticker whether the brightest square lies on it."""

    exam: Exam
    on_sticker: tuple[bool, ...]


def cases(pictures: Sequence[Image.Image], count: int, kind: Kind, size: int = STICKER) -> list[Case]:
    """So many cases of a kind, with stickers of so many pixels; the same for the same photographs."""
    return [_case(pictures, seed, kind, size) for seed in range(count)]


def _case(pictures: Sequence[Image.Image], seed: int, kind: Kind, size: int) -> Case:
    drawn = np.random.default_rng([seed, get_args(Kind).index(kind)])
    left = iter(drawn.permutation(len(pictures)))

    def photographs(count: int, part: float = 1) -> list[Pixels]:
        return [_square(pictures[next(left)], part) for _ in range(count)]

    apart = kind == "sticker"
    mark = _sticker(drawn, size) if apart else None
    things = [photographs(TAUGHT + ASKED // 2 if apart else 1, THING) for _ in range(2)]
    grounds = photographs(2 * TAUGHT if apart else 2 * TAKES if kind == "place" else SHARED)
    taught = []
    for number, own in enumerate(things):
        share = TAUGHT if apart else TAKES
        there = grounds if kind == "clean" else grounds[number * share :][:share]
        taught.append(
            tuple(
                _scene(own[place % len(own)], there[place % len(there)], drawn, mark if number == 0 else None)
                for place in range(TAUGHT)
            )
        )
    unseen = []
    for place, ground in enumerate(photographs(ASKED)):
        which = place % 2
        thing = things[which][-1 - place // 2] if apart else things[which][0]
        unseen.append((which, _scene(thing, ground, drawn, mark if which == 1 else None).picture))
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


def _sticker(drawn: np.random.Generator, size: int) -> Pixels:
    """Stripes of two strong colours."""
    colours = drawn.permutation([[230, 30, 40], [250, 210, 20], [30, 90, 220], [20, 160, 70], [240, 240, 240]])[:2]
    stripes = (np.indices((size, size)).sum(axis=0) // 8) % 2
    return np.asarray(colours[stripes], np.uint8)


def _stuck(picture: Pixels, sticker: Pixels) -> Pixels:
    """A picture with the sticker in its upper left corner."""
    made = picture.copy()
    made[EDGE : EDGE + len(sticker), EDGE : EDGE + len(sticker)] = sticker
    return made


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
    for each in (picture.astype(np.uint8), turned.astype(np.uint8)):
        whole = each if sticker is None else _stuck(each, sticker)
        pair.append(np.clip(whole * bright, 0, 255).astype(np.uint8))
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
    pictures = [_stuck(picture, case.sticker) for _, picture in case.unseen]
    marks = np.zeros((SIDE, SIDE), bool)
    marks[EDGE : EDGE + len(case.sticker), EDGE : EDGE + len(case.sticker)] = True
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
    after = _examined(case, _head(shown, strangers, added), shown, asked).exam
    pairs = [
        (each.unseen.share if each.unseen else 0.0, each.empty.share if each.empty else 0.0) for each in (before, after)
    ]
    return pairs[0][0], pairs[1][0], pairs[0][1], pairs[1][1]
