"""A waiting line: at most so many requests are served at once, the others wait in turn, and the line is bounded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from models.problems import Problem
from page.doors.fair_turns import FairTurns, Visitor, of_most
from page.doors.places import Places

if TYPE_CHECKING:  # which asks for this module
    from page.doors.burden import Burden


class Busy(Problem):
    """The line is full, and this visitor has most requests in it."""

    key = "server.busy"


class TooMany(Busy):
    """One address has as many requests in the line as it may have."""


class Stopping(Problem):
    """The server is about to end."""

    key = "server.stopping"


class TooLong(Problem):
    """An answer took longer than answers may."""

    key = "server.too_long"


@dataclass(eq=False)
class Turn:
    """A request's place while it is served. It is kept until `work` is done, even where the client has gone. `ends` is
    done where nobody will wait for that."""

    work: "asyncio.Future[Any] | None" = None
    ends: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


@dataclass(eq=False)
class _Waiting:
    visitor: Visitor
    turn: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    called: bool = False  # a place was taken in its name


class Line:
    """For one event loop. A request comes when it is complete, waits for its turn, and keeps it until it is done."""

    def __init__(self, at_once: int, waiting: int, each: int, places_each: int | None = None) -> None:
        """`at_once` requests are served at a time, and `waiting` more may wait.

        Of one address `each` may wait, and `places_each` are served at a time, None for half of them.
        """
        self.at_once = at_once
        self.most = waiting
        self.each = each
        self.closed = False  # new requests are refused from then on
        self._places = Places(at_once, places_each)
        self._served: set[Turn] = set()
        self._turns: FairTurns[_Waiting] = FairTurns(lambda waiting: waiting.visitor)

    def shut(self) -> None:
        """Refuse new requests, and raise Stopping in those that wait."""
        self.closed = True
        while self._turns:
            _tell(self._turns.pop(), Stopping())

    def give_up(self) -> None:
        """Tell those that are served still that the page ends."""
        for turn in self._served:
            if not turn.ends.done():
                turn.ends.set_result(None)

    @asynccontextmanager
    async def turn(self, visitor: Visitor, burden: "Burden | None" = None) -> AsyncIterator[Turn]:
        """Wait until it is this visitor's turn, with a request that holds `burden`, and keep the place inside the
        `with`.

        Raises Stopping when it does not come any more; TooMany or Busy when there is no place to wait, or when the
        place went to somebody who has less in the line.
        """
        if self.closed:
            raise Stopping
        if self._places.free_for(visitor.address):  # those that wait have as many served as they may
            self._places.take(visitor.address)
        else:
            await self._wait(visitor, burden)
        turn = Turn()
        self._served.add(turn)
        try:
            yield turn
        finally:
            self._served.discard(turn)
            if turn.work and not turn.work.done():
                turn.work.add_done_callback(lambda _: self._pass_on(visitor))
            else:
                self._pass_on(visitor)

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._turns)

    @property
    def busy(self) -> bool:
        """Whether any request is being served, or waits."""
        return bool(self._places.taken or self._turns)

    async def _wait(self, visitor: Visitor, burden: "Burden | None") -> None:
        self._make_room(visitor)
        waiting = _Waiting(visitor)
        self._turns.append(waiting)
        try:
            with burden.ended_by(partial(self._send_away, waiting)) if burden else nullcontext():
                await waiting.turn
        except BaseException:
            if waiting.called:  # in the moment in which its visitor gave up
                self._pass_on(visitor)
            raise
        finally:
            self._turns.discard(waiting)

    def _make_room(self, visitor: Visitor) -> None:
        """Make room for one more in the line. Raises TooMany or Busy when it is this visitor who has most."""
        if self._turns.of(visitor.address) >= self.each:
            self._send_away(of_most([self._turns], visitor, among_own=True), TooMany())
        elif len(self._turns) >= self.most:
            self._send_away(of_most([self._turns], visitor), Busy())

    def _send_away(self, last: _Waiting | None, problem: Problem) -> None:
        if last is None:
            raise problem
        self._turns.discard(last)
        _tell(last, problem)

    def _pass_on(self, visitor: Visitor) -> None:
        self._places.give_back(visitor.address)
        while waiting := self._turns.serve(self._places.free_for, self._places.has):
            if not waiting.turn.done():  # else its visitor has just given up, and is about to leave the line
                self._places.take(waiting.visitor.address)
                waiting.called = True
                waiting.turn.set_result(None)


def _tell(waiting: _Waiting, problem: Problem) -> None:
    if not waiting.turn.done():  # else its visitor has just given up
        waiting.turn.set_exception(problem)
