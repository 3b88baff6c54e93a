"""Memory card: what a marked part means to a person, beside what the model says, as one picture to keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from types import MappingProxyType

import cv2
import numpy as np
from PIL import Image

from explainer.experiments.lettering import Colour, Lettering, Style, tidy
from explainer.experiments.mask import BadMask, Marks, NothingMarked
from explainer.explain import Explanation, LayerMap
from explainer.heatmap import Pixels, blend
from models.problems import Problem

Place = tuple[int, int, int, int]

MOST_LETTERS = 200

PAPER, STAGE = (245, 239, 228), (21, 17, 14)
INK, SOFT, LAKE, EMBER, EDGE = (32, 27, 22), (92, 83, 74), (10, 90, 105), (160, 56, 10), (222, 211, 194)
YOURS = (95, 208, 224)
WIDTH, MARGIN, GAP = 1200, 48, 24
COLUMN = (WIDTH - 2 * MARGIN - GAP) // 2
HIGHEST = 720  # a picture on the card is at most this high
TITLE, WORDS, LABEL, SMALL = 30, 36, 36, 24


class NoWords(Problem):
    """Nothing was written, or nothing but spaces and control characters."""

    key = "memory_card.no_words"


class TooManyWords(Problem):
    """A text longer than MOST_LETTERS. Values: limit, count."""

    key = "memory_card.long"


class UnknownLicence(Problem):
    """A licence that is not in LICENCES. Values: licence, known."""

    key = "memory_card.licence"


@dataclass(frozen=True)
class Licence:
    """What others may do with a card: `spdx` is the name at spdx.org, and where there is none "LicenseRef-…"."""

    title: str
    spdx: str
    address: str


LICENCES: Mapping[str, Licence] = MappingProxyType(
    {
        "private": Licence("All rights reserved", "LicenseRef-all-rights-reserved", ""),
        "cc0": Licence("CC0 1.0", "CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        "cc-by": Licence("CC BY 4.0", "CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
    }
)


@dataclass(frozen=True, eq=False)
class Memory:
    """A marked part of a picture and what it means to somebody, with the model's answer about the whole picture.

    `picture` is upright RGB. `mask` is (height, width) bool, True where the part is. `words` are tidied. `licence` is a
    key of LICENCES. Raises NoWords, TooManyWords, NothingMarked, BadMask or UnknownLicence.
    """

    picture: Image.Image
    mask: Marks
    words: str
    explanation: Explanation
    day: date
    licence: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "words", tidy(self.words))
        if not self.words:
            raise NoWords
        if len(self.words) > MOST_LETTERS:
            raise TooManyWords(limit=MOST_LETTERS, count=len(self.words))
        if self.mask.shape != (self.picture.height, self.picture.width) or self.mask.dtype != np.bool_:
            raise BadMask
        if not self.mask.any():
            raise NothingMarked
        if self.licence not in LICENCES:
            raise UnknownLicence(licence=self.licence, known=tuple(LICENCES))

    @property
    def map(self) -> LayerMap:
        """The map that belongs on the card: of the model's default layer."""
        return self.explanation.layer(self.explanation.classifier.spec.default_layer)


@dataclass(frozen=True)
class CardText:
    """What is written on a card besides the visitor's own words: two titles, the model's answer, and a small line."""

    yours: str
    models: str
    label: str
    sure: str
    small: str


@dataclass(frozen=True, eq=False)
class DrawnCard:
    """A memory card as the bytes of a PNG without metadata.

    `marked` and `mapped` are where the picture with its outline and the picture with its map lie in it: left, top,
    width and height in pixels. `complete` is False when some of the visitor's letters could not be drawn.
    """

    png: bytes
    marked: Place
    mapped: Place
    complete: bool


def draw_memory_card(memory: Memory, text: CardText) -> DrawnCard:
    """Draw a memory card of 1,200 pixels across: on the left the person, on the right the model."""
    letters = Lettering()
    words = letters.drawable(memory.words)
    picture = _fitted(memory.picture)
    height, width = picture.shape[:2]
    seen = memory.explanation.seen
    marked = _outlined(picture, memory.mask)
    mapped = blend(picture, memory.map.grid, (seen.x, seen.y, seen.width, seen.height))

    lefts = (MARGIN, MARGIN + COLUMN + GAP)
    pictures_top = MARGIN + TITLE + GAP
    words_top = pictures_top + height + GAP
    below = (
        (lefts[0], ((words, Style(WORDS, 500, INK)),)),
        (lefts[1], ((text.label, Style(LABEL, 700, INK)), (text.sure, Style(SMALL, 400, SOFT)))),
    )
    columns = [sum(letters.height(line, style, COLUMN) + GAP // 2 for line, style in lines) for _, lines in below]
    rule = words_top + max(columns) + GAP
    small, across = Style(SMALL, 400, SOFT), WIDTH - 2 * MARGIN
    card = np.full((rule + GAP + letters.height(text.small, small, across) + MARGIN, WIDTH, 3), PAPER, np.uint8)

    for left, title, colour in zip(lefts, (text.yours, text.models), (LAKE, EMBER), strict=True):
        letters.draw(card, title, left, MARGIN, Style(TITLE, 700, colour), COLUMN)
        card[pictures_top : pictures_top + height, left : left + COLUMN] = STAGE
    inset = (COLUMN - width) // 2
    places = [(left + inset, pictures_top, width, height) for left in lefts]
    for (left, top, _, _), pixels in zip(places, (marked, mapped), strict=True):
        card[top : top + height, left : left + width] = pixels
    for left, lines in below:
        top = words_top
        for line, style in lines:
            top += letters.draw(card, line, left, top, style, COLUMN) + GAP // 2
    card[rule : rule + 2, MARGIN:-MARGIN] = EDGE
    letters.draw(card, text.small, MARGIN, rule + GAP, small, across)
    return DrawnCard(as_png(card), places[0], places[1], complete=words == memory.words)


def as_png(pixels: Pixels) -> bytes:
    """(H, W, 3) or (H, W) uint8 -> the bytes of a PNG that holds its pixels and nothing else."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _fitted(picture: Image.Image) -> Pixels:
    scale = min(COLUMN / picture.width, HIGHEST / picture.height)
    size = (max(1, round(scale * picture.width)), max(1, round(scale * picture.height)))
    return np.asarray(picture.resize(size, Image.Resampling.LANCZOS))


def _outlined(picture: Pixels, mask: Marks) -> Pixels:
    """The part's outline in the visitor's colour, on a dark one that shows on any picture."""
    height, width = picture.shape[:2]
    fine = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    small = (fine >= min(0.5, float(fine.max()))).astype(np.uint8)  # the smallest mark is still drawn
    contours, _ = cv2.findContours(small, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    outlined = picture.copy()
    lines: tuple[tuple[Colour, int], ...] = ((STAGE, 7), (YOURS, 3))
    for colour, thickness in lines:
        cv2.drawContours(outlined, contours, -1, colour, thickness, cv2.LINE_AA)
    return outlined
