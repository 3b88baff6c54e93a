"""A picture in a costume: before and after, in numbers and in one sentence."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.dress_up import COSTUMES, MOST_PIECES, BadPiece, Piece, TooManyPieces, UnknownPiece, dressed
from models.labels import UnknownTarget
from page.experiments.dress_up import DressUp
from page.experiments.dress_up.dress_up import NothingOn
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words import Words
from tests.page import fakes

RED = Picture(Image.new("RGB", (64, 64), (255, 0, 0)))
# The grass is green, and this much of it is more than what is left of the red.
MEADOW = [{"piece": "grass", "x": 0.5, "y": y, "width": 1.6} for y in (0.1, 0.3, 0.5, 0.7, 0.9)]
BOW = [{"piece": "bow_tie", "x": 0.5, "y": 0.5, "width": 0.05, "turn": 20}]


@pytest.fixture
def dress_up(words: Words) -> DressUp:
    return DressUp(fakes.service(words))


def share(picture: Image.Image, colour: int) -> float:
    """What the fake says of a picture, by hand."""
    means = np.asarray(picture.resize((fakes.SIDE, fakes.SIDE), Image.Resampling.BILINEAR)).mean(axis=(0, 1)) / 255
    scores = np.exp([*(2 * means - means.sum()), 0, 0, 0])
    return float(scores[colour] / scores.sum())


def test_both_shares_are_for_the_answer_of_before(dress_up: DressUp) -> None:
    told = dress_up.run(RED, MEADOW)
    after = dressed(RED.rgb, [Piece(**piece) for piece in MEADOW])
    assert told["label"] == "red"
    assert told["before"]["share"] == pytest.approx(share(RED.rgb, 0), abs=1e-4)
    assert told["after"]["share"] == pytest.approx(share(after, 0), abs=0.01)
    assert told["after"]["share"] < told["before"]["share"]


def test_another_answer_is_said(words: Words) -> None:
    sure = fakes.spec("colours", fakes.Source(lambda: fakes.Colours(10)))
    told = DressUp(fakes.service(words, sure)).run(RED, MEADOW)
    new = told["after"]["answer"]["label"]
    assert told["changed"]
    assert new != "red"
    assert told["verdict"] == words("dress_up.other", answer=new, before="red")
    assert told["headline"].startswith("With grass: “red” falls from >\u00a099\u00a0% to ")


def test_small_pieces_hardly_matter_and_all_are_named(dress_up: DressUp, words: Words) -> None:
    told = dress_up.run(RED, [*BOW, {**BOW[0], "piece": "wig"}, {**BOW[0], "piece": "hat"}, *BOW])
    assert told["verdict"] == words("dress_up.same")
    assert told["headline"].startswith("With a bow tie, a wig and a hat: “red” falls from ")
    assert told["costume"] == "A bow tie, a wig and a hat"


def test_the_picture_is_the_one_that_was_asked_about(dress_up: DressUp) -> None:
    told = dress_up.run(RED, MEADOW)
    kind, data = told["picture"].split(",")
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))).astype(int)
    asked = np.asarray(dressed(RED.rgb, [Piece(**piece) for piece in MEADOW])).astype(int)
    assert kind == "data:image/jpeg;base64"
    assert abs(shown.mean(axis=(0, 1)) - asked.mean(axis=(0, 1))).max() < 4


def test_a_target_of_ones_own_is_followed(dress_up: DressUp) -> None:
    assert dress_up.run(RED, BOW, "colours")["label"] == "colours"
    with pytest.raises(UnknownTarget):
        dress_up.run(RED, BOW, "xyzzy")


def test_the_result_is_plain_json(dress_up: DressUp) -> None:
    told = dress_up.run(RED, BOW)
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(
    ("pieces", "problem"),
    [
        (None, NothingOn),
        ([], NothingOn),
        ("hat", NothingOn),
        ({"piece": "hat"}, NothingOn),
        (["hat"], NothingOn),
        ([{"piece": "hat", "x": 0.5, "y": 0.5}], NothingOn),
        ([{**BOW[0], "colour": "red"}], NothingOn),
        ([{**BOW[0], "piece": "../card"}], UnknownPiece),
        ([{**BOW[0], "piece": ["hat"]}], UnknownPiece),
        ([{**BOW[0], "x": "0.5"}], BadPiece),
        ([{**BOW[0], "y": 1.5}], BadPiece),
        ([{**BOW[0], "turn": None}], BadPiece),
        (BOW * (MOST_PIECES + 1), TooManyPieces),
        ([{}] * 1000, TooManyPieces),
        ([{**BOW[0], "width": 10**400}], BadPiece),
        ([{**BOW[0], "turn": True}], BadPiece),
    ],
)
def test_bad_pieces_are_refused_with_a_sentence(
    dress_up: DressUp, words: Words, pieces: Any, problem: type[Exception]
) -> None:
    with pytest.raises(problem) as refused:
        dress_up.run(RED, pieces)
    assert words.of(refused.value)  # type: ignore[arg-type]


def test_without_a_picture_it_is_refused(dress_up: DressUp) -> None:
    with pytest.raises(NoPicture):
        dress_up.run(None, BOW)


def test_every_piece_has_a_name(words: Words) -> None:
    assert set(COSTUMES) <= set(words.section("dress_up"))


def test_the_wardrobe_has_every_costume_in_its_own_shape(dress_up: DressUp) -> None:
    told = dress_up.constants()
    assert told["most"] == 12
    assert told["shapes"]["sunglasses"] == pytest.approx(200 / 80)
    assert told["shapes"]["party_hat"] == pytest.approx(120 / 160)
    script = (Path(__file__).parents[3] / "page/experiments/dress_up/wearing.js").read_text(encoding="utf-8")
    assert set(re.findall(r"^  (\w+): \{ width:", script, re.MULTILINE)) == set(told["shapes"]) == set(COSTUMES)
