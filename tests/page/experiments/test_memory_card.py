"""One card, and several as a data set: what a person says, beside what the model says."""

import base64
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.mask import NothingMarked
from explainer.experiments.memory import MOST_LETTERS, NoWords, TooManyWords, UnknownLicence
from explainer.experiments.memory_cards import MOST_CARDS, NoCards, TooManyCards
from page.experiments.memory_card import MemoryCard, MemoryCards
from page.experiments.memory_card.memory_cards import LONGEST, CardsDiffer
from page.pictures.picture import BrokenPicture, Picture
from page.pictures.together import Given
from page.question import NoPicture
from page.words import Words, speaking
from tests.page import fakes

# Red on its left and blue on its right, a little more red: the answer is red, and its map lies on the left.
HALVES = np.zeros((32, 32, 3), np.uint8)
HALVES[:, :18, 0] = HALVES[:, 18:, 2] = 255
PICTURE = Picture(Image.fromarray(HALVES))


def mask(left: int, right: int) -> Picture:
    """Marks from one column to another, on a mask twice as large as the picture."""
    marks = np.zeros((64, 64), np.uint8)
    marks[:, 2 * left : 2 * right] = 255
    return Picture(Image.fromarray(marks).convert("RGB"))


LEFT, RIGHT, NONE = mask(0, 8), mask(24, 32), mask(0, 0)


@pytest.fixture
def card(words: Words, monkeypatch: pytest.MonkeyPatch) -> MemoryCard:
    monkeypatch.setattr(MemoryCard, "today", staticmethod(lambda: date(2026, 5, 2)))
    return MemoryCard(fakes.service(words))


@pytest.fixture
def several(words: Words, monkeypatch: pytest.MonkeyPatch) -> MemoryCards:
    monkeypatch.setattr(MemoryCards, "today", staticmethod(lambda: date(2026, 5, 2)))
    return MemoryCards(fakes.service(words))


def given(*pictures: Picture) -> list[Callable[[], Picture]]:
    return [lambda picture=picture: picture for picture in pictures]  # type: ignore[misc]


def opened(told: dict[str, Any]) -> zipfile.ZipFile:
    kind, data = told["zip"].split(",")
    assert kind == "data:application/zip;base64"
    return zipfile.ZipFile(io.BytesIO(base64.b64decode(data)))


def test_card_is_a_png_and_the_sentence_has_both_sides(card: MemoryCard) -> None:
    told = card.run(PICTURE, LEFT, "  warm as\nthe stove. ")
    picture = Image.open(io.BytesIO(base64.b64decode(told["card"].removeprefix("data:image/png;base64,"))))
    assert (picture.format, picture.width, picture.info) == ("PNG", 1200, {})
    assert told["meaning"] == "warm as the stove."
    percent = f"{round(100 * told['share'])}\u00a0%"
    assert told["headline"] == f"To you: “warm as the stove”. To the model: “red”, {percent}."


def test_outside_the_models_world_the_nearest_word_stands_in_the_place_of_a_percentage(words: Words) -> None:
    inside, outside = (MemoryCard(fakes.limited(words, limit)).run(PICTURE, LEFT, "warm") for limit in (1e9, -1e9))
    assert outside["headline"] == words("memory_card.outside", meaning="warm", label="red")
    assert outside["nearest"] == words("viewer.caption_outside", label="red")
    assert inside["nearest"] == ""
    assert "%" in inside["headline"]
    assert outside["card"] != inside["card"], "nor on the card"


def test_marks_are_compared_with_the_map_and_with_luck(card: MemoryCard) -> None:
    on, off = card.run(PICTURE, LEFT, "warm"), card.run(PICTURE, RIGHT, "cold")
    assert on["overlap"]["share"] > on["overlap"]["chance"] > off["overlap"]["share"]
    assert off["compared"].startswith(
        "<\u00a01\u00a0% of what you marked is in the brightest fifth of its map. By luck "
    )


def test_marks_that_the_model_did_not_see_still_make_a_card(card: MemoryCard, words: Words) -> None:
    wide = Picture(Image.fromarray(np.concatenate([HALVES, HALVES, HALVES], axis=1)))
    told = card.run(wide, LEFT, "the edge")
    assert told["overlap"] is None
    assert told["compared"] == words("memory_card.unseen")
    assert told["card"]


