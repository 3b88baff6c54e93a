"""Pieces of a costume land where they are put, and are blended as they should."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from explainer.asking import Asking
from explainer.experiments import dress_up as module
from explainer.experiments.dress_up import (
    COSTUMES,
    MOST_PIECES,
    BadPiece,
    Piece,
    TooManyPieces,
    UnknownPiece,
    drawing,
    dress_up,
    dressed,
    overlay_svg,
    size,
)
from explainer.explain import explain
from explainer.target import Target
from tests.explainer.networks import classifier_of, small

GREY = (100, 100, 100)


@pytest.fixture
def block(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the hat: twice as wide as high, red on the left, half transparent blue on the right."""
    drawings = {
        "hat": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10">'
        '<path fill="#f00" d="M0 0h10v10H0Z"/><path fill="#00f" fill-opacity="0.6" d="M10 0h10v10H10Z"/></svg>'
    }
    monkeypatch.setattr(module, "drawing", drawings.__getitem__)
    module.size.cache_clear()
    yield
    module.size.cache_clear()


def grey(width: int = 200, height: int = 100) -> Image.Image:
    return Image.new("RGB", (width, height), GREY)


def worn(*pieces: Piece, width: int = 200, height: int = 100) -> np.ndarray:
    return np.asarray(dressed(grey(width, height), pieces)).astype(int)


@pytest.mark.usefixtures("block")
def test_piece_is_centred_where_it_is_put_and_blended_by_its_alpha() -> None:
    picture = worn(Piece("hat", 0.5, 0.4, 0.2))  # 40 x 20 pixels around (100, 40)
    expected = np.full((100, 200, 3), 100)
    expected[30:50, 80:100] = (255, 0, 0)
    # alpha 0.6 is 153/255: 100 * 0.4 + 255 * 0.6 = 193
    expected[30:50, 100:120] = (40, 40, 193)
    assert np.abs(picture - expected).max() <= 1
    outside = np.ones((100, 200), bool)
    outside[30:50, 80:120] = False
    assert (picture[outside] == 100).all()


@pytest.mark.usefixtures("block")
def test_turn_is_clockwise_around_the_centre() -> None:
    picture = worn(Piece("hat", 0.5, 0.5, 0.2, 90))  # now 20 wide and 40 high, red on top
    assert tuple(picture[35, 100]) == (255, 0, 0)
    assert np.abs(picture[65, 100] - (40, 40, 193)).max() <= 1
    assert tuple(picture[50, 85]) == GREY  # what was covered before it was turned
    assert np.array_equal(picture, worn(Piece("hat", 0.5, 0.5, 0.2, 90 - 720)))


@pytest.mark.usefixtures("block")
def test_an_odd_turn_puts_each_pixel_where_the_rotation_says() -> None:
    picture = worn(Piece("hat", 0.5, 0.5, 0.4, 30), width=200, height=200)  # 80 x 40 around (100, 100)
    rows, columns = np.mgrid[:200, :200] + 0.5
    x, y = columns - 100, rows - 100
    cos, sin = math.cos(math.radians(30)), math.sin(math.radians(30))
    own_x, own_y = cos * x + sin * y, -sin * x + cos * y
    red = (own_x > -39) & (own_x < -1) & (np.abs(own_y) < 19)
    outside = (np.abs(own_x) > 41) | (np.abs(own_y) > 21)
    assert red.sum() > 1000
    assert (picture[red] == (255, 0, 0)).all()
    assert (picture[outside] == 100).all()


@pytest.mark.usefixtures("block")
def test_width_is_a_share_of_the_pictures_width_and_the_height_follows() -> None:
    changed = (worn(Piece("hat", 0.5, 0.5, 0.5), width=100, height=300) != 100).any(axis=2)
    assert np.flatnonzero(changed.any(axis=0)).tolist() == list(range(25, 75))
    assert np.flatnonzero(changed.any(axis=1)).tolist() == list(range(137, 163))  # 25 high around 150


