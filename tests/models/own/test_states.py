"""The weights are found whatever was saved around them."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from models.own.containers import opened
from models.own.problems import NotANetwork
from models.own.states import StateDict, find_state, levels, read_all
from tests.models.own.conftest import Saved

NET = nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(2, 2))
STATE = NET.state_dict()
NAMES = [name for name in STATE if "num_batches" not in name]


def found(path: Path) -> StateDict:
    with opened(path) as held:
        return find_state(held)


@pytest.mark.parametrize(
    "around",
    [
        lambda state: state,
        lambda state: {"state_dict": state, "epoch": 3, "optimizer": {"state": {}}},
        lambda state: {"model": state, "opt": {"hypers": [{"lr": 0.1}], "state": [{"mom": torch.ones(2, 3)}] * 4}},
        lambda state: {"model_state_dict": state, "loss": torch.tensor(1.0)},
        lambda state: {"epoch": 3, "ema": {"module": state}},
        lambda state: {"model": None, "ema": NET},
        lambda state: NET,
        lambda state: {"model": NET},
        lambda state: (NET, {"classes": 2}),
    ],
)
def test_weights_are_found_in_every_usual_checkpoint(saved: Saved, around: Any) -> None:
    path = saved(around(STATE))
    with opened(path) as held:
        state = find_state(held)
        got = read_all("net", state.weights, 1)
    assert list(got) == NAMES
    assert all(torch.equal(got[name], STATE[name]) for name in NAMES)


@pytest.mark.parametrize("prefix", ["module.", "model.", "_orig_mod.", "module._orig_mod.", "model.net."])
def test_a_name_in_front_of_all_is_one_level_of_them(saved: Saved, prefix: str) -> None:
    state = {f"{prefix}{name}": tensor for name, tensor in STATE.items()} | {"criterion.weight": torch.ones(2)}
    below = {level.prefix: list(level.weights) for level in levels(found(saved(state)))}
    assert below[prefix] == NAMES


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_numbers_become_float32(saved: Saved, dtype: torch.dtype) -> None:
    path = saved({name: tensor.to(dtype) if tensor.is_floating_point() else tensor for name, tensor in STATE.items()})
    with opened(path) as held:
        got = read_all("net", find_state(held).weights, 1)
    for name in NAMES:
        assert got[name].dtype == torch.float32
        assert torch.equal(got[name], STATE[name].to(dtype).float())


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_none_is_told_with_its_place(saved: Saved, number: float) -> None:
    path = saved(STATE | {"3.bias": torch.tensor([1.0, number])})
    with opened(path) as held, pytest.raises(NotANetwork, match="NaN") as caught:
        read_all("net.pth", find_state(held).weights, 1)
    assert "3.bias" in str(caught.value)


def test_what_becomes_too_large_is_not_read(saved: Saved) -> None:
    with opened(saved(STATE)) as held, pytest.raises(NotANetwork, match="max-gigabytes"):
        read_all("net.pth", find_state(held).weights, 1e-9)


@pytest.mark.parametrize("value", [{}, {"epoch": 3}, [], "text", {"a": {"b": {"c": 1}}}, torch.device("cpu")])
def test_a_file_without_weights_is_told(saved: Saved, value: object) -> None:
    with pytest.raises(NotANetwork, match="holds no weights"):
        found(saved(value))