def test_letters_that_could_not_be_drawn_are_told(card: MemoryCard, words: Words) -> None:
    assert card.run(PICTURE, LEFT, "warm 🐶")["left_out"] == words("memory_card.left_out")
    assert card.run(PICTURE, LEFT, "warm")["left_out"] == ""


def test_the_result_is_plain_json(card: MemoryCard) -> None:
    told = card.run(PICTURE, LEFT, "warm", "cc0")
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ((None, LEFT, "warm"), NoPicture),
        ((PICTURE, None, "warm"), NothingMarked),
        ((PICTURE, NONE, "warm"), NothingMarked),
        ((PICTURE, LEFT, None), NoWords),
        ((PICTURE, LEFT, 7), NoWords),
        ((PICTURE, LEFT, " \n "), NoWords),
        ((PICTURE, LEFT, "a" * (MOST_LETTERS + 1)), TooManyWords),
        ((PICTURE, LEFT, "warm", "mine"), UnknownLicence),
        ((PICTURE, LEFT, "warm", ["cc0"]), UnknownLicence),
    ],
)
def test_what_makes_no_card_is_refused(card: MemoryCard, values: tuple[Any, ...], problem: type[Exception]) -> None:
    with pytest.raises(problem):
        card.run(*values)


def test_several_cards_become_a_data_set(several: MemoryCards) -> None:
    large = Picture(PICTURE.rgb.resize((2000, 1000)))
    told = several.run(given(PICTURE, large), given(LEFT, RIGHT), ["warm", "cold"], ["cc0", "private"])
    archive = opened(told)
    records = [json.loads(line) for line in archive.read("memories.jsonl").decode().splitlines()]
    assert [record["words"] for record in records] == ["warm", "cold"]
    assert [record["licence"] for record in records] == ["CC0-1.0", "LicenseRef-all-rights-reserved"]
    assert [record["region"]["x"] for record in records] == [0.0, 0.75]
    assert {record["date"] for record in records} == {"2026-05-02"}
    for place in ("pictures/002.png", "masks/002.png"):
        assert Image.open(io.BytesIO(archive.read(place))).size == (LONGEST, LONGEST // 2)
    datasheet = archive.read("DATASHEET.md").decode()
    assert datasheet.startswith("# Datasheet of memory cards: 2")
    assert "The model is Colours" in datasheet


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ((None,), NoCards),
        (([],), NoCards),
        (("pictures",), NoCards),
        ((given(*[PICTURE] * (MOST_CARDS + 1)),), TooManyCards),
        ((given(PICTURE), None, ["warm"]), CardsDiffer),
        ((given(PICTURE), given(LEFT), "w"), CardsDiffer),
        ((given(PICTURE), given(LEFT), ["warm", "cold"]), CardsDiffer),
        ((given(PICTURE), given(LEFT), ["warm"], ["cc0", "cc0"]), CardsDiffer),
        ((given(PICTURE), given(NONE), ["warm"]), NothingMarked),
        ((given(PICTURE), given(LEFT), [None]), NoWords),
    ],
)
def test_what_makes_no_data_set_is_refused(
    several: MemoryCards, values: tuple[Any, ...], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        several.run(*values)


def test_a_broken_picture_refuses_all(several: MemoryCards) -> None:
    def broken() -> Picture:
        raise BrokenPicture

    with pytest.raises(BrokenPicture):
        several.run([broken], given(LEFT), ["warm"])


def test_small_print_of_a_card_is_in_letters_that_can_be_drawn(card: MemoryCard) -> None:
    cards = []
    for language in ("en", "ar", "de"):
        with speaking(language):
            told = card.run(PICTURE, LEFT, "soft", "private")
            cards.append(told["card"])
    assert cards[0] == cards[1] != cards[2]


def test_same_file_is_decoded_once_for_all_its_cards(several: MemoryCards) -> None:
    decoded: list[int] = []

    def opening() -> Picture:
        decoded.append(1)
        return PICTURE

    told = several.run([Given("a", 1, opening) for _ in range(12)], given(LEFT) * 12, ["warm"] * 12)
    assert (told["count"], len(decoded)) == (12, 1)
