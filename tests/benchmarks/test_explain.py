"""No contender is fast and wrong, and the ratios are those of the issue."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import explain
from benchmarks.explain import (
    ALL,
    BARE_OPENVINO,
    BARE_TORCH,
    EACH,
    FIVE,
    FORWARD,
    GRAD_CAM,
    ONE,
    OPENVINO,
    TORCH,
    TORCHCAM,
    Result,
    differences,
    goals_of,
    table_of,
)
from benchmarks.peers import Maps, Read
from benchmarks.report import read_report
from benchmarks.rounds import Spread
from models.catalogue import DEFAULT
from models.store import ClassifierStore
from tests.graphs import bundled_graph

OURS = [[np.array([[0.0, 2.0], [4.0, 8.0]])]]


def gives(maps: list[Maps]) -> Callable[[], Read]:
    return lambda: lambda: maps


def compared(theirs: list[Maps]) -> float:
    return differences({(ONE, TORCH): gives(OURS), (ONE, TORCHCAM): gives(theirs)})[ONE, TORCHCAM]


def test_same_map_of_another_size_of_numbers_is_the_same() -> None:
    assert compared([[OURS[0][0] * 300]]) == 0


def test_wrong_map_is_measured() -> None:
    # Scaled by its maximum, 3 of 8 instead of 2 of 8.
    assert compared([[np.array([[0.0, 3.0], [4.0, 8.0]])]]) == 0.125


@pytest.mark.parametrize(
    "theirs",
    [[[np.full((2, 2), np.nan)]], [[np.zeros((2, 3))]], [[OURS[0][0]] * 2], [OURS[0]] * 2, []],
    ids=["not a number", "another size", "a layer more", "a class more", "nothing"],
)
def test_what_can_not_be_compared_is_wrong(theirs: list[Maps]) -> None:
    assert compared(theirs) == float("inf")


def test_empty_maps_on_both_sides_agree() -> None:
    empty = [[np.zeros((2, 2))]]
    assert differences({(ONE, TORCH): gives(empty), (ONE, TORCHCAM): gives(empty)})[ONE, TORCHCAM] == 0


TIMES = {
    (FORWARD, BARE_TORCH): 20.0,
    (FORWARD, BARE_OPENVINO): 6.0,
    (ONE, GRAD_CAM): 70.0,
    (ONE, TORCHCAM): 25.0,
    (ONE, TORCH): 20.0,
    (ONE, OPENVINO): 7.0,
    (ALL, OPENVINO): 22.0,
    (FIVE, OPENVINO): 8.0,
    (FIVE, TORCHCAM): 32.0,
}


def result(differences: dict[explain.Case, float], name: str = DEFAULT) -> Result:
    return Result(name, {case: Spread(ms, ms, ms, 1) for case, ms in TIMES.items()}, differences, ())


def test_ratios_by_hand() -> None:
    goals = goals_of({name: result({}, name) for name in explain.MODELS})
    # 7/25, 22/25, 22/70, 8/7, 7/6, twice 20/20, 7/6 again, twice 22/25, and 8/32.
    assert [goal.value for goal in goals] == [0.28, 0.88, 0.314, 1.143, 1.167, 1.0, 1.0, 1.167, 0.88, 0.88, 0.25]
    assert [goal.limit for goal in goals] == [0.4, 1.0, 0.35, 1.3, 1.25, 1.05, 1.25, 1.1, 1.0, 1.0, 1.05]
    assert [goal.reached for goal in goals] == [True] * 7 + [False] + [True] * 3
    assert "SeeWhy, openvino" in goals[0].claim


def test_no_ratio_mixes_rounds() -> None:
    close = {(FORWARD, BARE_OPENVINO): Spread(8, 8, 8, 1), (ONE, OPENVINO): Spread(10, 10, 10, 1)}
    measured = Result(DEFAULT, result({}).spreads, {}, (), close)
    assert measured.ratio((ONE, OPENVINO), (FORWARD, BARE_OPENVINO)) == 1.25  # 10/8, not 7/6
    assert measured.ratio((FIVE, OPENVINO), (ONE, OPENVINO)) == 1.143  # 8/7, not 8/10
    assert measured.ratio((ONE, OPENVINO), (ONE, TORCHCAM)) == 0.28  # 7/25, not 10/25
    assert measured.ratio((EACH, OPENVINO), (ONE, OPENVINO)) is None


def test_fast_and_wrong_reaches_nothing() -> None:
    goals = goals_of({DEFAULT: result({(ONE, OPENVINO): 0.01})})
    assert [goal.reached for goal in goals[:2]] == [None, True]
    assert "the maps differ" in goals[0].row()[3]
    assert "**another map: 0.01**" in table_of(result({(ONE, OPENVINO): 0.01})).markdown()


def test_early_layers_may_differ_a_little_more_than_the_default_one() -> None:
    assert not result({(ALL, OPENVINO): 0.01}).wrong((ALL, OPENVINO))
    assert result({(ALL, OPENVINO): 0.03}).wrong((ALL, OPENVINO))
    assert result({(ALL, OPENVINO): float("nan")}).wrong((ALL, OPENVINO))


def test_what_was_not_measured_is_not_claimed() -> None:
    assert [goal.reached for goal in goals_of({})] == [None] * len(explain.RATIOS)


def test_quick_run_measures_everyone_and_writes_both_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = bundled_graph(ClassifierStore(torch.device("cpu"), offline=True).get(DEFAULT))
    monkeypatch.setattr("benchmarks.ours.build_graph", lambda *_: graph)
    report = explain.run(tmp_path, threads=1, quick=True)
    assert read_report((tmp_path / "explain.json").read_text()) == report
    text = (tmp_path / "explain.md").read_text()
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    asked = {(row[0].strip("| "), row[1]): row[-1].rstrip(" |") for row in rows if len(row) == 7}
    for task in (ONE, EACH, ALL, FIVE):
        for name in (GRAD_CAM, "captum", TORCHCAM, TORCH):
            assert float(asked[task, name]) < 1e-3, (task, name)
    assert asked[FORWARD, BARE_TORCH] == "-"
    assert "another map" not in text
    assert "decode" in text
    assert len(report.goals) == len(explain.RATIOS)
    assert report.goals[0].value is not None