@pytest.mark.usefixtures("block")
def test_the_last_piece_lies_on_top_and_pieces_reach_over_the_edge() -> None:
    picture = worn(Piece("hat", 0.5, 0.5, 0.2), Piece("hat", 0.4, 0.5, 0.2, 180))
    assert tuple(picture[50, 90]) == (255, 0, 0)  # the second's red half
    assert tuple(picture[50, 110]) != GREY
    corner = worn(Piece("hat", 0, 0, 0.2))
    assert np.abs(corner[5, 5] - (40, 40, 193)).max() <= 1


def test_picture_without_pieces_is_the_same_and_the_given_one_is_never_changed() -> None:
    picture = grey()
    assert np.array_equal(np.asarray(dressed(picture, [])), np.asarray(picture))
    dressed(picture, [Piece("wig", 0.5, 0.5, 1)])
    assert np.array_equal(np.asarray(picture), np.asarray(grey()))


@pytest.mark.parametrize("name", COSTUMES)
def test_drawing_is_small_and_shows_something_all_within_its_frame(name: str) -> None:
    assert len(drawing(name).encode()) <= 2048
    assert "<script" not in drawing(name)
    assert drawing(name).count("http") == 1  # its namespace
    wide, high = size(name)
    width = 200
    height = round(width * high / wide)
    roomy = (worn(Piece(name, 0.5, 0.5, 0.5), width=2 * width, height=2 * height) != 100).any(axis=2)
    inside = np.zeros_like(roomy)
    inside[height // 2 - 1 : height // 2 + height + 1, width // 2 - 1 : width // 2 + width + 1] = True
    assert 0.1 < roomy[inside].mean() < 0.95
    assert not roomy[~inside].any()


def test_every_drawing_in_the_folder_is_offered() -> None:
    assert {path.stem for path in module.FOLDER.glob("*")} == set(COSTUMES)
    with pytest.raises(KeyError):
        drawing("../../secret")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("x", -0.01),
        ("y", 1.01),
        ("x", float("nan")),
        ("y", None),
        ("width", 0),
        ("width", 4.1),
        ("width", "1"),
        ("turn", float("inf")),
        ("turn", True),
    ],
)
def test_place_that_is_none_is_refused(field: str, value: Any) -> None:
    good = {"piece": "hat", "x": 0.5, "y": 0.5, "width": 0.5, "turn": 0.0}
    with pytest.raises(BadPiece) as refused:
        Piece(**(good | {field: value}))
    assert refused.value.values == {"piece": "hat", "what": field}


@pytest.mark.parametrize("name", ["crown", "", "../hat", "Hat"])
def test_piece_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(UnknownPiece) as refused:
        Piece(name, 0.5, 0.5, 0.5)
    assert refused.value.values["known"] == COSTUMES


def test_too_many_pieces_are_refused() -> None:
    pieces = [Piece("snow", 0.5, 0.5, 0.1)] * MOST_PIECES
    dressed(grey(), pieces)
    with pytest.raises(TooManyPieces):
        dressed(grey(), [*pieces, pieces[0]])


def test_overlay_is_one_svg_that_the_browser_can_show() -> None:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(overlay_svg([Piece("hat", 0.25, 0.5, 0.5, -30), Piece("snow", 0, 0, 1)], 400, 300))
    first, second = root
    assert first.attrib["transform"] == "translate(100.000 150.000) rotate(330.000)"
    assert second.attrib["transform"] == "translate(0.000 0.000) rotate(0.000)"


# --- asking again ---


class Redness(nn.Module):
    """Two classes whose logits are the mean of the red and of the blue channel, times ten."""

    def __init__(self) -> None:
        super().__init__()
        self.colours = nn.Conv2d(3, 3, 1, bias=False)
        self.colours.weight = nn.Parameter(torch.eye(3)[:, :, None, None])

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return 10 * self.colours(inputs).mean(dim=(2, 3))[:, [0, 2]]


