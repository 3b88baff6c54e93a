"""Crowds add up over the rounds, and the verdicts follow from them."""

from typing import Any

import pytest

from benchmarks.clients import Load, Order
from benchmarks.page import ECHO, GRADIO, ONE, PEER, PLAIN, Schedule, Tally, goals_of, measure, table_of


def tally(*rounds: tuple[int, float, float], errors: int = 0, lost: int = 0) -> Tally:
    """Rounds of (answers, seconds each took, seconds of the server's processor)."""
    whole = Tally()
    for answers, wait, cpu in rounds:
        whole.add(Load([wait] * answers, 10.0, errors, lost), cpu)
    return whole


def test_rounds_one_after_another_add_up() -> None:
    whole = tally((100, 0.1, 2.0), (300, 0.2, 6.0))
    assert whole.rates == [10.0, 30.0]
    assert whole.load.rate == 20.0
    assert whole.load.milliseconds(50) == 200.0
    assert whole.cpu_milliseconds == 20.0


def test_nobody_answered_is_no_division_by_zero() -> None:
    whole = tally((0, 0.0, 1.0))
    assert whole.load.rate == 0
    assert whole.cpu_milliseconds == float("inf")
    assert "inf" in table_of({(PEER, 8): whole}).markdown()


GOOD = {
    (PLAIN, 32): tally((700, 0.4, 4.0)),
    (GRADIO, 32): tally((130, 2.0, 4.0)),
    (ONE, 32): tally((133, 1.0, 4.0)),
    (ECHO, 32): tally((140, 2.0, 3.0)),
    (PEER, 32): tally((100, 3.0, 10.0)),
}


def test_goals_are_the_ratios_of_the_largest_crowd() -> None:
    goals = goals_of(GOOD)
    # 70/10 pictures a second; 0.4/3 s; 13/14, 13.3/14; (4/130)/(10/100); no error, none lost.
    assert [goal.value for goal in goals] == [7.0, 0.133, 0.929, 0.95, 0.308, 0, 0]
    assert all(goal.reached for goal in goals)


def test_one_lost_picture_and_one_error_are_two_missed_goals() -> None:
    spoilt = {**GOOD, (GRADIO, 1): tally((5, 0.1, 0.1), errors=1, lost=1)}
    assert [goal.reached for goal in goals_of(spoilt)] == [True] * 5 + [False] * 2


def test_errors_of_others_are_theirs() -> None:
    others = {**GOOD, (PEER, 1): tally((5, 0.1, 0.1), errors=1, lost=1)}
    assert all(goal.reached for goal in goals_of(others))


def test_without_the_plain_route_nothing_is_claimed_of_it() -> None:
    without = {key: value for key, value in GOOD.items() if key[0] != PLAIN}
    assert [goal.reached for goal in goals_of(without)] == [None, None, True, True, True, True, True]


def test_crowd_without_answers_is_no_success() -> None:
    assert goals_of({**GOOD, (PLAIN, 32): tally((0, 0.0, 1.0))})[0].reached is False


class Scripted:
    """A crowd and its server in one: answers as many as it is told, and notes its turns."""

    def __init__(self, name: str, turns: list[tuple[str, int]], answers: int = 2) -> None:
        self.name, self.turns, self.answers, self.clock = name, turns, answers, 0.0

    def go(self, order: Order) -> Load:
        self.turns.append((self.name, order.sessions))
        self.clock += 0.5
        return Load([0.1] * self.answers, 1.0)

    def cpu_seconds(self) -> float:
        return self.clock

    def log(self) -> str:
        return "it fell over"


def test_everyone_has_a_turn_with_every_number_of_sessions_in_every_round() -> None:
    turns: list[tuple[str, int]] = []
    crowds: Any = {name: Scripted(name, turns) for name in "ab"}
    tallies = measure(crowds, crowds, Schedule({1: 1.0, 8: 1.0}, 2))
    assert turns[:2] == [("a", 8), ("b", 8)]  # warming up
    assert turns[2:] == [("a", 1), ("b", 1), ("a", 8), ("b", 8), ("b", 1), ("a", 1), ("b", 8), ("a", 8)]
    assert all((len(each.load.latencies), each.cpu) == (4, 1.0) for each in tallies.values())


def test_contender_that_answers_nobody_stops_the_benchmark() -> None:
    crowds: Any = {"a": Scripted("a", [], answers=0)}
    with pytest.raises(RuntimeError, match="it fell over"):
        measure(crowds, crowds, Schedule({1: 1.0}, 1))
