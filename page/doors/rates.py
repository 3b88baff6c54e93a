"""How much one address may ask for in a minute, on a page for strangers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from models.problems import Problem
from page.doors.turns import address_of
from page.refusal import answer, sentence_of
from page.words import Words

AGAIN = 10  # seconds after which it is worth another try


class TooFast(Problem):
    """An address asked for more than it may in a minute."""

    key = "server.too_fast"


@dataclass(frozen=True)
class Rate:
    """A kind of requests, by "METHOD /path", and how many of them one address may send in a minute."""

    name: str
    pattern: re.Pattern[str]
    each_minute: int


def rates(requests: int, questions: int, uploads: int) -> tuple[Rate, ...]:
    """The three kinds that are counted: requests of any kind, questions to a model, and uploads."""
    return (
        # Whoever looks after the page may look as often as it takes.
        Rate("requests", re.compile(r"(?!GET /healthz$)"), requests),
        Rate("questions", re.compile(r"POST /+(gradio_api/(queue/join|call/)|api/explain)"), questions),
        Rate("uploads", re.compile(r"POST /+gradio_api/upload"), uploads),
    )


class Rates:
    """ASGI middleware: answers 429 with a sentence where an address is too fast.

    The window slides, so that nobody gets twice as much around a full minute.
    """

    def __init__(self, app: ASGIApp, words: Words, rates: Sequence[Rate]) -> None:
        """Count for `app`, in the memory of this process."""
        self.app = app
        self.words = words
        self.rates = [(rate, RateLimitItemPerMinute(rate.each_minute, namespace=rate.name)) for rate in rates]
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http":
            address = address_of(scope)
            asked = f"{scope['method']} {scope['path']}"
            for rate, limit in self.rates:
                if rate.pattern.match(asked) and not await self._limiter.hit(limit, address):
                    refused = answer(429, sentence_of(TooFast(), self.words), {"retry-after": str(AGAIN)})
                    await refused(scope, receive, send)
                    return
        await self.app(scope, receive, send)
