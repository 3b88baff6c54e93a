import math
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest

from explainer.asking import Asking
from explainer.experiments.move_the_window import SMALLEST, BadWindow, kept, move, window_at
from explainer.explain import explain
from explainer.target import Target
from models.preprocess import Box
from tests.explainer.planted import PATCH, marked, patched, planted, sure_of


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ((0.2, 0.3, 0.5, 0.4), (0.2, 0.3, 0.5, 0.4)),
        ((-0.2, 0.9, 0.5, 0.4), (0, 0.6, 0.5, 0.4)),
        ((0.5, -3, 7, 0.5), (0, 0, 1, 0.5)),
        ((0.99, 0.99, SMALLEST, SMALLEST), (0.95, 0.95, SMALLEST, SMALLEST)),
    ],
)
def test_a_window_stays_inside_the_picture(asked: tuple[float, ...], given: tuple[float, ...]) -> None:
    window = window_at(*asked)
    assert (window.x, window.y, window.width, window.height) == pytest.approx(given)
    assert window.x + window.width <= 1


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf, 10**400, True, "0.5", None])
def test_what_is_no_number_is_refused(place: int, wrong: Any) -> None:
    numbers = [0.1, 0.1, 0.5, 0.5]
    numbers[place] = wrong
    with pytest.raises(BadWindow):
        window_at(*numbers)


@pytest.mark.parametrize("size", [(0.0, 0.5), (0.5, 0.0), (-0.5, 0.5), (0.04, 0.5)])
def test_a_window_without_room_is_refused(size: tuple[float, float]) -> None:
    with pytest.raises(BadWindow) as refused:
        window_at(0.1, 0.1, *size)
    assert refused.value.values == {"least": 5}


def test_in_a_quarter_of_the_picture_the_patch_is_four_times_as_large() -> None:
    asking = Asking(planted())
    moved = move(asking, patched(), window_at(0, 0.5, 0.5, 0.5))
    assert moved.before.target_confidence == pytest.approx(sure_of(1), abs=1e-5)
    assert moved.after.target_confidence == pytest.approx(sure_of(4), abs=1e-5)
    assert moved.after.seen == Box(0, 0.5, 0.5, 0.5)
    assert not moved.changed


def test_beside_the_patch_the_answer_is_another_but_the_question_the_same() -> None:
    moved = move(Asking(planted()), patched(), window_at(0.5, 0, 0.5, 0.5))
    assert moved.changed
    assert moved.after.answer.label == "class 0"
    assert moved.after.target == Target("class 1", (1,))
    assert moved.after.target_confidence == pytest.approx(sure_of(0), abs=1e-5)


@pytest.mark.parametrize(
    ("window", "share"),
    [((0, 0, 1, 1), 1), ((0, 0, 0.5, 1), 0.75), ((0.5, 0.5, 0.5, 0.5), 0.25), ((0, 0.5, 0.25, 0.5), 0)],
)
def test_what_a_window_keeps_is_the_part_of_the_map_inside_it(window: tuple[float, ...], share: float) -> None:
    before = Mock(layers=(Mock(grid=np.array([[1, 0], [0, 1 / 3]], np.float32)),), seen=Box(0, 0, 1, 1))
    assert kept(before, Box(*window)) == pytest.approx(share)


def test_half_a_field_keeps_half_and_an_empty_map_has_nothing_to_keep() -> None:
    before = Mock(layers=(Mock(grid=np.array([[1, 0]], np.float32)),), seen=Box(0.5, 0, 0.5, 1))
    assert kept(before, Box(0, 0, 0.625, 0.5)) == pytest.approx(0.25)
    before.layers[0].grid[:] = 0
    assert kept(before, Box(0, 0, 1, 1)) is None


def test_the_map_in_a_window_lies_on_the_patch() -> None:
    explanation = explain(planted(), patched(), Target("class 1", (1,)), window=Box(0, 0.5, 0.5, 0.5))
    grid = explanation.layer("2").grid  # each cell is 4 x 4 pixels of the picture
    shown = marked(PATCH)[32:64:4, :32:4] / 255
    assert np.abs(grid - shown).max() < 0.3  # the stretched edge is soft
    assert grid[2:5, 3:5].min() > 0.9