@pytest.mark.usefixtures("block")
def test_answer_changes_with_the_costume_and_both_numbers_are_for_the_first_answer() -> None:
    red = classifier_of(Redness().eval().requires_grad_(False), ["colours"], 2)
    picture = Image.new("RGB", (64, 64), (20, 20, 60))  # a little blue
    both = dress_up(Asking(red), picture, [Piece("hat", 1, 0.5, 2)])  # the left, red half of the hat covers all
    assert both.before.answer.label == "class 1"
    assert both.before.target_confidence == pytest.approx(1 / (1 + math.exp(-10 * 2 * 40 / 255)), abs=1e-5)
    assert both.after.target.label == "class 1"
    assert both.after.target_confidence == pytest.approx(1 / (1 + math.exp(10 * 2)), abs=1e-5)
    assert both.changed
    assert both.after.answer.label == "class 0"


def test_dressed_up_is_what_explaining_each_picture_gives() -> None:
    classifier = classifier_of(small(), ["1", "3"], 7)
    picture = Image.effect_noise((80, 60), 60).convert("RGB")
    pieces = [Piece("sunglasses", 0.5, 0.5, 0.8)]
    target = Target("class 3", (3,))
    both = dress_up(Asking(classifier, layers=("3",)), picture, pieces, target)
    after = explain(classifier, dressed(picture, pieces), target, layers=["3"])
    assert both.after.target_confidence == after.target_confidence
    assert np.array_equal(both.after.layers[0].grid, after.layers[0].grid)
    assert both.before.target_confidence != after.target_confidence
    same = dress_up(Asking(classifier), picture, [])
    assert not same.changed
    assert same.before.target_confidence == same.after.target_confidence


def test_a_costume_can_change_what_the_bundled_model_sees(bundled: Any) -> None:
    from tests.photographs import photographs

    picture = photographs(1)[0]
    both = dress_up(Asking(bundled), picture, [Piece("snow", 0.5, 0.5, 1.0), Piece("wig", 0.5, 0.3, 0.8)])
    assert abs(both.before.target_confidence - both.after.target_confidence) > 0.005
    assert both.picture.size == picture.size


def test_drawings_stand_beside_the_code() -> None:
    assert Path(module.__file__).parent / "costumes" == module.FOLDER


@pytest.mark.parametrize("value", [10**400, -(10**400), math.nan, math.inf, True, "0.5", None, [0.5]])
@pytest.mark.parametrize("what", ["x", "y", "width", "turn"])
def test_number_that_is_none_is_refused(what: str, value: Any) -> None:
    with pytest.raises(BadPiece) as refused:
        Piece(**{"piece": "hat", "x": 0.5, "y": 0.5, "width": 0.5, "turn": 0.0, what: value})
    assert refused.value.values == {"piece": "hat", "what": what}


@pytest.mark.parametrize("size", [(5120, 512), (20_000, 500), (1600, 1200)])
@pytest.mark.parametrize(("width", "longest"), [(1.0, 1024), (2.0, 512), (4.0, 256)])
def test_pieces_are_drawn_no_larger_than_they_need(
    block: None, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], width: float, longest: int
) -> None:
    """Nor so large that all of them together take seconds: four times the area, half the dots each way."""
    drawn: list[tuple[int, int]] = []

    def watched(pieces: Any, width: int, height: int) -> str:
        drawn.append((width, height))
        return overlay_svg(pieces, width, height)

    monkeypatch.setattr(module, "overlay_svg", watched)
    wearing = dressed(Image.new("RGB", size, GREY), [Piece("hat", 0.5, 0.5, width, 33)] * MOST_PIECES)
    assert wearing.size == size
    assert max(drawn[0]) == longest


def test_piece_on_a_large_picture_lies_where_it_lies_on_a_small_one(block: None) -> None:
    """Twice the size, so each dot of the small one becomes four; next to an edge they mix."""
    pieces = [Piece("hat", 0.25, 0.5, 0.25)]
    small = np.asarray(dressed(Image.new("RGB", (1024, 512), GREY), pieces), int)
    large = np.asarray(dressed(Image.new("RGB", (2048, 1024), GREY), pieces), int)
    apart = np.abs(large - small.repeat(2, 0).repeat(2, 1)).max(axis=2)
    assert (apart > 1).mean() < 0.01
    assert (large[:, 1200:] == GREY).all()
