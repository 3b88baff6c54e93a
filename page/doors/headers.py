"""How long a request's address and headers may be: the first door, before anything reads them."""

from starlette.types import ASGIApp, Receive, Scope, Send

from models.problems import Problem
from page.refusal import answer, sentence_of
from page.words import Words

KB = 1024
MOST_HEADERS = 100
MOST_BYTES = 16 * KB  # of all headers together
MOST_COOKIES = 4 * KB
LONGEST_ADDRESS = 8 * KB  # path and query


class LongAddress(Problem):
    """A path and a query that are longer together than any of this page's."""

    key = "server.long_address"


class LongHeaders(Problem):
    """More or longer headers than a browser sends, or more cookies than this page sets."""

    key = "server.long_headers"


class Headers:
    """ASGI middleware: refuses long addresses with 414, and long headers with 431."""

    def __init__(self, app: ASGIApp, words: Words) -> None:
        """Stand before `app`."""
        self.app = app
        self.words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
            await self._refuse(414, LongAddress(), scope, receive, send)
        elif scope["type"] == "http" and too_long(scope["headers"]):
            await self._refuse(431, LongHeaders(), scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _refuse(self, status: int, problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        # Whoever sends these is no browser of a visitor, and need not be kept.
        refused = answer(status, sentence_of(problem, self.words), {"connection": "close", "cache-control": "no-store"})
        await refused(scope, receive, send)


def too_long(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether headers are too many or too long."""
    cookies = sum(len(value) for name, value in headers if name == b"cookie")
    everything = sum(len(name) + len(value) + len(b": \r\n") for name, value in headers)
    return len(headers) > MOST_HEADERS or cookies > MOST_COOKIES or everything > MOST_BYTES
