"""What speaks for a word and what against it, behind the page."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from explainer.diverging import STOPS
from explainer.target import SameTwice
from page.experiments.for_and_against import ForAndAgainst
from page.experiments.for_and_against.for_and_against import NoTarget
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words import Words
from tests.page import fakes

# Red on its left and blue on its right: for the fake, blue speaks against red as much as red speaks for it.
HALVES = np.zeros((32, 32, 3), np.uint8)
HALVES[:, :16, 0] = HALVES[:, 16:, 2] = 255
PICTURE = Picture(Image.fromarray(HALVES))


@pytest.fixture(scope="module")
def weigh(words: Words) -> ForAndAgainst:
    return ForAndAgainst(fakes.service(words))


def test_red_speaks_for_red_and_blue_against_it(weigh: ForAndAgainst) -> None:
    told = weigh.run(PICTURE, target="red")
    grid = np.array(told["map"]["grid"]).reshape(told["map"]["height"], told["map"]["width"])
    left, right = np.array_split(grid, 2, axis=1)
    assert (left == 1).all()
    assert (right == -1).all()
    assert told["share_for"] == pytest.approx(0.5)
    assert told["headline"] == "In “Whole things”, 50\u00a0% of what counts speaks for “red”, and 50\u00a0% against it."
    assert json.loads(json.dumps(told)) == told


def test_the_picture_is_orange_where_something_speaks_for_it_and_blue_where_against(weigh: ForAndAgainst) -> None:
    told = weigh.run(Picture(Image.fromarray(HALVES // 2)), target="red")
    drawn = np.asarray(Image.open(io.BytesIO(base64.b64decode(told["picture"].partition(",")[2])))).astype(int)
    (red, _, blue), (other_red, _, other_blue) = drawn[16, 4], drawn[16, 28]
    assert red > blue + 60
    assert other_blue > other_red + 60
    assert told["colours"] == [list(stop) for stop in STOPS]


@pytest.mark.parametrize(
    ("colour", "key"), [((255, 0, 0), "all_for"), ((0, 0, 255), "all_against"), ((0, 0, 0), "nothing")]
)
def test_one_sided_maps_are_said_to_be(
    weigh: ForAndAgainst, words: Words, colour: tuple[int, int, int], key: str
) -> None:
    told = weigh.run(Picture(Image.new("RGB", (32, 32), colour)), target="red")
    said = {"label": "red"} if key == "nothing" else {"label": "red", "layer": "Whole things", "share": "100\u00a0%"}
    assert told["headline"] == words(f"for_and_against.{key}", **said)


def test_a_rival_makes_it_one_rather_than_the_other(weigh: ForAndAgainst) -> None:
    told = weigh.run(PICTURE, target="0", rival="2")
    assert told["label"] == "red rather than blue"
    assert told["headline"] == "In “Whole things”, 50\u00a0% of what counts speaks for “red”, and 50\u00a0% for “blue”."


def test_each_layer_says_how_much_is_against_it_and_the_most_is_named(weigh: ForAndAgainst) -> None:
    # Two rows are red and two are rather blue: the early layer sees them apart, the late one together, more red than
    # blue.
    pixels = np.zeros((32, 32, 3), np.uint8)
    pixels[..., 0] = 255
    pixels[::4] = pixels[1::4] = (60, 0, 255)
    told = weigh.run(Picture(Image.fromarray(pixels)), target="red", layer="late")
    assert [each["title"] for each in told["layers"]] == ["Edges", "Whole things"]
    early, late = (each["share_against"] for each in told["layers"])
    assert late == pytest.approx(1 - told["share_for"])
    assert early > late
    assert told["most"] == f"Most is against it in “Edges”: {round(100 * early)}\u00a0% of what counts there."


def test_what_is_against_it_is_tried_out_where_there_is_any(words: Words) -> None:
    weigh = ForAndAgainst(fakes.service(words, fakes.spec("colours", fakes.Source(lambda: fakes.Colours(5)))))
    told = weigh.run(PICTURE, target="red")
    assert told["without"] > told["confidence"] + 0.03
    before, after = (round(100 * told[key]) for key in ("confidence", "without"))
    assert told["tried"].endswith(
        f"“red”: {before}\u00a0% before, {after}\u00a0% after. {words('for_and_against.tried_more')}"
    )
    only = weigh.run(Picture(Image.new("RGB", (32, 32), (255, 0, 0))), target="red")
    assert (only["without"], only["tried"], only["most"]) == (None, "", "")


def test_what_cannot_be_weighed_is_refused(weigh: ForAndAgainst) -> None:
    with pytest.raises(NoTarget):
        weigh.run(PICTURE, rival="blue")
    with pytest.raises(SameTwice):
        weigh.run(PICTURE, target="red", rival="red")
    with pytest.raises(NoPicture):
        weigh.run(None)  # type: ignore[arg-type]
