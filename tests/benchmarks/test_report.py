"""What people and programs read: verdicts that say no, tables that fit, JSON that comes back."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.machine import Machine
from benchmarks.report import Goal, Report, Table, figure, read_report, total_verdict

MACHINE = Machine("Testprocessor", 2, 8.0, 2, "3.11.7", {"torch": "2.14.1"}, "2026-01-02", "abc1234")
REPORT = Report(
    name="sample",
    title="A sample",
    machine=MACHINE,
    goals=(Goal("ours / theirs", 0.31, 0.4), Goal("crowd", 2.0, 3.5, at_least=True), Goal("not here", None, 1.25)),
    tables=(Table("Times", ("Who", "ms"), (("ours", "3.1"), ("theirs", "10.0"))),),
    notes=("One note.",),
)


def test_missed_goal_says_so_in_its_row() -> None:
    assert REPORT.must_reach().markdown().splitlines() == [
        "| Must reach | Measured | Limit | Verdict |",
        "|-|-|-|-|",
        "| ours / theirs | 0.31 | at most 0.4 | reached |",
        "| crowd | 2 | at least 3.5 | **not reached** |",
        "| not here | - | at most 1.25 | not measured |",
    ]
    assert total_verdict(REPORT.goals) == "1 of 3 goals reached"


@pytest.mark.parametrize(
    ("goal", "reached"),
    [
        (Goal("at the limit", 0.4, 0.4), True),
        (Goal("above", 0.4001, 0.4), False),
        (Goal("at the limit", 3.5, 3.5, at_least=True), True),
        (Goal("below", 3.49, 3.5, at_least=True), False),
        (Goal("nothing", None, 0.4), None),
    ],
)
def test_limit_itself_is_reached(goal: Goal, reached: bool | None) -> None:
    assert goal.reached is reached


def test_value_that_rounds_to_its_limit_is_still_a_miss() -> None:
    assert Goal("close", 0.4004, 0.4).row()[1:] == ("0.4", "at most 0.4", "**not reached**")


def test_page_holds_machine_notes_and_every_table() -> None:
    text = REPORT.markdown()
    for part in (
        "# A sample",
        "Testprocessor, 2 cores, 8 GB",
        "torch 2.14.1",
        "abc1234",
        "- One note.",
        "| theirs | 10.0 |",
    ):
        assert part in text
    assert text.index("## Must reach") < text.index("## Times")


def test_row_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="'Odd'"):
        Table("Odd", ("a", "b"), (("only one",),)).markdown()


def test_json_comes_back_as_the_same_report(tmp_path: Path) -> None:
    path = REPORT.write(tmp_path / "new")
    assert path.read_text() == REPORT.markdown()
    assert read_report(path.with_suffix(".json").read_text()) == REPORT


def test_number_that_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        replace(REPORT, goals=(Goal("endless", float("inf"), 1.0),)).json()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (12.0, "12"),
        (10_000, "10,000"),
        (1234.5, "1,234"),
        (12.34, "12.3"),
        (0.4567, "0.457"),
        (2e-7, "2e-07"),
    ],
)
def test_figures_read_well(value: float, text: str) -> None:
    assert figure(value) == text
