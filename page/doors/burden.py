"""The bytes of requests that the page holds in memory: on their way, waiting or worked on, of all doors together.

Each line bounds what waits in it, and one address what it sends; forty addresses sent a gigabyte all the same.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.types import Scope

from models.problems import Problem
from page.doors.fair_turns import address_of
from page.doors.line import Busy

MB = 1024 * 1024
ALL = 128 * MB  # of all requests
LIGHT = MB  # bytes of one address, for which a quarter of that is kept free
PATIENCE = 30.0  # seconds to wait for room that others are about to give back
KEY = "seewhy.burden"

End = Callable[[Problem], None]


class Burden:
    """What one request holds. Until it is worked on, it may be ended for others, who hold less."""

    def __init__(self, burdens: "Burdens", address: str, end: End | None) -> None:
        """Nothing yet, of an `address`; `end` is called where it has to go."""
        self.bytes = 0
        self.address = address
        self._burdens = burdens
        self._end = end

    @property
    def may_end(self) -> bool:
        """Whether it can be ended."""
        return self._end is not None

    def stays(self) -> None:
        """From now on it can't be ended: its body is complete."""
        self._end = None

    @contextmanager
    def ended_by(self, end: End) -> Iterator[None]:
        """Inside the `with` it can be ended, by calling `end` with the reason."""
        self._end = end
        try:
            yield
        finally:
            self._end = None

    async def more(self, count: int) -> None:
        """Hold so many more bytes; wait where others are about to give some back. Raises Busy where none are, or none
        in time."""
        self.bytes += count
        if self._burdens.fits(self):  # as nearly always
            return
        try:
            async with asyncio.timeout(PATIENCE):
                while not self._burdens.fits(self):
                    await self._burdens.make_room(self)
        except TimeoutError:
            raise Busy from None

    def end(self) -> None:
        """End it for others."""
        if self._end:
            end, self._end = self._end, None
            self._burdens.give_back(self)
            end(Busy())


class Burdens:
    """For one event loop."""

    def __init__(self, most: int = ALL, light: int = LIGHT) -> None:
        """Hold `most` bytes; a quarter of them is for addresses that hold `light` at most."""
        self.most = most
        self.light = light
        self._held: dict[Burden, None] = {}  # in the order in which they came
        self._changed = asyncio.Event()

    @contextmanager
    def of(self, scope: Scope, end: End | None = None) -> Iterator[Burden]:
        """The burden of a request, while it is answered; whoever answers it finds it by `burden_of`. `end` breaks off
        its body."""
        mine = scope[KEY] = Burden(self, address_of(scope), end)
        self._held[mine] = None
        try:
            yield mine
        finally:
            self.give_back(mine)

    def give_back(self, burden: Burden) -> None:
        """Hold nothing of it any more."""
        self._held.pop(burden, None)
        self._changed.set()

    def fits(self, burden: Burden) -> bool:
        """Whether all that is held has room, with what this one holds."""
        held = self._by_address()
        most = self.most if held[burden.address] <= self.light else self.most * 3 // 4
        return burden not in self._held or held.total() <= most

    async def make_room(self, burden: Burden) -> None:
        """End the last of whoever holds most, or wait for what is being worked on. Raises Busy where it is this one's
        address that holds most, and there is nothing to wait for."""
        held = self._by_address()
        mine = held[burden.address]
        others = [each for each in self._held if each.may_end and each.bytes and held[each.address] > mine]
        if others:
            most = max(held[each.address] for each in others)
            [each for each in others if held[each.address] == most][-1].end()
        elif all(each is burden or each.may_end or not each.bytes for each in self._held):
            raise Busy
        else:
            self._changed.clear()
            await self._changed.wait()

    def _by_address(self) -> Counter[str]:
        held: Counter[str] = Counter()
        for each in self._held:
            held[each.address] += each.bytes
        return held


def burden_of(scope: Scope) -> Burden | None:
    """The burden of a request; None where nobody counts."""
    return scope.get(KEY)
