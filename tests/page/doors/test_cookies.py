"""Where all share one address, a cookie counts as an address, and made-up ones do not count without end."""

import asyncio
import secrets

import pytest
from starlette.types import Message, Receive, Scope, Send

from page.doors import cookies
from page.doors.cookies import Cookies
from page.doors.fair_turns import address_of
from tests.page.doors.test_budget import Clock


class Asked:
    """Notes as whom each request counts."""

    def __init__(self, clock: Clock) -> None:
        self.seen: list[str] = []
        self.door = Cookies(self._app, clock)

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(address_of(scope))

    def by(self, *tokens: str) -> list[str]:
        async def nothing(message: Message | None = None) -> Message:
            return {"type": "http.disconnect"}

        async def all_of_them() -> None:
            for token in tokens:
                headers = [(b"cookie", f"visitor={token}".encode())] if token else []
                scope = {"type": "http", "client": ("10.0.0.1", 1), "headers": headers}
                await self.door(scope, nothing, nothing)  # type: ignore[arg-type]

        self.seen.clear()
        asyncio.run(all_of_them())
        return self.seen.copy()


def made(count: int) -> list[str]:
    return [secrets.token_urlsafe(24) for _ in range(count)]


def test_browsers_count_as_visitors_and_all_without_a_cookie_as_one() -> None:
    one, other = made(2)
    seen = Asked(Clock()).by(one, other, one, "", "", "not ours")
    assert seen[0] == seen[2] != seen[1]
    assert seen[3:] == ["10.0.0.1"] * 3


def test_no_more_new_ones_a_minute_count_and_those_known_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookies, "NEW_EACH_MINUTE", 3)
    clock = Clock()
    asked = Asked(clock)
    flood = made(10)
    seen = asked.by(*flood)
    assert len(set(seen[:3])) == 3
    assert seen[3:] == ["10.0.0.1"] * 7
    assert asked.by(flood[0]) == seen[:1]
    clock.now += 61
    assert asked.by(flood[9])[0] != "10.0.0.1"


def test_those_not_seen_for_long_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookies, "KEPT", 2)
    asked = Asked(Clock())
    asked.by(*made(5))
    assert len(asked.door._known) == 2
