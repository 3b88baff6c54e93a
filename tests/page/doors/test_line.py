"""So many are served at once, the others wait in turn, and nobody's place is lost."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from page.doors.fair_turns import Visitor
from page.doors.line import Busy, Line, Stopping, TooMany

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
            async with self.line.turn(visitor):
                self.served.append(name)
                self.inside[name] = asyncio.Event()
                try:
                    await self.inside[name].wait()
                finally:
                    del self.inside[name]

        return asyncio.create_task(visit())

    async def goes(self, name: str) -> None:
        self.inside[name].set()
        await settled()


def play(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 30))  # type: ignore[arg-type]


def test_no_more_than_so_many_are_served_at_once() -> None:
    async def story() -> None:
        scene = Scene(Line(4, 10, 10))
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


def test_half_of_the_places_stay_free_for_somebody_else_who_might_come() -> None:
    async def story() -> None:
        scene = Scene(Line(4, 10, 10))
        tasks = [scene.comes(f"a{number}", A) for number in range(6)]
        await settled()
        assert scene.served == ["a0", "a1"]
        tasks += [scene.comes(f"b{number}", B) for number in range(3)]
        await settled()
        assert scene.served == ["a0", "a1", "b0"], "the last one is for somebody who has none"
        tasks.append(scene.comes("c0", Visitor("c")))
        await settled()
        assert scene.served[3:] == ["c0"]
        await scene.goes("c0")
        assert len(scene.served) == 4
        await scene.goes("a0")
        assert scene.served[4:] == ["a2"]
        for task in tasks:
            task.cancel()

    play(story)


def waiting(line: Line, *visitors: Visitor) -> "list[asyncio.Task[None]]":
    """Visitors who wait behind those that fill all places."""

    async def visit(visitor: Visitor) -> None:
        async with line.turn(visitor):
            await asyncio.sleep(600)

    return [asyncio.create_task(visit(visitor)) for visitor in visitors]


async def told(task: "asyncio.Task[None]") -> type[BaseException] | None:
    """What a task was told, None while it waits."""
    await settled()
    return type(task.exception()) if task.done() else None


def test_full_line_sends_away_the_last_of_whoever_has_most_and_never_the_newcomer() -> None:
    async def story() -> None:
        line = Line(2, 4, 9)
        inside = waiting(line, A, B)
        await settled()
        first, second, third, other = waiting(line, A, A, A, B)
        await settled()
        (newcomer,) = waiting(line, Visitor("c"))
        assert await told(newcomer) is None
        assert await told(third) is Busy
        (more,) = waiting(line, A)
        assert await told(more) is Busy, "who has most is not let in for others' places"
        assert [await told(each) for each in (first, second, other, newcomer)] == [None] * 4
        for task in (*inside, first, second, other, newcomer):
            task.cancel()
        await settled()
        assert not line.busy

    play(story)


def test_line_of_as_many_as_it_holds_keeps_those_who_wait() -> None:
    async def story() -> None:
        line = Line(1, 3, 9)
        tasks = waiting(line, A, B, Visitor("c"), Visitor("d"))
        await settled()
        (newcomer,) = waiting(line, Visitor("e"))
        assert await told(newcomer) is Busy
        assert [await told(each) for each in tasks] == [None] * 4
        for task in tasks:
            task.cancel()

    play(story)


def test_address_that_has_all_it_may_sends_away_its_own() -> None:
    async def story() -> None:
        line = Line(1, 10, 3)
        inside = waiting(line, B)
        await settled()
        one, two, three = waiting(line, *[Visitor("a", "x")] * 2, Visitor("a", "y"))
        await settled()
        (pupil,) = waiting(line, Visitor("a", "z"))
        assert await told(pupil) is None
        assert await told(two) is TooMany
        (again,) = waiting(line, Visitor("a", "z"))
        assert await told(again) is TooMany
        assert [await told(each) for each in (one, three, pupil)] == [None] * 3
        for task in (*inside, one, three, pupil):
            task.cancel()

    play(story)


def test_line_without_places_to_wait_refuses_at_once() -> None:
    async def story() -> None:
        line = Line(1, 0, 9)
        (inside,) = waiting(line, A)
        await settled()
        for visitor in (A, B):
            (refused,) = waiting(line, visitor)
            assert await told(refused) is Busy
        inside.cancel()
        await settled()
        assert not line.busy

    play(story)


@pytest.mark.parametrize("seed", range(20))
def test_whoever_gives_up_at_whatever_moment_no_place_is_lost(seed: int) -> None:
    """Visitors come, go, and are cancelled in the same turns of the loop as their turn comes or the line is full."""

    async def story() -> None:
        chance = random.Random(seed)
        line = Line(4, 6, 5)
        failures: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))

        async def visit(visitor: Visitor) -> None:
            with suppress(Busy):
                async with line.turn(visitor) as turn:
                    if chance.random() < 0.3:
                        turn.work = asyncio.get_running_loop().create_future()
                        asyncio.get_running_loop().call_later(0.001 * chance.random(), turn.work.set_result, None)
                    for _ in range(chance.randrange(4)):
                        await asyncio.sleep(0)

        tasks = []
        for _ in range(400):
            address, session = chance.choice("aaabc"), chance.choice("xy")
            tasks.append(asyncio.create_task(visit(Visitor(address, session))))
            for task in chance.sample(tasks[-8:], k=min(len(tasks), chance.randrange(4))):
                task.cancel()
            assert line._places.taken <= 4
            if chance.random() < 0.7:
                await asyncio.sleep(0)
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(each) for each in ended} <= {type(None), asyncio.CancelledError}
        await asyncio.sleep(0.01)
        assert not line.busy
        assert failures == []
        scene = Scene(line)
        everybody = (("a0", A), ("a1", A), ("b0", B), ("c0", Visitor("c")))
        again = [scene.comes(name, visitor) for name, visitor in everybody]
        await settled()
        assert scene.served == ["a0", "a1", "b0", "c0"]
        for task in again:
            task.cancel()

    play(story)


@pytest.mark.parametrize("first", ["shut", "give up"])
def test_line_that_is_shut_as_somebody_gives_up_keeps_its_count(first: str) -> None:
    async def story() -> None:
        line = Line(1, 9, 9)
        inside, one, two = waiting(line, A, A, B)
        await settled()
        steps = [line.shut, one.cancel]
        for step in steps if first == "shut" else reversed(steps):
            step()
        await settled()
        assert one.cancelled()
        assert await told(two) is Stopping
        assert line.busy
        inside.cancel()
        await settled()
        assert not line.busy

    play(story)


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
        assert not scene.line.busy

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
            with pytest.raises(KeyError):
                async with line.turn(A):
                    raise KeyError
        assert not line.busy

    play(story)


def test_line_that_gives_up_tells_those_inside() -> None:
    async def story() -> None:
        line = Line(1, 10, 10)
        async with line.turn(A) as turn:
            assert not turn.ends.done()
            line.give_up()
            line.give_up()
            assert turn.ends.done()
        async with line.turn(A) as turn:
            assert not turn.ends.done()

    play(story)


def test_line_that_is_shut_serves_those_inside_and_refuses_those_who_wait_or_come() -> None:
    async def story() -> None:
        scene = Scene(Line(1, 10, 10))
        first, *others = (scene.comes(name, visitor) for name, visitor in (("a0", A), ("a1", A), ("b", B)))
        await settled()
        scene.line.shut()
        late = scene.comes("late", B)
        for refused in (*others, late):
            with pytest.raises(Stopping):
                await refused
        assert scene.line.busy
        await scene.goes("a0")
        await first
        assert scene.served == ["a0"]
        assert not scene.line.busy

    play(story)
