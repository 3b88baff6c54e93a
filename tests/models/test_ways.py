"""Outputs become grids and come back as they were."""

import pytest
import torch
from torch import Tensor

from models.ways import FEATURE_MAPS, ChannelsLast, Tokens, Way


def numbered(*shape: int) -> Tensor:
    return torch.arange(float(torch.tensor(shape).prod())).view(shape)


@pytest.mark.parametrize(
    ("way", "output"),
    [
        (FEATURE_MAPS, numbered(2, 3, 4, 5)),
        (ChannelsLast(), numbered(2, 4, 5, 3)),
        (Tokens(), numbered(2, 10, 3)),
        (Tokens(0), numbered(2, 9, 3)),
        (Tokens(5), numbered(2, 14, 3)),
    ],
    ids=str,
)
def test_what_became_a_grid_comes_back(way: Way, output: Tensor) -> None:
    grid = way.grid(output)
    assert grid.shape[:2] == (2, 3)
    assert torch.equal(way.back(grid, output), output)


def test_tokens_lie_row_by_row_behind_those_of_no_place() -> None:
    grid = Tokens(2).grid(numbered(1, 6, 1))
    assert grid.tolist() == [[[[2, 3], [4, 5]]]]


def test_only_the_grid_is_exchanged() -> None:
    output = numbered(1, 5, 1)
    assert Tokens().back(torch.zeros(1, 1, 2, 2), output).flatten().tolist() == [0, 0, 0, 0, 0]
    assert Tokens().back(torch.zeros(1, 1, 2, 2), output + 7).flatten().tolist() == [7, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("way", "shape"),
    [
        (FEATURE_MAPS, (1, 2, 3)),
        (ChannelsLast(), (1, 2, 3)),
        (Tokens(), (1, 9, 3)),
        (Tokens(), (1, 1, 3)),
        (Tokens(), (1, 2, 3, 4)),
    ],
    ids=str,
)
def test_another_shape_is_refused(way: Way, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="not"):
        way.grid(torch.zeros(shape))
