"""What counts as growth."""

from typing import Any

import pytest

from benchmarks.clients import Load, Order
from benchmarks.memory import SIZES, Snapshot, goals_of, send, table_of

STEADY = [
    Snapshot(0, 500, 850, 10, 20, 0),
    Snapshot(1000, 620, 990, 20, 30, 50),
    Snapshot(10_000, 630, 1000, 20, 30, 60),
]
ALL = Load([0.1] * 10_000, 300.0)


def test_server_that_stays_as_it_is_reaches_everything() -> None:
    goals = goals_of(STEADY, ALL, 0, 10_000)
    assert [goal.value for goal in goals] == [10_000, 0, 10, 630, 0, 0, 0]
    assert all(goal.reached for goal in goals)


@pytest.mark.parametrize(
    ("last", "left", "load", "missed"),
    [
        (Snapshot(10_000, 630, 1021, 20, 30, 60), 0, ALL, "resident memory"),
        (Snapshot(10_000, 901, 1000, 20, 30, 60), 0, ALL, "RssAnon"),
        (Snapshot(10_000, 630, 1000, 23, 30, 60), 0, ALL, "more threads"),
        (Snapshot(10_000, 630, 1000, 20, 35, 60), 0, ALL, "more open handles"),
        (STEADY[2], 1, ALL, "files left"),
        (STEADY[2], 0, Load([0.1] * 9_999, 300.0), "pictures answered"),
        (STEADY[2], 0, Load([0.1] * 10_000, 300.0, 0, 1), "errors and lost"),
    ],
)
def test_each_kind_of_growth_is_a_missed_goal(last: Snapshot, left: int, load: Load, missed: str) -> None:
    goals = goals_of([*STEADY[:2], last], load, left, 10_000)
    assert [goal.claim.startswith(missed) for goal in goals if not goal.reached] == [True]


class Counting:
    """A crowd that answers what it is told, and a server that stays the same."""

    def __init__(self) -> None:
        self.counts: list[int] = []

    def go(self, order: Order) -> Load:
        self.counts.append(order.count)
        return Load([0.01] * order.count, 1.0)

    def memory(self, field: str) -> int:
        return 100

    def anonymous(self) -> int:
        return 100

    threads = handles = files = lambda self: 1


def test_a_twentieth_goes_through_gradio_and_every_mark_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.memory.Crowd", Counting)
    crowds: Any = {"plain": Counting(), "gradio": Counting()}
    server: Any = Counting()
    snapshots, load = send(server, crowds, {"plain": 8, "gradio": 2}, (40, 100))
    assert [each.pictures for each in snapshots] == [0, 40, 100]
    assert (crowds["plain"].counts, crowds["gradio"].counts) == ([38, 57], [2, 3])
    assert len(load.latencies) == 100
    assert "| 100 | 100 | 100 | 1 | 1 | 1 |" in table_of(snapshots).markdown()


def test_pictures_differ_in_size_and_most_are_small() -> None:
    assert len(set(SIZES)) == len(SIZES)
    assert sum(width * height < 400_000 for width, height in SIZES) > 0.8 * len(SIZES)
    assert max(max(size) for size in SIZES) == 1600
