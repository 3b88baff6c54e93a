"""Memory card: a memory drawn as one picture to keep, the person on the left and the model on the right."""

from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from PIL import Image

from explainer.experiments.lettering import Colour, Lettering, Style
from explainer.experiments.mask import Marks
from explainer.experiments.memory import Memory
from explainer.heatmap import Pixels, blend

Rectangle = tuple[int, int, int, int]

PAPER, STAGE = (245, 239, 228), (21, 17, 14)
INK, SOFT, LAKE, EMBER, EDGE = (32, 27, 22), (92, 83, 74), (10, 90, 105), (160, 56, 10), (222, 211, 194)
YOURS = (95, 208, 224)
WIDTH, MARGIN, GAP = 1200, 48, 24
COLUMN = (WIDTH - 2 * MARGIN - GAP) // 2
HIGHEST = 720  # a picture on the card is at most this high
TITLE, WORDS, LABEL, SMALL = 30, 36, 36, 24


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
    marked: Rectangle
    mapped: Rectangle
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
