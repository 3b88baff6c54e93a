"""A square asked alone against the head by hand, and likeness against pictures that are made to be alike."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from explainer.experiments.honest_grid import NotASum
from explainer.experiments.squares import EACH, NoSuchSquare, asked_alone, last_activations, squares_alike
from models.classifier import Classifier
from tests.explainer.networks import classifier_of, small
from tests.photographs import photographs


def two_by_two() -> Classifier:
    """Two by two pixels; the two channels are how red and how green they are, 0..1."""
    network = nn.Sequential(nn.Conv2d(3, 2, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 3))
    network[0].weight = nn.Parameter(torch.tensor([[0.5, 0, 0], [0, 0.5, 0]])[..., None, None])
    network[0].bias = nn.Parameter(torch.tensor([0.5, 0.5]))
    network[3].weight = nn.Parameter(torch.tensor([[3.0, 0.0], [0.0, 2.0], [0.0, 0.0]]))
    network[3].bias = nn.Parameter(torch.tensor([0.0, 0.0, 0.5]))
    return classifier_of(network.eval().requires_grad_(False), ("0",), 3, side=2)


def painted(*pixels: tuple[int, int, int]) -> Image.Image:
    return Image.fromarray(np.array(pixels, np.uint8).reshape(2, 2, 3))


RED, GREEN, BLACK, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 0), (255, 255, 0)


def test_each_square_says_what_the_head_makes_of_it_alone() -> None:
    classifier = two_by_two()
    said = asked_alone(classifier, last_activations(classifier, painted(RED, GREEN, BLACK, YELLOW)))
    # Red gives 3, 0 and 0.5; green 0, 2 and 0.5; black 0, 0 and 0.5; yellow 3, 2 and 0.5.
    first = [[words[0] for words in row] for row in said]
    assert first == [["class 0", "class 1"], ["class 2", "class 0"]]
    assert said[1][1] == ("class 0", "class 1", "class 2")


def test_where_the_end_is_no_sum_no_square_can_be_asked_alone() -> None:
    network = nn.Sequential(nn.Conv2d(3, 2, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2, 2), nn.Tanh())
    classifier = classifier_of(network.eval().requires_grad_(False), ("0",), 2, side=2)
    with pytest.raises(NotASum):
        asked_alone(classifier, torch.zeros(2, 2, 2))


def test_the_most_alike_come_first_and_no_picture_has_more_than_its_share() -> None:
    green, mixed = painted(GREEN, GREEN, GREEN, GREEN), painted(BLACK, BLACK, RED, YELLOW)
    found = squares_alike(two_by_two(), painted(RED, GREEN, BLACK, YELLOW), (0, 0), [green, mixed])
    assert [(each.picture, each.row, each.column) for each in found[:2]] == [(1, 1, 0), (1, 1, 1)]
    assert [each.likeness for each in found[:2]] == pytest.approx([1, 0.5**0.5], abs=1e-6)
    assert sum(each.picture == 0 for each in found) == sum(each.picture == 1 for each in found) == EACH
    likeness = [each.likeness for each in found]
    assert likeness == sorted(likeness, reverse=True)


def test_the_same_picture_is_no_other_one_but_a_part_of_it_is(bundled: Classifier) -> None:
    cheetah, other, *_ = photographs(2)
    found = squares_alike(bundled, cheetah, (3, 3), [other, cheetah, cheetah.crop((8, 8, *cheetah.size))])
    assert {each.picture for each in found} == {0, 2}
    assert found[0].picture == 2
    assert 0.8 < found[0].likeness <= 1


@pytest.mark.parametrize("square", [(-1, 0), (2, 0), (0, 2)])
def test_a_square_that_is_not_there_is_refused(square: tuple[int, int]) -> None:
    with pytest.raises(NoSuchSquare) as refused:
        squares_alike(two_by_two(), painted(RED, GREEN, BLACK, YELLOW), square, [])
    assert refused.value.values == {"rows": 2, "columns": 2}


def test_without_other_pictures_nothing_is_alike() -> None:
    assert squares_alike(classifier_of(small(), ["1"], 7, 16), Image.new("RGB", (16, 16)), (0, 0), []) == ()
