"""Seconds of a processor, by address: spent at once, given back in the course of a minute, asked for only by others."""

from dataclasses import dataclass

import pytest

from page.doors import budget
from page.doors.budget import Budget


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_minutes_worth_can_be_spent_at_once_and_comes_back_evenly() -> None:
    clock = Clock()
    made = Budget(120, clock)
    made.came("b")
    made.charge("a", 120)
    assert made.wait("a") == 0
    made.charge("a", 60)
    assert made.wait("a") == pytest.approx(30)
    clock.now += 20
    assert made.wait("a") == pytest.approx(10)
    clock.now += 10
    assert made.wait("a") == 0


def test_nobody_is_refused_for_being_alone() -> None:
    clock = Clock()
    made = Budget(10, clock)
    made.charge("a", 1000)
    assert made.wait("a") == 0
    made.came("b")
    assert made.wait("a") > 0
    assert made.wait("b") == 0
    clock.now += 61
    assert made.wait("a") == 0, "the other has left"


def test_what_was_not_spent_is_not_saved_for_later() -> None:
    clock = Clock()
    made = Budget(60, clock)
    made.came("a")
    clock.now += 3600
    made.came("b")
    made.charge("a", 90)
    assert made.wait("a") == pytest.approx(30)


def test_addresses_are_forgotten_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "KEPT", 3)
    made = Budget(10, Clock())
    for name in "abcde":
        made.charge(name, 20)
    assert list(made._accounts) == ["c", "d", "e"]
