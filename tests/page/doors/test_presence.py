"""Which pages are open, by their own words: when a visit is over, and what a stranger can't do by such words."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from page.doors import presence
from page.doors.owners import COOKIE
from page.doors.presence import LONGEST, PAGES, PATH, Patience, Presence, PresenceMessage, State
from tests.page.talk import HTTP
from tests.server import Server

ONE, OTHER = "a" * 32, "b" * 32
PATIENCE = Patience(farewell=60, asleep=600)


@dataclass
class Clock:
    """A loop's timers, moved on by hand."""

    now: float = 0
    timers: list["Timer"] = field(default_factory=list)

    def call_later(self, seconds: float, act: Callable[..., None], *values: Any) -> "Timer":
        self.timers.append(Timer(self, self.now + seconds, act, values))
        return self.timers[-1]

    def wait(self, seconds: float) -> None:
        self.now += seconds
        for timer in sorted(self.timers, key=lambda timer: timer.at):
            if timer.at <= self.now and timer in self.timers:
                self.timers.remove(timer)
                timer.act(*timer.values)


@dataclass(eq=False)
class Timer:
    clock: Clock
    at: float
    act: Callable[..., None]
    values: tuple[Any, ...]

    def cancel(self) -> None:
        if self in self.clock.timers:
            self.clock.timers.remove(self)


@dataclass
class Door:
    """A presence with a clock, and what it told."""

    clock: Clock
    closed: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.presence = Presence(PATIENCE, self.close, self.left.append)

    def close(self, token: str, session: str) -> None:
        self.by.append(token)
        self.closed.append(session)

    def says(self, token: str, page: str, state: str, number: int = 0, session: str | None = None) -> None:
        word = PresenceMessage(page=page, session=session or f"of-{page}", state=State(state), number=number)
        self.presence.heard(token, word)


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    clock = Clock()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: clock)
    made = Door(clock)
    yield made
    monkeypatch.undo()
    assert len(clock.timers) == len(made.presence), "each page has one timer"


@pytest.mark.parametrize(("state", "kept", "gone"), [("here", 59, 61), ("asleep", 599, 601), ("gone", 9, 11)])
def test_visit_is_over_when_its_page_was_silent_for_as_long_as_its_state_allows(
    door: Door, state: str, kept: float, gone: float
) -> None:
    door.says(ONE, "p", state)
    door.clock.wait(kept)
    assert (door.closed, door.left) == ([], [])
    door.clock.wait(gone - kept)
    assert (door.closed, door.left) == (["of-p"], [ONE])


def test_it_is_told_who_closed_a_session_since_anyone_may_name_it(door: Door) -> None:
    door.says(OTHER, "p", "gone", session="somebody-elses")
    door.clock.wait(11)
    assert (door.closed, door.by) == (["somebody-elses"], [OTHER])


def test_page_that_goes_on_saying_so_stays(door: Door) -> None:
    for number in range(100):
        door.says(ONE, "p", "here", number)
        door.clock.wait(PATIENCE.between)
    assert door.left == []
    door.clock.wait(60)
    assert door.left == [ONE]


def test_page_that_wakes_up_or_comes_back_goes_on(door: Door) -> None:
    for number, state in enumerate(["here", "asleep", "gone", "here"]):
        door.says(ONE, "p", state, number)
        door.clock.wait(9)
    assert door.left == []


def test_word_that_was_overtaken_changes_nothing(door: Door) -> None:
    door.says(ONE, "p", "gone", 5)
    door.says(ONE, "p", "asleep", 4)
    door.clock.wait(11)
    assert door.left == [ONE]


def test_closed_page_of_two_takes_its_session_and_the_last_one_takes_the_visit(door: Door) -> None:
    door.says(ONE, "p", "here")
    door.says(ONE, "q", "asleep")
    door.says(ONE, "p", "gone", 1)
    door.clock.wait(11)
    assert (door.closed, door.left) == (["of-p"], [])
    door.says(ONE, "q", "gone", 1)
    door.clock.wait(11)
    assert (door.closed, door.left) == (["of-p", "of-q"], [ONE])


