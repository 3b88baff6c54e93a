"""A part is covered: what is said before and after, what it is compared with, and what is refused."""

import base64
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from explainer.experiments.cover import NothingBright
from explainer.experiments.fill import UnknownFilling
from explainer.experiments.mask import NothingMarked, TooMuchMarked
from page.experiments.cover import CoverUp
from page.experiments.marked import BadPartName
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words import Words
from tests.page import fakes

# A red patch on black: the fake's classes are its colours, and its map lies where a colour is.
RED = np.zeros((32, 32, 3), np.uint8)
RED[4:12, 4:12, 0] = 255
PICTURE = Picture(Image.fromarray(RED))


def marks(rows: slice, columns: slice, side: int = 64) -> Picture:
    """A mask twice as fine as the picture."""
    mask = np.zeros((side, side, 3), np.uint8)
    mask[rows, columns] = 255
    return Picture(Image.fromarray(mask))


PATCH = marks(slice(8, 24), slice(8, 24))


def share_of_red(pixels: NDArray[np.uint8]) -> float:
    red, green, blue = pixels.mean(axis=(0, 1)) / 255
    scores = np.exp([red - green - blue, green - red - blue, blue - red - green, 0, 0, 0])
    return float(scores[0] / scores.sum())


def opened(address: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(address.split(",")[1])))


@pytest.fixture
def cover_up(words: Words) -> CoverUp:
    return CoverUp(fakes.service(words))


def test_shares_before_and_after_are_those_of_the_two_pictures(cover_up: CoverUp) -> None:
    told = cover_up.run(PICTURE, PATCH, "grey", "the patch")
    covered = RED.copy()
    covered[4:12, 4:12] = round(0.299 * 255 * 64 / 1024)
    assert told["label"] == "red"
    assert told["before"]["share"] == pytest.approx(share_of_red(RED), abs=1e-6)
    assert told["after"]["share"] == pytest.approx(share_of_red(covered), abs=1e-6)
    assert told["covered"] == pytest.approx(64 / 1024)
    assert told["marked"] == [4 / 32, 4 / 32, 8 / 32, 8 / 32]


def test_as_much_is_covered_elsewhere_where_the_map_is_dark(cover_up: CoverUp) -> None:
    elsewhere = cover_up.run(PICTURE, PATCH, "grey")["elsewhere"]
    assert elsewhere["share"] == pytest.approx(np.mean(elsewhere["shares"]))
    assert 1 <= len(elsewhere["places"]) == len(elsewhere["shares"]) <= 5
    for x, y, width, height in elsewhere["places"]:
        assert (width, height) == (8 / 32, 8 / 32)
        assert x >= 12 / 32 or y >= 12 / 32, "it overlaps the patch"


def test_the_sentences_name_the_part_and_both_numbers(cover_up: CoverUp) -> None:
    named = cover_up.run(PICTURE, PATCH, "grey", " the  patch ")
    assert named["headline"] == f"Without the patch: {named['before_percent']} → {named['after_percent']}"
    assert named["part"] == "The patch"
    unnamed = cover_up.run(PICTURE, PATCH, "grey")
    assert unnamed["headline"].startswith("Without that part: ")
    assert unnamed["compared"].startswith("As much covered elsewhere: ")


def test_the_first_answer_is_said_to_be_the_same_or_another_one(cover_up: CoverUp) -> None:
    same = cover_up.run(PICTURE, marks(slice(40, 56), slice(40, 56)), "grey")
    assert (same["changed"], same["still"]) == (False, "It still says “red”, about as sure.")
    loud = CoverUp(fakes.service(cover_up.words, fakes.spec(source=fakes.Source(lambda: fakes.Colours(200.0)))))
    less = loud.run(PICTURE, marks(slice(8, 24), slice(8, 22)), "grey")
    assert (less["changed"], less["still"]) == (False, "It still says “red”, but it is far less sure.")
    other = loud.run(PICTURE, PATCH, "grey")
    assert other["changed"]
    assert other["still"].startswith(f"Now it says “{other['after']['answer']}”: ")
    of_green = cover_up.run(PICTURE, PATCH, "grey", target="green")
    assert of_green["changed"] or of_green["still"] == "It still says “red” first."


