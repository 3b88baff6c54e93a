"""What the figures of a cluster must reach, and what is counted as lost or wrong."""

import threading
from dataclasses import replace
from typing import Any, cast

import pytest
from PIL import Image

from benchmarks.behind import Asked, ask_for
from benchmarks.cluster import ALONE, PAGE, Paged, goals_of
from page.pictures.picture import Picture
from page.place import Away
from page.question import Question
from page.service import Service
from page.words import load
from tests.page import fakes

FINE = {name: Asked([0.1, 0.4], elapsed=1) for name in ("killed", "upgraded", "node")}
RATES = {ALONE: Paged(40, 40, 500), PAGE: Paged(30, 15, 200)}
LADDER = {1: Asked([0.1] * 100, elapsed=1), 2: Asked([0.1] * 190, elapsed=1), 4: Asked([0.1] * 200, elapsed=1)}


def goals(**changed: Any) -> dict[str, bool | None]:
    told = {"off": 1e-6, "added": {"added": 4.0}, "rates": RATES, "ladder": LADDER, "deaths": FINE} | changed
    return {goal.claim: goal.reached for goal in goals_of(**told)}


def test_all_is_reached_by_good_figures() -> None:
    assert set(goals().values()) == {True}
    (carried,) = [each for each in goals_of(1e-6, {"added": 4.0}, RATES, LADDER, FINE) if "simulated" in each.claim]
    assert carried.value == 0.95  # 190 against twice 100


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({"off": 1e-4}, "difference"),
        ({"added": {"added": 11.0}}, "added time"),
        ({"rates": {**RATES, PAGE: Paged(27, 15, 200)}}, "against one process"),
        ({"deaths": {**FINE, "killed": Asked([0.1], ["Away"])}}, "replicas killed: lost"),
        ({"deaths": {**FINE, "upgraded": Asked([0.1], wrong=1)}}, "rolling upgrade"),
        ({"deaths": {**FINE, "killed": Asked([10.5])}}, "slowest"),
    ],
)
def test_each_goal_can_be_missed(changed: dict[str, Any], missed: str) -> None:
    assert [claim for claim, reached in goals(**changed).items() if not reached] == [
        claim for claim in goals() if missed in claim
    ]


def test_lost_and_wrong_answers_are_counted() -> None:
    service = fakes.service(load())
    picture = Picture(Image.new("RGB", (40, 40), (200, 0, 0)))
    right = service.ask(picture, Question()).explanation
    other = replace(right, top=right.top[::-1])
    lock, number = threading.Lock(), [0]

    class Uncertain:
        def ask(self, *_: object) -> object:
            with lock:
                number[0] += 1
                asked = number[0]
            if asked == 3:
                raise Away
            return type("Reply", (), {"explanation": other if asked == 2 else right})

    def until_some_came() -> None:
        while number[0] < 10:
            pass

    asked = ask_for(cast(Service, Uncertain()), picture, 1, 0, until_some_came)
    assert (asked.wrong, len(asked.lost)) == (1, 1)
    assert len(asked.seconds) == number[0] - 2  # but for the first one, which is compared with, and the lost one
