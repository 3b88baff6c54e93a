"""Two words, the share and the map of each, and the map of one rather than the other."""

import json
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from PIL import Image
from torch import Tensor

from explainer.target import SameTwice
from models.labels import Labels, UnknownTarget
from page.experiments.dog_or_cat import DogOrCat
from page.experiments.dog_or_cat.dog_or_cat import NotTwo
from page.pictures.picture import Picture
from page.words import Words
from tests.page import fakes

# Red on its left and blue on its right, a little more red: the fake's classes are its colours.
HALVES = np.zeros((32, 32, 3), np.uint8)
HALVES[:, :18, 0] = HALVES[:, 18:, 2] = 255
PICTURE = Picture(Image.fromarray(HALVES))


@pytest.fixture
def dog_or_cat(words: Words) -> DogOrCat:
    return DogOrCat(fakes.service(words))


def test_both_shares_are_those_of_the_model_and_the_rest_is_what_is_left(dog_or_cat: DogOrCat) -> None:
    told = dog_or_cat.run(PICTURE, ["red", "blue"])
    red, blue = 18 / 32, 14 / 32
    scores = np.exp([red - blue, -red - blue, blue - red, 0, 0, 0])
    shares = scores / scores.sum()
    assert [side["label"] for side in told["sides"]] == ["red", "blue"]
    assert [side["share"] for side in told["sides"]] == pytest.approx([shares[0], shares[2]], abs=1e-6)
    assert told["rest"] == pytest.approx(1 - shares[0] - shares[2], abs=1e-6)
    assert told["rather"]["share"] == pytest.approx(shares[0] / (shares[0] + shares[2]), abs=1e-6)


def test_each_side_glows_where_its_colour_is(dog_or_cat: DogOrCat) -> None:
    told = dog_or_cat.run(PICTURE, ["red", "blue"])
    for side, half in zip([*told["sides"], told["rather"]], ("left", "right", "left"), strict=True):
        layer = side["map"]
        grid = np.array(layer["grid"]).reshape(layer["height"], layer["width"])
        left, right = (part.mean() for part in np.array_split(grid, 2, axis=1))
        assert ("left" if left > right else "right") == half, side["label"]


def test_a_group_is_asked_about_as_one_and_its_words_are_counted(dog_or_cat: DogOrCat, words: Words) -> None:
    told = dog_or_cat.run(PICTURE, ["colours", "odd"])
    assert [side["words"] for side in told["sides"]] == [3, 1]
    assert told["words"] == words("dog_or_cat.words", first="colours", second="odd", first_words=3, second_words=1)
    assert told["known"] == ["colours"]
    assert told["rest_words"].startswith("The rest, 2 other words: ")


def test_the_headline_says_both_shares_as_the_page_rounds_them(dog_or_cat: DogOrCat, words: Words) -> None:
    told = dog_or_cat.run(PICTURE, ["red", "odd"])
    shares = [f"{round(100 * side['share'])}\u00a0%" for side in told["sides"]]
    assert told["headline"] == f"Red: {shares[0]}. Odd: {shares[1]}."
    assert told["words"] == "", "two single words need no count"


def test_neither_is_said_with_the_answer(words: Words) -> None:
    sure = DogOrCat(fakes.service(words, fakes.spec("colours", fakes.Source(lambda: fakes.Colours(20)))))
    told = sure.run(Picture(Image.new("RGB", (32, 32), (255, 0, 0))), ["green", "blue"])
    assert (
        told["headline"]
        == "Green: <\u00a01\u00a0%. Blue: <\u00a01\u00a0%. Its answer is “red”, from the group “colours”."
    )


def test_cats_means_all_cats(words: Words) -> None:
    cats = MappingProxyType({"cats": (0,), "big cats": (1,)})
    labels = Labels(fakes.NAMES, tuple((name,) for name in fakes.NAMES), cats)
    asked = DogOrCat(fakes.service(words, fakes.spec(source=fakes.Source(labels=labels))))
    told = asked.run(PICTURE, ["cats", "blue"])
    assert told["sides"][0]["words"] == 2
    with pytest.raises(SameTwice):
        asked.run(PICTURE, ["cats", "big cats"])


def test_the_first_two_answers_are_asked_about_where_nothing_is_said(dog_or_cat: DogOrCat) -> None:
    told = dog_or_cat.run(PICTURE)
    assert [side["label"] for side in told["sides"]] == ["red", "pale <b>"]  # of equal ones the first


@pytest.mark.parametrize(
    ("shares", "printed"),
    [
        ((0.904, 0.006), ("90", "1", "9")),
        ((0.905, 0.005), ("91", "1", "8")),  # each rounded by itself: 91, 1 and 9
        ((0.505, 0.495), ("51", "49", "< 1")),
        ((0.504, 0.494), ("50", "49", "< 1")),
        ((0.999, 0.0), ("> 99", "< 1", "< 1")),
    ],
)
def test_whole_percentages_add_up_to_a_hundred(
    dog_or_cat: DogOrCat, shares: tuple[float, float], printed: tuple[str, ...]
) -> None:
    said = [each.replace("\u00a0", " ").removesuffix(" %") for each in dog_or_cat._printed(*shares)]
    assert tuple(said) == printed


def test_the_result_is_plain_json(dog_or_cat: DogOrCat) -> None:
    told = dog_or_cat.run(PICTURE, ["red", "blue"])
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("between", ["red", 7, [], ["red"], ["red", "blue", "odd"], ["red", "  "], {"a": "red"}])
def test_anything_but_two_words_is_refused(dog_or_cat: DogOrCat, between: Any) -> None:
    with pytest.raises(NotTwo):
        dog_or_cat.run(PICTURE, between)


def test_unknown_words_and_overlaps_are_refused(dog_or_cat: DogOrCat) -> None:
    with pytest.raises(UnknownTarget):
        dog_or_cat.run(PICTURE, ["red", "xyzzy"])
    with pytest.raises(SameTwice):
        dog_or_cat.run(PICTURE, ["red", "colours"])


def test_three_maps_take_one_forward_pass(words: Words) -> None:
    passes: list[int] = []

    class Counted(fakes.Colours):
        def forward(self, inputs: Tensor) -> Tensor:
            passes.append(len(inputs))
            return super().forward(inputs)

    counting = DogOrCat(fakes.service(words, fakes.spec("colours", fakes.Source(Counted))))
    assert len(counting.run(PICTURE, ["red", "blue"])["sides"]) == 2
    assert passes == [1]
