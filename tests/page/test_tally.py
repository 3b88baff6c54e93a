"""What others said is counted and nothing else, told late and to few, changed until one leaves, and wiped."""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from page.doors.owners import COOKIE
from page.examples import Example
from page.tally import FEWEST, PATH, Counts, Said, Tally

DAY = date(2026, 11, 30)


@pytest.fixture
def examples(tmp_path: Path) -> Sequence[Example]:
    for name in ("lion", "cat"):
        (tmp_path / name).write_bytes(name.encode())
    return [Example(tmp_path / name, name, name) for name in ("lion", "cat")]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "counts.sqlite"


@pytest.fixture
def tally(file: Path, examples: Sequence[Example]) -> Tally:
    return Tally(file, examples, today=lambda: DAY)


def said(before: bool = True, after: bool = False, less: bool | None = None, example: int = 0) -> Said:
    return Said(example=example, before=before, after=after, less=less)


def rows(file: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as opened:
        return opened.execute("SELECT * FROM counts").fetchall()


def test_it_is_told_from_five_people_on(tally: Tally) -> None:
    told = [tally.add(f"browser {number}", said(less=number > 0)) for number in range(FEWEST)]
    assert told == [None] * (FEWEST - 1) + [Counts(people=5, before=5, after=0, covered=5, less=4)]
    assert tally.add("one more", said(before=False, after=True, example=1)) is None, "of another picture"


def test_an_answer_can_be_changed_until_one_leaves_and_counts_once(tally: Tally) -> None:
    for number in range(FEWEST):
        tally.add(f"browser {number}", said())
    assert tally.add("browser 0", said(after=True, less=True)) == Counts(5, 5, 1, 1, 1)
    assert tally.add("browser 0", said(after=False)) == Counts(5, 5, 0, 0, 0)
    tally.forget("browser 0")
    assert tally.add("browser 0", said(after=True)) == Counts(6, 6, 1, 0, 0), "another visitor at the same screen"


def test_the_file_holds_numbers_and_the_day_alone(tally: Tally, file: Path) -> None:
    tally.add("browser", said(before=False, after=True, less=True))
    ((day, example, *numbers),) = rows(file)
    assert (day, numbers) == ("2026-11-30", [1, 0, 1, 1, 1])
    assert len(example) == 16
    assert b"browser" not in file.read_bytes()


def test_two_pages_share_a_file_whatever_their_order_of_pictures(tally: Tally, examples: Sequence[Example]) -> None:
    other = Tally(tally.file, examples[::-1], today=lambda: DAY)
    for number in range(3):
        tally.add(f"here {number}", said())
        other.add(f"there {number}", said(example=1))
    assert other.add("there 3", said(example=1)) == Counts(7, 7, 0, 0, 0)


def test_counts_are_wiped_each_night(file: Path, examples: Sequence[Example]) -> None:
    now = DAY
    tally = Tally(file, examples, 1, lambda: now)
    for number in range(FEWEST):
        tally.add(f"browser {number}", said())
    tally.sweep()
    assert rows(file)
    now = DAY + timedelta(1)
    tally.sweep()
    assert rows(file) == []
    assert tally.add("browser 0", said(after=True)) is None


def test_where_the_file_is_gone_nothing_is_told_and_the_log_says_why(
    tmp_path: Path, examples: Sequence[Example], caplog: pytest.LogCaptureFixture
) -> None:
    tally = Tally(tmp_path / "gone" / "counts.sqlite", examples, 1, lambda: DAY)
    with caplog.at_level(logging.WARNING, "seewhy"):
        assert tally.add("browser", said()) is None
        tally.sweep()
    assert len(caplog.records) == 2
    assert "unable to open" in caplog.text


def test_the_route_takes_what_a_page_of_this_site_says_and_no_more(tally: Tally) -> None:
    app = Starlette(routes=[Route(PATH, tally.answer, methods=["POST"])])
    good = {"example": 0, "before": True, "after": False, "less": None}

    def post(value: Any, token: str = "", **headers: str) -> httpx.Response:
        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as http:
                cookie = {"cookie": f"{COOKIE}={token}"} if token else {}
                return await http.post(PATH, json=value, headers={**cookie, **headers})

        return asyncio.run(asked())

    tokens = ["a" * 31 + letter for letter in "ABCDE"]
    answers = [post(good, token).json() for token in tokens]
    assert answers == [{}] * 4 + [{"people": 5, "before": 5, "after": 0, "covered": 0, "less": 0}]
    assert post(good).status_code == 403, "a browser has a cookie of ours"
    assert post(good, tokens[0], **{"sec-fetch-site": "cross-site"}).status_code == 403
    for bad in ({**good, "example": 2}, {**good, "more": 1}, {"example": 0}, [], {**good, "example": -1}):
        assert post(bad, tokens[0]).status_code == 400
    assert post({**good, "more": "x" * 400}, tokens[0]).status_code == 413
