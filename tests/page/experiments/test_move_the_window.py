"""Another part of a picture is seen: before and after, in numbers and in one sentence."""

import json
import math
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.move_the_window import BadWindow
from page.experiments.move_the_window import MoveTheWindow
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words import Words
from tests.page import fakes

# Red on its left, blue on its right; the usual square shows as much of both.
HALVES = np.zeros((64, 128, 3), np.uint8)
HALVES[:, :64, 0] = HALVES[:, 64:, 2] = 255
PICTURE = Picture(Image.fromarray(HALVES))
LEFT = {"x": 0, "y": 0, "width": 0.5, "height": 1}
RIGHT = {**LEFT, "x": 0.5}


@pytest.fixture
def move_the_window(words: Words) -> MoveTheWindow:
    return MoveTheWindow(fakes.service(words))


def share(red: float, blue: float) -> float:
    """How sure the fake is of red where so much is red and blue, by hand."""
    scores = np.exp([red - blue, -red - blue, blue - red, 0, 0, 0])
    return float(scores[0] / scores.sum())


def test_both_shares_are_for_the_same_word_each_in_its_own_window(move_the_window: MoveTheWindow) -> None:
    told = move_the_window.run(PICTURE, LEFT, "red")
    assert told["label"] == "red"
    assert told["before"]["share"] == pytest.approx(share(0.5, 0.5), abs=1e-3)
    assert told["after"]["share"] == pytest.approx(share(1, 0), abs=0.01)
    assert told["before"]["seen"] == {"x": 0.25, "y": 0, "width": 0.5, "height": 1}
    assert told["after"]["seen"] == LEFT


def test_how_much_of_the_map_is_kept_is_said(move_the_window: MoveTheWindow) -> None:
    told = move_the_window.run(PICTURE, RIGHT, "red")
    assert told["kept"] == pytest.approx(0), "the red is on the left"
    assert told["holds"] == "Your window holds <\u00a01\u00a0% of what glowed in the usual one."
    nothing = move_the_window.run(Picture(Image.new("RGB", (64, 64), (0, 0, 255))), LEFT, "red")
    assert (nothing["kept"], nothing["holds"]) == (None, "")


def test_another_answer_is_said(move_the_window: MoveTheWindow, words: Words) -> None:
    picture = Picture(PICTURE.rgb.crop((0, 0, 90, 64)))  # more red than blue in the middle
    told = move_the_window.run(picture, {"x": 64 / 90, "y": 0, "width": 26 / 90, "height": 0.4})
    assert told["changed"]
    assert told["verdict"] == words("move_the_window.other", answer="blue", before="red")
    assert told["headline"].startswith("In your window: “red” ")


@pytest.mark.parametrize(("window", "verdict"), [(LEFT, "more"), (RIGHT, "less")])
def test_the_verdict_follows_the_numbers(
    move_the_window: MoveTheWindow, words: Words, window: dict[str, float], verdict: str
) -> None:
    fading = np.zeros((64, 128, 3), np.uint8)
    fading[:, :64, 0], fading[:, 64:, 0] = 255, 40
    told = move_the_window.run(Picture(Image.fromarray(fading)), window)
    assert (told["changed"], told["verdict"]) == (False, words(f"move_the_window.{verdict}"))


def test_the_same_window_is_said_to_hardly_matter_and_the_result_is_plain_json(
    move_the_window: MoveTheWindow, words: Words
) -> None:
    told = move_the_window.run(PICTURE, {**LEFT, "x": 0.25}, "red")
    assert told["verdict"] == words("move_the_window.same")
    assert told["holds"] == "Your window holds 100\u00a0% of what glowed in the usual one."
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("window", [None, [], "left", 3, {}, {"x": 0}, {**LEFT, "z": 1}])
def test_what_is_no_window_is_refused(move_the_window: MoveTheWindow, window: Any) -> None:
    with pytest.raises(BadWindow):
        move_the_window.run(PICTURE, window)


@pytest.mark.parametrize("wrong", [{"x": "0"}, {"x": True}, {"y": math.nan}, {"width": 0.01}, {"height": -1}])
def test_numbers_that_do_not_fit_are_refused_with_a_sentence(
    move_the_window: MoveTheWindow, words: Words, wrong: dict[str, Any]
) -> None:
    with pytest.raises(BadWindow) as refused:
        move_the_window.run(PICTURE, {**LEFT, **wrong})
    assert "5\u00a0%" in words.of(refused.value)


def test_without_a_picture_there_is_nothing_to_look_at(move_the_window: MoveTheWindow) -> None:
    with pytest.raises(NoPicture):
        move_the_window.run(None, LEFT)  # type: ignore[arg-type]
