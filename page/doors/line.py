"""The line before a door: so many go through at once, the others wait in turn, and it never grows without end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from models.problems import Problem
from page.doors.turns import Turns, Visitor


class Busy(Problem):
    """The line is full."""

    key = "server.busy"


class TooMany(Busy):
    """One address has as much in the line as it may have."""


class Stopping(Problem):
    """The server is about to end."""

    key = "server.stopping"


class TooLong(Problem):
    """An answer took longer than answers may."""

    key = "server.too_long"


@dataclass(eq=False)
class Turn:
    """Somebody's turn. It lasts at least until `work` is done, even where nobody waits for that any more."""

    work: "asyncio.Future[Any] | None" = None


@dataclass(frozen=True, eq=False)
class _Waiting:
    visitor: Visitor
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Line:
    """For one event loop. A request takes a place when it comes, and waits for its turn when it is complete."""

    def __init__(self, at_once: int, waiting: int, each: int) -> None:
        """`at_once` requests are served at a time, `waiting` more may wait; of one address `each` may be here."""
        self.at_once = at_once
        self.places = at_once + waiting
        self.each = each
        self.closed = False  # nobody new is let in any more
        self._here: Counter[str] = Counter()
        self._served = 0
        self._turns: Turns[_Waiting] = Turns(lambda waiting: waiting.visitor)

    def shut(self) -> None:
        """Let nobody new in, and raise Stopping in whoever waits for a turn."""
        self.closed = True
        while self._turns:
            self._turns.pop().turn.set_exception(Stopping())

    @contextmanager
    def place(self, visitor: Visitor) -> Iterator[None]:
        """Keep a place. Raises Stopping, TooMany or Busy when there is none."""
        if self.closed:
            raise Stopping
        if self._here[visitor.address] >= self.each:
            raise TooMany
        if self._here.total() >= self.places:
            raise Busy
        self._here[visitor.address] += 1
        try:
            yield
        finally:
            self._here[visitor.address] -= 1
            self._here += Counter()  # forgets who has left

    @asynccontextmanager
    async def turn(self, visitor: Visitor) -> AsyncIterator[Turn]:
        """Wait until it is this visitor's turn, and keep it. Raises Stopping when it does not come any more."""
        if self._served < self.at_once:
            self._served += 1
        else:
            await self._wait(_Waiting(visitor))
        turn = Turn()
        try:
            yield turn
        finally:
            if turn.work and not turn.work.done():
                turn.work.add_done_callback(lambda _: self._pass_on())
            else:
                self._pass_on()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._turns)

    @property
    def busy(self) -> bool:
        """Whether anybody is being served, or waits."""
        return bool(self._served or self._here)

    async def _wait(self, waiting: _Waiting) -> None:
        self._turns.append(waiting)
        try:
            await waiting.turn
        except asyncio.CancelledError:
            if waiting.turn.cancelled():
                self._turns.remove(waiting)
            else:  # its turn had come in the same moment
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        if self._turns:
            self._turns.pop().turn.set_result(None)
        else:
            self._served -= 1