def test_a_try_has_a_place_and_pictures_of_the_marks_and_what_is_around_them(cover_up: CoverUp) -> None:
    told = cover_up.run(PICTURE, PATCH, "grey")
    assert told["place"] == "At the top left"
    shown = np.asarray(opened(told["marks"]).convert("L")) > 127
    assert shown.shape == (32, 32)
    assert shown[4:12, 4:12].all()
    assert shown.sum() == 64
    assert opened(told["thumbnail"]).size == (16, 16)  # half of its 8 pixels more on each side
    corners = np.zeros((64, 64, 3), np.uint8)
    corners[:8, :8] = corners[-8:, -8:] = 255
    both = cover_up.run(PICTURE, Picture(Image.fromarray(corners)), "grey")
    assert both["place"] == "All over the picture", "and not in the middle, where nothing is marked"


def test_without_a_mask_it_covers_the_bright_part(cover_up: CoverUp) -> None:
    told = cover_up.run(PICTURE)
    assert told["headline"].startswith("Without the bright part: ")
    assert told["covered"] == pytest.approx(0.1, abs=0.05)  # a fake's map has few values
    with pytest.raises(NothingBright):
        cover_up.run(Picture(Image.new("RGB", (32, 32))))


def test_places_that_overlap_or_glow_are_told(cover_up: CoverUp) -> None:
    note = cover_up.run(PICTURE, marks(slice(0, 40), slice(0, 40)), "grey")["elsewhere_note"]
    assert "No free place of this size was left" in note
    assert cover_up.run(PICTURE, PATCH, "grey")["elsewhere_note"] == ""
    strip = cover_up.run(PICTURE, marks(slice(8, 24), slice(4, 60)), "grey")  # there is room below it alone
    count = len(strip["elsewhere"]["places"])
    assert 0 < count < 5
    assert ("one other place" if count == 1 else f"{count} other places") in strip["elsewhere_note"]
    slope = np.zeros((32, 32, 3), np.uint8)
    slope[..., 0] = np.linspace(100, 255, 32)
    glowing = cover_up.run(Picture(Image.fromarray(slope)), marks(slice(8, 24), slice(48, 64)), "grey")
    assert glowing["elsewhere"]["dark"] is False
    assert glowing["elsewhere_note"].startswith("No dark place of this size was left")


def test_where_nothing_is_left_to_compare_with_it_says_so(cover_up: CoverUp) -> None:
    told = cover_up.run(PICTURE, marks(slice(8, 56), slice(8, 56)), "grey")
    assert told["elsewhere"] is None
    assert "nothing to compare with" in told["compared"]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"mask": marks(slice(0), slice(0))}, NothingMarked),
        ({"mask": marks(slice(0, 64), slice(0, 64))}, TooMuchMarked),
        ({"mask": PATCH, "filling": "glitter"}, UnknownFilling),
        ({"mask": PATCH, "part": 5}, BadPartName),
        ({"mask": PATCH, "part": "x" * 41}, BadPartName),
    ],
)
def test_what_can_not_be_done_is_a_sentence(
    cover_up: CoverUp, words: Words, values: dict[str, Any], problem: type[Exception]
) -> None:
    with pytest.raises(problem) as caught:
        cover_up.run(PICTURE, **values)
    assert words.of(caught.value).endswith(".")  # type: ignore[arg-type]


def test_without_a_picture_there_is_nothing_to_cover(cover_up: CoverUp) -> None:
    with pytest.raises(NoPicture):
        cover_up.run(None, PATCH)  # type: ignore[arg-type]
