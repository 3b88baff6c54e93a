"""So many are served at once, the others wait in turn, and nobody's place is lost."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from page.doors.line import Busy, Line, Stopping, TooMany
from page.doors.turns import Visitor

A, B = Visitor("a"), Visitor("b")


async def settled() -> None:
    """All that can go on has gone on."""
    for _ in range(20):
        await asyncio.sleep(0)


class Scene:
    """Visitors at a line, each served until it is told to go."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.served: list[str] = []
        self.inside: dict[str, asyncio.Event] = {}

    def comes(self, name: str, visitor: Visitor) -> "asyncio.Task[None]":
        async def visit() -> None:
            with self.line.place(visitor):
                async with self.line.turn(visitor):
                    self.served.append(name)
                    self.inside[name] = asyncio.Event()
                    await self.inside[name].wait()
                    del self.inside[name]

        return asyncio.create_task(visit())

    async def goes(self, name: str) -> None:
        self.inside[name].set()
        await settled()


def play(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 30))  # type: ignore[arg-type]


def test_no_more_than_so_many_are_served_at_once() -> None:
    async def story() -> None:
        scene = Scene(Line(2, 10, 10))
        tasks = [scene.comes(f"a{number}", A) for number in range(5)]
        await settled()
        assert scene.served == ["a0", "a1"]
        for number in range(5):
            await scene.goes(f"a{number}")
            assert len(scene.inside) <= 2
        assert scene.served == ["a0", "a1", "a2", "a3", "a4"]
        await asyncio.gather(*tasks)

    play(story)


def test_flood_of_one_visitor_is_overtaken_by_another() -> None:
    async def story() -> None:
        scene = Scene(Line(1, 100, 100))
        tasks = [scene.comes(f"a{number}", A) for number in range(60)]
        await settled()
        tasks.append(scene.comes("b", B))
        await settled()
        await scene.goes("a0")
        await scene.goes("a1")
        assert scene.served == ["a0", "a1", "b"]
        for task in tasks:
            task.cancel()

    play(story)


def test_places_end_for_one_address_before_they_end_for_all() -> None:
    line = Line(1, 3, 3)
    with line.place(A), line.place(A), line.place(A):
        with pytest.raises(TooMany):
            line.place(A).__enter__()
        with line.place(B), pytest.raises(Busy) as caught:
            line.place(Visitor("c")).__enter__()
        assert type(caught.value) is Busy
    assert not line._here
    with line.place(A):
        pass


def test_visitor_who_gives_up_leaves_the_line() -> None:
    async def story() -> None:
        scene = Scene(Line(1, 10, 10))
        first, second, third = (scene.comes(name, A) for name in ("a0", "a1", "a2"))
        await settled()
        second.cancel()
        await settled()
        await scene.goes("a0")
        assert scene.served == ["a0", "a2"]
        await scene.goes("a2")
        await asyncio.gather(first, third)
        assert not scene.line._here

    play(story)


def test_turn_that_comes_as_its_visitor_gives_up_goes_to_the_next() -> None:
    async def story() -> None:
        scene = Scene(Line(1, 10, 10))
        tasks = [scene.comes(name, A) for name in ("a0", "a1", "a2")]
        await settled()
        scene.inside["a0"].set()
        await asyncio.sleep(0)  # a0 has gone, and a1 was called but has not come
        assert scene.served == ["a0"]
        tasks[1].cancel()
        await settled()
        assert scene.served == ["a0", "a2"]
        await scene.goes("a2")
        late = scene.comes("a3", A)
        await settled()
        assert scene.served[-1] == "a3"
        await scene.goes("a3")
        await late

    play(story)


def test_failure_gives_the_turn_back() -> None:
    async def story() -> None:
        line = Line(1, 1, 1)
        for _ in range(3):
            with pytest.raises(KeyError), line.place(A):
                async with line.turn(A):
                    raise KeyError
        assert not line._here

    play(story)


def test_line_that_is_shut_serves_those_inside_and_refuses_those_who_wait_or_come() -> None:
    async def story() -> None:
        scene = Scene(Line(1, 10, 10))
        first, *waiting = (scene.comes(name, visitor) for name, visitor in (("a0", A), ("a1", A), ("b", B)))
        await settled()
        scene.line.shut()
        late = scene.comes("late", B)
        for refused in (*waiting, late):
            with pytest.raises(Stopping):
                await refused
        assert scene.line.busy
        await scene.goes("a0")
        await first
        assert scene.served == ["a0"]
        assert not scene.line.busy

    play(story)
