"""Which sessions have an open stream: without one nobody waits for the answer, and it need not be computed."""

import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Receive, Scope, Send

STREAM = re.compile(r".*/gradio_api/(queue/data|call/(?:v2/)?\w+/(\w+))/?")


class Streams:
    """ASGI middleware's memory: how many streams of each session are open."""

    def __init__(self, session_of: Callable[[str], str | None]) -> None:
        """`session_of` tells the session of an event, by which programs ask for it; None where it is not known."""
        self.session_of = session_of
        self._open: Counter[str] = Counter()

    def listened(self, session: str) -> bool:
        """Whether a stream of a session is open."""
        return session in self._open

    def opened(self, session: str) -> None:
        """Note that a stream was opened."""
        self._open[session] += 1

    def closed(self, session: str) -> None:
        """Note that a stream was closed."""
        self._open[session] -= 1
        if self._open[session] <= 0:
            del self._open[session]


class StreamsDoor:
    """ASGI middleware: notes the open streams."""

    def __init__(self, app: ASGIApp, streams: Streams) -> None:
        """Note it in `streams`."""
        self.app = app
        self.streams = streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        session = self._session(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        if session is None:
            await self.app(scope, receive, send)
            return
        self.streams.opened(session)
        try:
            await self.app(scope, receive, send)
        finally:
            self.streams.closed(session)

    def _session(self, scope: Scope) -> str | None:
        asked = STREAM.fullmatch(scope["path"])
        if asked is None:
            return None
        if asked[2]:
            return self.streams.session_of(asked[2])
        sessions: list[str] = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
        return sessions[0] if sessions else None
