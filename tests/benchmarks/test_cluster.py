"""What the figures of a cluster must reach, and what is counted as lost or wrong."""

import asyncio
import subprocess
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from benchmarks.behind import Asked, ask_for
from benchmarks.carried import NGINX, Rung, goals_of_ladders, nginx_config
from benchmarks.cluster import ALONE, PAGE, Paged, goals_of
from benchmarks.server import ROOT
from benchmarks.sleeping import SleepingDevice
from page.pictures.picture import Picture
from page.place import Away
from page.question import Question
from page.service import Service
from page.words import load
from tests.page import fakes

FINE = {name: Asked([0.1, 0.4], elapsed=1) for name in ("killed", "upgraded", "node")}
RATES = {ALONE: Paged(40, 40, 500), PAGE: Paged(30, 15, 200)}
REPLICAS = {"a card": {1: Rung(100, 9, 0.4), 2: Rung(190, 9, 0.7), 4: Rung(200, 9, 0.95)}}
PAGES = {"pages": {1: Rung(50, 9, 0.6, 8), 2: Rung(90, 9, 0.8, 8), 3: Rung(91, 9, 0.95, 9)}}


def goals(**changed: Any) -> dict[str, bool | None]:
    told = {
        "off": 1e-6,
        "added": {"added": 4.0},
        "rates": RATES,
        "carried": (REPLICAS, PAGES),
        "deaths": FINE,
    } | changed
    return {goal.claim: goal.reached for goal in goals_of(**told)}


def test_all_is_reached_by_good_figures() -> None:
    assert set(goals().values()) == {True}
    replicas, pages = goals_of_ladders(REPLICAS, PAGES)
    assert replicas.value == 0.95, "190 against twice 100; four of them are held up by the cores"
    assert pages.value == pytest.approx(8 / 9), "the third page is held up: what it costs counts"


@pytest.mark.parametrize(
    ("changed", "missed"),
    [
        ({"off": 1e-4}, "difference"),
        ({"added": {"added": 11.0}}, "added time"),
        ({"rates": {**RATES, PAGE: Paged(27, 15, 200)}}, "against one process"),
        ({"carried": ({"a card": {1: Rung(100, 9, 0.4), 2: Rung(170, 9, 0.5)}}, PAGES)}, "simulated"),
        ({"carried": (REPLICAS, {"pages": {1: Rung(50, 9, 0.6, 8), 2: Rung(60, 9, 0.95, 11)}})}, "pages behind"),
        ({"deaths": {**FINE, "killed": Asked([0.1], ["Away"])}}, "replicas killed: lost"),
        ({"deaths": {**FINE, "upgraded": Asked([0.1], wrong=1)}}, "rolling upgrade"),
        ({"deaths": {**FINE, "killed": Asked([10.5])}}, "slowest"),
    ],
)
def test_each_goal_can_be_missed(changed: dict[str, Any], missed: str) -> None:
    assert [claim for claim, reached in goals(**changed).items() if not reached] == [
        claim for claim in goals() if missed in claim
    ]


def test_where_the_cores_are_always_busy_nothing_is_told_of_replicas() -> None:
    replicas, _ = goals_of_ladders({"a card": {1: Rung(100, 9, 0.4), 2: Rung(110, 9, 0.99)}}, PAGES)
    assert replicas.reached is None


def test_nginx_is_ours_but_for_its_limits(tmp_path: Path) -> None:
    ours = (ROOT / "deploy/nginx/seewhy.conf").read_text()
    config = nginx_config(ours, ["127.0.0.1:1", "127.0.0.1:2"], 3, tmp_path)
    assert "hash $replica consistent;\nserver 127.0.0.1:1;\nserver 127.0.0.1:2;" in config
    assert "listen 127.0.0.1:3;" in config
    assert "limit_" not in config
    (tmp_path / "nginx.conf").write_text(config)
    subprocess.run([NGINX, "-t", "-c", str(tmp_path / "nginx.conf")], check=True, capture_output=True)


@pytest.mark.parametrize(("at_once", "batches"), [(1, 1), (9, 2), (10, 3)])
def test_a_stand_ins_device_takes_up_to_eight_that_wait_together(
    at_once: int, batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = []

    async def sleep(seconds: float, usual: Callable[[float], Any] = asyncio.sleep) -> None:
        slept.append(seconds)
        await usual(0)

    async def ask() -> None:
        device = SleepingDevice(0.01)
        await asyncio.gather(*(device.compute() for _ in range(at_once)))

    monkeypatch.setattr(asyncio, "sleep", sleep)
    asyncio.run(ask())
    assert slept == [0.01] * batches


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