def test_page_loaded_again_belongs_to_the_same_visit(door: Door) -> None:
    door.says(ONE, "p", "gone")
    door.clock.wait(5)
    door.says(ONE, "q", "here")
    door.clock.wait(50)
    assert (door.closed, door.left) == (["of-p"], [])


# --- what a stranger can't do ---


def test_stranger_can_not_end_another_visit_nor_its_session(door: Door) -> None:
    door.says(ONE, "p", "here", 0, "mine")
    door.says(OTHER, "p", "gone", 9)
    door.says(OTHER, "q", "gone", 9, "mine")
    door.clock.wait(11)
    assert (door.closed, door.left) == (["of-p"], [OTHER])
    door.clock.wait(60)
    assert (door.closed, door.left) == (["of-p", "mine"], [OTHER, ONE])


def test_one_browser_has_so_many_pages_and_no_more(door: Door) -> None:
    for number in range(10 * PAGES):
        door.says(ONE, f"p{number}", "asleep")
    assert len(door.presence) == PAGES
    assert door.left == []


def test_making_up_browsers_costs_bounded_memory_and_deletes_nothing_of_others(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "BROWSERS", 50)
    door.says(ONE, "p", "here")
    for number in range(500):
        door.says(f"{number:032}", "p", "asleep", 0, f"s{number}")
    assert len(door.presence) == 50
    door.clock.wait(61)
    assert (door.closed, door.left) == ([], [])
    door.says(ONE, "p", "gone", 1)
    door.clock.wait(11)
    assert (door.closed, door.left) == (["of-p"], [ONE])


# --- the route ---


@contextmanager
def served(made: Presence) -> Iterator[Callable[..., int]]:
    app = Starlette(routes=[Route(PATH, made.answer, methods=["POST"])])

    def post(body: object = None, token: str = ONE, **headers: str) -> int:
        async def once() -> int:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as http:
                content = body if isinstance(body, bytes) else json.dumps(WORD if body is None else body).encode()
                sent = {
                    "cookie": f"{COOKIE}={token}",
                    **{name.replace("_", "-"): text for name, text in headers.items()},
                }
                return (await http.post(PATH, content=content, headers=sent)).status_code

        return asyncio.run(once())

    yield post


WORD = {"page": "p", "session": "s", "state": "here", "number": 0}


def test_route_takes_a_word_of_a_page_of_this_site_and_of_no_other() -> None:
    made = Presence(PATIENCE, lambda session: None, lambda token: None)
    with served(made) as post:
        for headers in (
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site", "origin": "http://page"},
            {"origin": "https://evil.example"},
            {"origin": "null"},
        ):
            assert post(**headers) == 403
        assert len(made) == 0
        assert post(sec_fetch_site="same-origin") == 204
        assert post(origin="http://page") == 204
        assert post(origin="https://outside.example", x_forwarded_host="outside.example") == 204
        assert len(made) == 1


def test_route_knows_only_browsers_with_a_cookie_of_ours() -> None:
    made = Presence(PATIENCE, lambda session: None, lambda token: None)
    with served(made) as post:
        assert post(token="") == 204
        assert post(token="made-up") == 204
    assert len(made) == 0


@pytest.mark.parametrize(("body", "status"), [
    (b"", 400),
    (b"[]", 400),
    (b"\xff", 400),
    ({**WORD, "page": "a" * 65}, 400),
    ({**WORD, "page": "../etc"}, 400),
    ({**WORD, "session": "a b"}, 400),
    ({**WORD, "state": "busy"}, 400),
    ({**WORD, "number": -1}, 400),
    ({**WORD, "number": 10**400}, 400),
    ({**WORD, "more": 1}, 400),
    (b" " * (LONGEST + 1), 413),
    ({**WORD, "session": None}, 204),
])  # fmt: skip
def test_route_refuses_what_no_page_says(body: object, status: int) -> None:
    made = Presence(PATIENCE, lambda session: None, lambda token: None)
    with served(made) as post:
        assert post(body) == status
    assert len(made) == (status == 204)


def test_real_page_takes_words_and_nothing_else(server: Server) -> None:
    http = httpx.Client(base_url=server.url, **HTTP)
    http.get("/")
    assert http.post(PATH, json=WORD).status_code == 204
    assert http.get(PATH).status_code == 405
    assert "Traceback" not in server.log()
