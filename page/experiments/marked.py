"""What a visitor or a program marked on a picture, and the name of that part."""

from typing import Any

import numpy as np
from PIL import Image

from explainer.experiments.mask import Mask, NothingMarked, slices
from models.preprocess import Box
from models.problems import Problem
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words import Words
from page.words.echo import tame

LONGEST_NAME = 40  # letters
NINTHS = (
    ("top_left", "top", "top_right"),
    ("left", "middle", "right"),
    ("bottom_left", "bottom", "bottom_right"),
)
EVERYWHERE = 0.8  # of the width and the height: marks that reach so far lie in no one place
AROUND = 0.5  # of the marks' longer side, shown on each side of them


class BadPartName(Problem):
    """The name of a part is no text, or a long one."""

    key = "mask.name"


def marked(mask: Picture | None, picture: Picture | None) -> Mask:
    """A picture of marks, light where something is marked, laid over `picture` whatever its size.

    Raises page.question.NoPicture without a picture, explainer.experiments.mask.NothingMarked, without a mask too, and
    BadMask.
    """
    if picture is None:
        raise NoPicture
    if mask is None:
        raise NothingMarked
    return Mask.fitted(np.asarray(mask.rgb.convert("L")), *picture.size)


def name_of(part: Any) -> str:
    """What the marked part is called, "" for None. Raises BadPartName."""
    if part is None:
        return ""
    if not isinstance(part, str) or len(part.strip()) > LONGEST_NAME:
        raise BadPartName(limit=LONGEST_NAME)
    return tame(part)


def place_of(mask: Mask, seen: Box, words: Words) -> str:
    """In which ninth of what the model saw the middle of the marks lies, in words, or that they reach all over it.

    Raises NothingSeen.
    """
    within = mask.within(seen)
    marks = within.marks[slices(seen, mask.marks)]
    left, top, right, bottom = within.extent
    if min((right - left) / marks.shape[1], (bottom - top) / marks.shape[0]) >= EVERYWHERE:
        return words("place.all_over")
    row, column = (
        min(2, int(3 * float(np.average(np.arange(length) + 0.5, weights=marks.sum(axis=1 - axis))) / length))
        for axis, length in enumerate(marks.shape)
    )
    return words(f"place.{NINTHS[row][column]}")


def cut_around(picture: Image.Image, mask: Mask) -> Image.Image:
    """A square of a picture around the marks on it, or as much of that as there is."""
    left, top, right, bottom = mask.extent
    half = (0.5 + AROUND) * max(right - left, bottom - top)
    x, y = (left + right) / 2, (top + bottom) / 2
    return picture.crop(
        (
            max(0, round(x - half)),
            max(0, round(y - half)),
            min(picture.width, max(right, round(x + half))),
            min(picture.height, max(bottom, round(y + half))),
        )
    )
