"""What a visitor marked, laid on the map: counted by hand, and said."""

import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.mask import BadMask, NothingMarked, NothingSeen
from page.experiments.you_first import YouFirst
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words import Words
from tests.page import fakes

# One field of the map is red, the others are black: the map's only light.
RED = np.zeros((128, 128, 3), np.uint8)
RED[:64, :64, 0] = 255
PICTURE = Picture(Image.fromarray(RED))


def marks(left: int, right: int, size: tuple[int, int] = (128, 128)) -> Picture:
    """Columns that are marked."""
    made = np.zeros(size, np.uint8)
    made[:, left:right] = 255
    return Picture(Image.fromarray(made).convert("RGB"))


@pytest.fixture
def you_first(words: Words) -> YouFirst:
    return YouFirst(fakes.service(words))


def light() -> Picture:
    made = np.zeros((128, 128), np.uint8)
    made[8:40, 8:40] = 255
    return Picture(Image.fromarray(made).convert("RGB"))


def test_marks_on_the_light_agree_and_all_ten_dots_are_full(you_first: YouFirst, words: Words) -> None:
    told = you_first.run(PICTURE, light())
    assert told["share"] == pytest.approx(1, abs=0.02)
    assert (told["tenths"], told["level"], told["luck"]) == (10, "all", "more")
    assert told["headline"] == words("you_first.level_all")
    assert told["compared"] == words("you_first.luck_more")
    assert told["answer"].startswith("Its answer: red, ")


def test_marks_beside_it_do_not_and_what_it_lit_up_was_left_out(you_first: YouFirst, words: Words) -> None:
    told = you_first.run(PICTURE, marks(90, 128))
    assert (told["share"], told["tenths"], told["level"], told["luck"]) == (0, 0, "none", "less")
    assert told["found_words"] == words("you_first.left_out")


def test_everything_marked_is_as_good_as_luck_and_the_sentence_has_both_numbers(you_first: YouFirst) -> None:
    told = you_first.run(PICTURE, marks(0, 128))
    assert told["share"] == pytest.approx(told["chance"])
    assert told["luck"] == "same"
    tenth = int(10 * told["chance"] + 0.5)
    assert f"{tenth} of them would be where it looked. By luck it would be {tenth}." in told["explained"]
    assert f"the brightest {int(100 * told['chance'] + 0.5)}\u00a0% of its map" in told["explained"]


def test_marks_outside_the_square_are_said_and_a_map_without_a_light_compares_nothing(
    you_first: YouFirst, words: Words
) -> None:
    wide = Picture(Image.new("RGB", (256, 128), (255, 0, 0)))  # red all over: the model sees its middle half
    told = you_first.run(wide, marks(0, 128, (128, 256)))
    assert told["unseen"] == words("you_first.unseen", percent="50\u00a0%")
    assert (told["headline"], told["tenths"], told["explained"]) == (words("you_first.even"), None, "")
    assert json.loads(json.dumps(told)) == told
    with pytest.raises(NothingSeen):
        you_first.run(wide, marks(0, 60, (128, 256)))


def test_outside_the_models_world_the_nearest_word_stands_in_the_place_of_a_percentage(words: Words) -> None:
    told = YouFirst(fakes.limited(words, -1e9)).run(PICTURE, light())
    assert told["answer"] == f"{words('outside.headline')} {words('you_first.nearest', label='red')}"
    assert YouFirst(fakes.limited(words, 1e9)).run(PICTURE, light())["answer"].startswith("Its answer: red, ")


@pytest.mark.parametrize(
    ("picture", "mask", "refused"),
    [
        (None, light(), NoPicture),
        (PICTURE, None, NothingMarked),
        (PICTURE, marks(0, 0), NothingMarked),
        (PICTURE, Picture(Image.new("RGB", (5000, 2), "white")), BadMask),
    ],
)
def test_what_can_not_be_compared_is_refused(you_first: YouFirst, picture: Any, mask: Any, refused: type) -> None:
    with pytest.raises(refused):
        you_first.run(picture, mask)
