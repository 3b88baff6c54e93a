"""Thirty visits to a kiosk leave nothing, and what would count as something."""

from pathlib import Path

import pytest

from benchmarks.kiosk import GROWTH, Left, goals_of, table_of, visits
from tests.browser.visit import photo
from tests.server import running

STEADY = (Left(100, 600, 30, 0), Left(500, 610, 31, 0), Left(1000, 605, 30, 0))


def test_thirty_visits_leave_memory_and_disk_as_they_were(tmp_path: Path) -> None:
    with running(tmp_path, "--kiosk", "--offline") as server:
        left = visits(server, [photo("cheetah"), photo("lion")], (10, 30))
    assert [goal.claim for goal in goals_of(left) if not goal.reached] == []


def test_a_day_that_leaves_all_as_it_was_reaches_everything() -> None:
    assert all(goal.reached for goal in goals_of(STEADY))
    assert len(table_of(STEADY).rows) == 3


@pytest.mark.parametrize(
    ("last", "missed"),
    [
        (Left(1000, 601 + GROWTH, 30, 0), "memory"),
        (Left(1000, 600, 39, 0), "handles"),
        (Left(1000, 600, 30, 1), "files"),
    ],
)
def test_anything_that_grows_is_missed(last: Left, missed: str) -> None:
    (goal,) = [goal for goal in goals_of((*STEADY[:-1], last)) if not goal.reached]
    assert missed in goal.claim
