"""What a visitor or a program marked on a picture, and the name of that part."""

from typing import Any

import numpy as np

from explainer.experiments.mask import Mask, NothingMarked
from models.problems import Problem
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words.echo import tame

LONGEST_NAME = 40  # letters


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
    return Mask.fitted(np.asarray(mask.rgb.convert("L")), *picture.rgb.size)


def name_of(part: Any) -> str:
    """What the marked part is called, "" for None. Raises BadPartName."""
    if part is None:
        return ""
    if not isinstance(part, str) or len(part.strip()) > LONGEST_NAME:
        raise BadPartName(limit=LONGEST_NAME)
    return tame(part)
