"""Where all visitors share one address, as behind the proxy of a Space: a browser's cookie counts as its address."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from page.doors.fair_turns import ADDRESS, address_of
from page.doors.owners import token_of

NEW_EACH_MINUTE = 60  # cookies that count as visitors; they are not signed, so a program can make up any number
KEPT = 10_000  # cookies that are remembered, those that were seen last
MINUTE = 60.0


class Cookies:
    """ASGI middleware: a client without a cookie, or with one of too many new ones, counts as part of the shared
    address."""

    def __init__(self, app: ASGIApp, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells the time in seconds."""
        self.app = app
        self._clock = clock
        self._known: OrderedDict[str, None] = OrderedDict()
        self._new: deque[float] = deque()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and (token := token_of(scope)) and self._accepts(token):
            scope[ADDRESS] = f"{address_of(scope)} {token}"
        await self.app(scope, receive, send)

    def _accepts(self, token: str) -> bool:
        if token in self._known:
            self._known.move_to_end(token)
            return True
        now = self._clock()
        while self._new and self._new[0] <= now - MINUTE:
            self._new.popleft()
        if len(self._new) >= NEW_EACH_MINUTE:
            return False
        self._new.append(now)
        self._known[token] = None
        if len(self._known) > KEPT:
            self._known.popitem(last=False)
        return True
