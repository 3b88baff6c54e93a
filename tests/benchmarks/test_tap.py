"""A quick run measures every picture, and what is decoded or sent again is a goal that is missed."""

from pathlib import Path

import pytest

from benchmarks import tap
from benchmarks.pictures import TYPICAL
from benchmarks.report import read_report
from benchmarks.tap import LARGE, SMALL, Tally, goals_of

GOOD = {
    LARGE: Tally([130, 120], [34, 33, 60], [50, 45, 99], 250, 17),
    SMALL: Tally([40, 41], [32, 30, 31], [40, 44, 41], 100, 17),
}


def test_quick_run_measures_every_picture_and_writes_both_files(tmp_path: Path) -> None:
    report = tap.run(tmp_path, quick=True)
    assert [row[0] for row in report.tables[0].rows] == list(TYPICAL)
    assert read_report((tmp_path / "tap.json").read_text()) == report
    assert "Must reach" in (tmp_path / "tap.md").read_text()
    decoded, sent = report.goals[-2:]
    assert (decoded.value, sent.value) == (0, 0)


def test_goals_take_the_quietest_round() -> None:
    # 45/40, 33/30 and 33.
    assert [goal.value for goal in goals_of(GOOD, 0, 0)] == [1.125, 1.1, 33, 0, 0]
    assert all(goal.reached for goal in goals_of(GOOD, 0, 0))


@pytest.mark.parametrize(
    ("spoilt", "decoded", "sent", "missed"),
    [
        ({LARGE: Tally([1], [36], [45])}, 0, 0, "CPU of a tap"),
        ({LARGE: Tally([1], [30], [53])}, 0, 0, "time"),
        ({SMALL: Tally([1], [25], [40])}, 0, 0, "megapixels, server CPU"),
        ({}, 1, 0, "decode"),
        ({}, 0, 1, "sent again"),
    ],
)
def test_what_costs_more_is_missed(spoilt: dict[str, Tally], decoded: int, sent: int, missed: str) -> None:
    (goal,) = [goal for goal in goals_of({**GOOD, **spoilt}, decoded, sent) if not goal.reached]
    assert missed in goal.claim
