"""What all requests hold has one bound in bytes, and who holds most goes first."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

import pytest

from models.problems import Problem
from page.doors import burden
from page.doors.burden import Burden, Burdens, burden_of
from page.doors.line import Busy, Line, Visitor


class Desk:
    """Burdens of several addresses, and whom they ended."""

    def __init__(self, most: int = 1000, light: int = 50) -> None:
        self.burdens = Burdens(most, light)
        self.ended: list[str] = []
        self._open = ExitStack()

    def arriving(self, address: str) -> Burden:
        """A body on its way."""
        return self._come(address, lambda problem: self._note(address, problem))

    def worked_on(self, address: str) -> Burden:
        """A body that is complete."""
        return self._come(address, None)

    def _come(self, address: str, end: Callable[[Problem], None] | None) -> Burden:
        return self._open.enter_context(self.burdens.of({"type": "http", "client": (address, 1)}, end))

    def _note(self, address: str, problem: Problem) -> None:
        assert isinstance(problem, Busy)
        self.ended.append(address)


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def play(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 30))  # type: ignore[arg-type]


def test_newcomer_finds_room_and_the_last_of_whoever_holds_most_goes() -> None:
    async def story() -> None:
        desk = Desk()
        one, first, last = desk.arriving("one"), desk.arriving("much"), desk.arriving("much")
        await one.more(200)
        await first.more(300)
        await last.more(250)
        await desk.arriving("newcomer").more(100)
        assert desk.ended == ["much"]
        assert (first.may_end, last.may_end) == (True, False)
        await first.more(50)
        assert desk.ended == ["much"], "there is room again"

    play(story)


def test_whoever_holds_most_is_the_one_that_is_refused() -> None:
    async def story() -> None:
        desk = Desk()
        for address in "abc":
            await desk.arriving(address).more(200)
        with pytest.raises(Busy):
            await desk.arriving("d").more(201)
        assert desk.ended == []

    play(story)


def test_the_last_quarter_is_for_those_who_hold_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burden, "PATIENCE", 0.01)

    async def story() -> None:
        desk = Desk()
        for address in "abc":
            desk.worked_on(address).bytes = 250
        for number in range(5):
            await desk.arriving(f"small {number}").more(50)
        assert desk.ended == []
        with pytest.raises(Busy):
            await desk.arriving("small 6").more(50)

    play(story)


def test_what_is_worked_on_is_waited_for() -> None:
    async def story() -> None:
        desk = Desk()
        with desk.burdens.of({"type": "http", "client": ("a", 1)}) as running:
            await running.more(700)
            waits = asyncio.create_task(desk.arriving("b").more(100))
            await settled()
            assert not waits.done()
        await waits
        assert desk.ended == []

    play(story)


def test_one_that_waits_for_room_is_refused_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burden, "PATIENCE", 0.01)

    async def story() -> None:
        desk = Desk()
        await desk.worked_on("a").more(700)
        with pytest.raises(Busy):
            await desk.arriving("b").more(100)

    play(story)


def test_forty_addresses_that_send_at_once_hold_no_more_than_one_bound() -> None:
    async def story() -> None:
        desk = Desk(most=3200)
        most = 0

        async def send(address: str) -> None:
            nonlocal most
            with desk.burdens.of({"type": "http", "client": (address, 1)}, lambda problem: None) as mine:
                for _ in range(15):
                    await mine.more(100)
                    most = max(most, sum(each.bytes for each in desk.burdens._held))
                    await asyncio.sleep(0)
                sent.append(address)

        sent: list[str] = []
        ends = await asyncio.gather(*(send(f"10.0.0.{n}") for n in range(40)), return_exceptions=True)
        assert 2000 < most <= 2400
        assert sent, "some got through"
        assert all(end is None or isinstance(end, Busy) for end in ends)

    play(story)


def test_request_that_waits_in_a_line_may_be_ended_and_one_that_is_served_may_not() -> None:
    async def story() -> None:
        desk, line = Desk(), Line(1, 9, 9)
        served, waits = desk.worked_on("a"), desk.worked_on("b")

        async def ask(mine: Burden) -> None:
            async with line.turn(Visitor(mine.address), mine):
                await asyncio.sleep(600)

        served.bytes, waits.bytes = 300, 300
        one, other = asyncio.create_task(ask(served)), asyncio.create_task(ask(waits))
        await settled()
        assert (served.may_end, waits.may_end) == (False, True)
        await desk.arriving("c").more(200)
        with pytest.raises(Busy):
            await other
        assert not one.done()
        assert line.waiting == 0
        one.cancel()

    play(story)


def test_request_finds_its_own_burden() -> None:
    scope = {"type": "http", "client": ("a", 1)}
    assert burden_of(scope) is None
    with Burdens().of(scope) as mine:
        assert burden_of(scope) is mine
