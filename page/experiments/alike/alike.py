"""Which squares of other pictures are most like one square of this one, as the model's last stage has it."""

from typing import Any

from PIL import Image

from explainer.experiments.squares import squares_alike
from models.preprocess import Box
from models.problems import Problem
from page.experiments.experiment import Experiment
from page.experiments.parameters import AnyJson, OnePicture, Pictures, Text
from page.pictures.picture import Picture
from page.pictures.together import Opening, key_of
from page.question import NoPicture
from page.reply import Json, as_address

MOST_OTHERS = 12
SHOWN = 160  # pixels along a side of a square that is shown
AROUND = 0.5  # of a square, shown on each side of it


class NotASquare(Problem):
    """Something else than a row and a column, or too many pictures. Values: limit."""

    key = "grid.not_a_square"


class Alike(Experiment):
    """A part of experiment 11."""

    name = "alike"
    card = False
    long = True

    def run(self, picture: OnePicture, others: Pictures, square: AnyJson = None, model: Text = None) -> Json:
        """Find the squares most like one in other pictures.

        Args:
            picture: a decoded picture.
            others: functions that decode one picture each, 12 at most; what can't be read is left out. Nothing of them
                is kept.
            square: the row and column, from 0, of a square of the last layer's map.
            model: as in `/explain`.

        Returns:
            `alike`: up to six squares, the most alike first: the number of the picture among `others`, from 0, `row`,
            `column`, `likeness`, -1..1, and a `picture` of what lies there.

        Raises:
            NotASquare: `square` is no row and column, or there are too many pictures.
            explainer.experiments.squares.NoSuchSquare: it is not on the map.
            models.problems.Problem: as in `/explain`.
        """
        if picture is None:
            raise NoPicture
        row, column = _pair(square)
        if not isinstance(others, (list, tuple)) or len(others) > MOST_OTHERS:
            raise NotASquare(limit=MOST_OTHERS)
        asking = self.service.asking(model)
        once = {key_of(each): number for number, each in reversed([*enumerate(others)])}  # the same file is asked once
        opened = [(number, each) for number in sorted(once.values()) if (each := _opened(others[number]))]
        pictures = [each.rgb for _, each in opened]
        found = squares_alike(asking.classifier, picture.rgb, (row, column), pictures, engine=asking.quick)
        return {
            "alike": [
                {
                    "number": opened[each.picture][0],
                    "row": each.row,
                    "column": each.column,
                    "likeness": each.likeness,
                    "picture": as_address(Picture(_cut(pictures[each.picture], each.part)), SHOWN),
                }
                for each in found
            ]
        }


def _pair(square: Any) -> tuple[int, int]:
    """A row and a column. Raises NotASquare."""
    if not isinstance(square, (list, tuple)) or len(square) != 2:
        raise NotASquare(limit=MOST_OTHERS)
    if not all(isinstance(each, int) and not isinstance(each, bool) for each in square):
        raise NotASquare(limit=MOST_OTHERS)
    row, column = square
    return row, column


def _opened(opening: Opening) -> Picture | None:
    """A picture, or None for one that can't be read: it is only one of many to compare with."""
    try:
        return opening()
    except Problem:
        return None


def _cut(picture: Image.Image, part: Box) -> Image.Image:
    """A part of a picture with some of what is around it."""
    left, right = part.x - AROUND * part.width, part.x + (1 + AROUND) * part.width
    top, bottom = part.y - AROUND * part.height, part.y + (1 + AROUND) * part.height
    width, height = picture.size
    return picture.crop(
        (
            max(0, round(left * width)),
            max(0, round(top * height)),
            min(width, max(1, round(right * width))),
            min(height, max(1, round(bottom * height))),
        )
    )
