"""How many requests one address may send in a minute, and how many seconds of a processor they may take."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from page import request
from page.doors.budget import Budget, TooFast
from page.doors.fair_turns import address_of
from page.doors.guard import HEADERS
from page.refusal import answer, sentence_of
from page.words import Words

HEALTH = 600  # looks at the page's health that an address may take in a minute
FRAMES = 2_400  # of one mirror in a minute, which sends thirty a second
AGAIN = 10  # seconds after which it is worth another try
PAGE = re.compile(r"GET /+(config/?)?$")  # what the page is made of costs as much as so many of the usual requests
DEAR = 10
QUESTIONS = re.compile(r"POST /+(gradio_api/(queue/join|call/)|api/(?!mirror$)\w+$)")
UPLOADS = re.compile(r"POST /+gradio_api/upload")


@dataclass(frozen=True)
class Rate:
    """A rule: which requests count, by "METHOD /path", and how many of them one address may send in a minute."""

    name: str
    pattern: re.Pattern[str]
    each_minute: int


def rates(requests: int, questions: int, uploads: int, mirrors: int) -> tuple[Rate, ...]:
    """The rules: for all requests, for questions to a model, for uploads, for `/healthz`, and for the frames of as many
    mirrors."""
    return (
        # Whoever looks after the page is not refused because others, who may share the address, ask too much.
        Rate("requests", re.compile(r"(?!GET /healthz$|POST /+api/mirror$|POST /+api/teach/)"), requests),
        Rate("health", re.compile(r"GET /healthz$"), HEALTH),
        Rate("frames", re.compile(r"POST /+api/mirror$"), FRAMES * mirrors),
        Rate("teaching", re.compile(r"POST /+api/teach/"), FRAMES * max(1, mirrors)),
        Rate("questions", QUESTIONS, questions),
        Rate("uploads", UPLOADS, uploads),
    )


class Rates:
    """ASGI middleware: answers 429 with a sentence where an address is too fast, or over its budget.

    It stands before all that could refuse a request, since a refusal costs something, too. The window slides, so that
    nobody gets twice as much around a full minute.
    """

    def __init__(
        self,
        app: ASGIApp,
        words: Words,
        rates: Sequence[Rate],
        budget: Budget | None = None,
        tell: Callable[[Scope], None] = lambda scope: None,
    ) -> None:
        """Count for `app`, in the memory of this process; `tell` sets the language of a refused request."""
        self.app = app
        self.tell = tell
        self.words = words
        self.rates = [(rate, RateLimitItemPerMinute(rate.each_minute, namespace=rate.name)) for rate in rates]
        self.budget = budget
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and (seconds := await self._wait(scope)):
            request.number(scope)
            self.tell(scope)
            own = {name.decode(): value.decode() for name, value in HEADERS.items()}
            headers = {**own, request.HEADER.decode(): request.current.get(), "retry-after": str(seconds)}
            await answer(429, sentence_of(TooFast(), self.words), headers)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _wait(self, scope: Scope) -> int:
        """In how many seconds a request may be sent again, 0 when it may be sent now."""
        address = address_of(scope)
        asked = f"{scope['method']} {scope['path']}"
        cost = DEAR if PAGE.match(asked) else 1
        for rate, limit in self.rates:
            if rate.pattern.match(asked) and not await self._limiter.hit(limit, address, cost=cost):
                return AGAIN
        if self.budget and (QUESTIONS.match(asked) or UPLOADS.match(asked)):
            self.budget.came(address)
            return math.ceil(self.budget.wait(address))
        return 0
