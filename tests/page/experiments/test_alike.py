"""Squares like one, behind the page: those of pictures that can be read, as small pictures."""

import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.squares import NoSuchSquare
from page.experiments.alike import Alike
from page.experiments.alike.alike import MOST_OTHERS, NotASquare
from page.pictures.picture import BrokenPicture, Picture
from page.question import NoPicture
from page.words import Words
from tests.page import fakes


def halves(left: tuple[int, int, int], right: tuple[int, int, int]) -> Picture:
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[:, :16], pixels[:, 16:] = left, right
    return Picture(Image.fromarray(pixels))


RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 255, 0)
PICTURE = halves(RED, BLUE)


@pytest.fixture
def alike(words: Words) -> Alike:
    return Alike(fakes.service(words))


def broken() -> Picture:
    raise BrokenPicture


def test_red_is_most_like_red_in_another_picture(alike: Alike) -> None:
    told = alike.run(PICTURE, [broken, lambda: halves(GREEN, RED)], [0, 0])["alike"]
    assert told[0]["likeness"] == pytest.approx(1)
    assert {each["number"] for each in told} == {1}, "they are numbered as they were given"
    assert {each["column"] for each in told} <= {2, 3}, "its right half"
    assert told[0]["picture"].startswith("data:image/jpeg;base64,")
    assert json.loads(json.dumps(told)) == told


def test_the_same_file_is_opened_once_however_often_it_is_given(alike: Alike) -> None:
    opened = []

    def red() -> Picture:
        opened.append(1)
        return halves(GREEN, RED)

    told = alike.run(PICTURE, [broken, red, red, red], [0, 0])["alike"]
    assert {each["number"] for each in told} == {1}
    assert len({(each["row"], each["column"]) for each in told}) == len(told)
    assert opened == [1]


def test_the_same_picture_is_no_other_one(alike: Alike) -> None:
    assert alike.run(PICTURE, [lambda: PICTURE], [0, 0])["alike"] == []


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"picture": None}, NoPicture),
        ({"square": None}, NotASquare),
        ({"square": [0]}, NotASquare),
        ({"square": [0, 0.5]}, NotASquare),
        ({"square": [True, 0]}, NotASquare),
        ({"square": [9, 0]}, NoSuchSquare),
        ({"others": None}, NotASquare),
        ({"others": [broken] * (MOST_OTHERS + 1)}, NotASquare),
    ],
)
def test_what_can_not_be_is_refused(alike: Alike, values: dict[str, Any], problem: type[Exception]) -> None:
    with pytest.raises(problem):
        alike.run(**({"picture": PICTURE, "others": [], "square": [0, 0]} | values))
