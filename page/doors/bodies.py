"""Request bodies while they arrive: at most so many of one address at a time, so many bytes of all together, and none
that takes too long."""

import asyncio
from contextlib import AsyncExitStack, suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.problems import Problem
from page.doors.burden import Burden, Burdens
from page.doors.fair_turns import Visitor, address_of
from page.doors.guard import PICTURES
from page.doors.line import Busy, Line, TooMany
from page.doors.uploads import PATH as UPLOAD
from page.refusal import answer, sentence_of
from page.words import Words

EACH = 4  # pictures of one address on their way at a time, on a page for strangers
AT_ONCE = 32  # of all together
PATIENCE = 60.0  # seconds, until the first byte may come as well as until the last one has
GRACE = 10.0  # seconds that a phone may be without a net
SLOWEST = 8 * 1024  # bytes a second after that
REST = 20.0  # seconds in which the rest of a body that has no room may come, before its sender is told
STILL = 2.0  # seconds for which it may stand still
NO_BODY = ("GET", "HEAD")


class TooSlow(Problem):
    """A body did not arrive in time."""

    key = "api.slow"


class BrokenOff(Exception):
    """A body will not be read any further."""


class Bodies:
    """ASGI middleware: a picture is read when it is its turn among those that arrive, and any body has to keep moving.

    So a request joins the line of those that wait for an answer only when its body is complete. One that waits here
    takes a connection and no memory: its body is not read yet. What is read is counted until it is answered.
    """

    def __init__(self, app: ASGIApp, words: Words, line: Line, burdens: Burdens | None = None) -> None:
        """`line` hands out the turns, and `burdens` bound what is held."""
        self.app = app
        self.words = words
        self.line = line
        self.burdens = burdens or Burdens()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["method"] in NO_BODY:
            await self.app(scope, receive, send)
            return
        async with AsyncExitStack() as turn:
            body = _Body(self, scope, receive, send, turn)
            try:
                with self.burdens.of(scope, body.break_off) as burden:
                    body.burden = None if scope["path"].endswith(UPLOAD) else burden  # an upload goes to the disk
                    await self.app(scope, body.receive, body.send)
            except Exception:
                if body.answered or not body.problem:
                    raise
        if body.problem and not body.answered:
            if isinstance(body.problem, Busy) and body.begun:
                await _pass_by(receive)
            await self._refuse(body.problem, scope, receive, send)

    async def _refuse(self, problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        status = 408 if isinstance(problem, TooSlow) else 429 if isinstance(problem, TooMany) else 503
        # The connection goes as well, or the rest of the body would have to be waited for.
        headers = {"connection": "close", "retry-after": "1"}
        await answer(status, sentence_of(problem, self.words), headers)(scope, receive, send)


async def _pass_by(receive: Receive) -> None:
    """Read the rest of a body and hold nothing of it: many clients read no answer before they have sent all."""
    more = True
    with suppress(TimeoutError):
        async with asyncio.timeout(REST):
            while more:
                async with asyncio.timeout(STILL):
                    message = await receive()
                more = message["type"] == "http.request" and message.get("more_body", False)


class _Body:
    """One body: it waits for its turn before it is read, and ends its turn with its last piece."""

    burden: Burden | None = None

    def __init__(self, door: Bodies, scope: Scope, receive: Receive, send: Send, turn: AsyncExitStack) -> None:
        self.problem: Problem | None = None
        self.answered = False
        self._door, self._receive, self._send, self._turn = door, receive, send, turn
        self._visitor = Visitor(address_of(scope))
        self._waits = PICTURES.search(scope["path"]) is not None
        self._began: float | None = None
        self._clock: asyncio.Timeout | None = None
        self._read = 0
        self._complete = False

    @property
    def begun(self) -> bool:
        """Whether some of it has come."""
        return self._read > 0

    async def receive(self) -> Message:
        """The next piece. Raises BrokenOff when there will be none."""
        if self._complete:
            return await self._receive()
        if self.problem:
            raise BrokenOff
        try:
            message = await self._next()
            await self._weigh(len(message.get("body", b"")))
        except TimeoutError:
            self.problem = self.problem or TooSlow()
        except Problem as problem:
            self.problem = problem
        else:
            self._complete = not message.get("more_body")
        if self._complete or self.problem:
            await self._turn.aclose()
        if self.problem:
            raise BrokenOff
        if self._complete and self.burden:
            self.burden.stays()
        return message

    async def send(self, message: Message) -> None:
        """Pass on an answer, unless it was made for a body that was broken off here."""
        if self.answered or not self.problem:
            self.answered = True
            await self._send(message)

    def break_off(self, problem: Problem) -> None:
        """Read no more of it, for this reason, even where its next piece does not come."""
        self.problem = problem
        if self._clock:
            self._clock.reschedule(asyncio.get_running_loop().time())

    async def _next(self) -> Message:
        loop = asyncio.get_running_loop()
        if self._began is None:
            if self._waits:
                async with asyncio.timeout(PATIENCE):
                    await self._turn.enter_async_context(self._door.line.turn(self._visitor))
            self._began = loop.time()
        async with asyncio.timeout_at(self._began + min(PATIENCE, GRACE + self._read / SLOWEST)) as self._clock:
            try:
                return await self._receive()
            finally:
                self._clock = None

    async def _weigh(self, count: int) -> None:
        """Count what has come, once there is room for it. Raises Busy."""
        self._read += count
        if self.burden:
            began = asyncio.get_running_loop().time()
            await self.burden.more(count)
            self._began = (self._began or 0) + asyncio.get_running_loop().time() - began  # nobody could send meanwhile
