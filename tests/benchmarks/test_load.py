"""Strangers among the visitors: a short form of the benchmarks `load` and `fuzz`."""

import random
from pathlib import Path

import httpx
import pytest

from benchmarks import fuzz, load
from benchmarks.load import OUR_OWN, Found, bomb, goals_of
from models.problems import Problem
from page.pictures.picture import Limits, TooManyPixels, decode


def missed(report: load.Report) -> list[str]:
    return [f"{goal.claim}: {goal.value}" for goal in report.goals if not goal.reached] + (
        list(report.notes) if not all(goal.reached for goal in report.goals) else []
    )


def test_healthy_clients_are_answered_among_hostile_ones(tmp_path: Path) -> None:
    assert missed(load.run(tmp_path, quick=True)) == []


def test_nothing_breaks_on_what_is_nearly_right(tmp_path: Path) -> None:
    assert missed(fuzz.run(tmp_path, quick=True)) == []


@pytest.mark.parametrize(
    ("status", "body", "broken"),
    [
        (503, {"error": next(iter(OUR_OWN))}, False),
        (413, {"error": "too large"}, False),
        (503, {"error": "another"}, True),
        (500, {"error": next(iter(OUR_OWN))}, False),
        (502, None, True),
        (400, {"error": "Traceback (most recent call last)"}, True),
    ],
)
def test_what_counts_as_broken(status: int, body: object, broken: bool) -> None:
    found = Found()
    found.look("asked", httpx.Response(status, json=body))
    assert bool(found.broken) == broken


def test_each_kind_of_harm_is_a_missed_goal() -> None:
    good = Found()
    good.kinds["answered"] = 5
    good.peak = 600
    assert all(goal.reached for goal in goals_of(good, 500, False))
    assert not all(goal.reached for goal in goals_of(good, 100, False))
    assert not all(goal.reached for goal in goals_of(good, 500, True))


def test_bomb_is_one() -> None:
    assert len(bomb()) < 2000
    with pytest.raises(TooManyPixels):
        decode(bomb(), Limits(1_000_000))


def test_changes_reach_the_decoder_and_its_refusals() -> None:
    chance = random.Random(1)
    seeds = fuzz.seed_pictures()
    assert all(decode(data, fuzz.LIMITS) for data in seeds.values())
    outcomes, crashes = fuzz.decode_all(chance, 150)
    assert crashes == []
    assert outcomes["decoded"] > 10
    assert len(outcomes) >= 3
    assert "failed" not in outcomes


def test_a_crash_of_the_decoder_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(data: bytes, limits: Limits) -> None:
        raise ZeroDivisionError if len(data) % 2 else Problem

    monkeypatch.setattr(fuzz, "decode", fail)
    outcomes, crashes = fuzz.decode_all(random.Random(1), 40)
    assert len(crashes) == outcomes["failed"] > 0
