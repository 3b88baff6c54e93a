"""Which pages are open, by messages that they send: a visit is over when no message of it came for a while.

Gradio would learn it from a connection that each page keeps open, but opens none here: only for pages with `gr.State`,
streams or unload events. And a phone that sleeps loses its connections, as if the page had been closed.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from page.doors.owners import token_of

PATH = "/presence"
LONGEST = 512  # bytes of a message; a real one has about 130
PAGES = 24  # of one browser that are told apart; of more, those heard of last
BROWSERS = 10_000
GOODBYE = 6  # after a page says that it is closed, the browser's next page has this part of the patience to appear
MESSAGES = 3  # messages of an open page within the patience, so that one or two may be lost

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class State(StrEnum):
    """The state of a page: visible, hidden (a phone may put it to sleep at once), or closed."""

    HERE = "here"
    ASLEEP = "asleep"
    GONE = "gone"


class PresenceMessage(BaseModel):
    """A message of a page about itself. They may arrive in another order: the one with the highest `number` is the
    last."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Name
    session: Name | None = None
    state: State
    number: Annotated[int, Field(ge=0, lt=2**31)]


@dataclass(frozen=True)
class Patience:
    """Seconds after a page's last message until it counts as closed: fewer for one that was visible than for a hidden
    one, which may be on a phone that sleeps.
    """

    farewell: float
    asleep: float

    def after(self, state: State) -> float:
        """Seconds to wait for the next message, after one with this state."""
        return {State.HERE: self.farewell, State.ASLEEP: self.asleep, State.GONE: self.farewell / GOODBYE}[state]

    @property
    def between(self) -> float:
        """Seconds between two messages of an open page."""
        return self.farewell / MESSAGES


@dataclass(frozen=True)
class _Page:
    number: int
    session: str
    timer: asyncio.TimerHandle

    def forget(self) -> None:
        self.timer.cancel()


class Presence:
    """Keeps the open pages of each browser, and reports which sessions and which browsers have left. For one event
    loop."""

    def __init__(self, patience: Patience, closed: Callable[[str, str], None], left: Callable[[str], None]) -> None:
        """`closed` is called with a browser's cookie and the session of a page that was closed, `left` with the cookie
        of a browser whose last page was closed."""
        self.patience = patience
        self._closed, self._left = closed, left
        # The browser heard of last, and its page heard of last, come last.
        self._browsers: dict[str, dict[str, _Page]] = {}
        self._owners: dict[str, str] = {}  # of each session the browser that named it first

    def __len__(self) -> int:
        return sum(map(len, self._browsers.values()))

    def heard(self, token: str, word: PresenceMessage) -> None:
        """Note a message of one of the pages of a browser, which is named by its cookie."""
        pages = self._browsers.pop(token, {})
        self._browsers[token] = pages
        known = pages.get(word.page)
        if known and word.number <= known.number:  # overtaken by a later one
            return
        if known:
            self._drop(token, word.page)
        elif len(pages) >= PAGES:
            self._drop(token, next(iter(pages)))
        elif len(self._browsers) > BROWSERS:
            self._overlook(next(iter(self._browsers)))
        session = word.session or (known.session if known else "")
        if session and self._owners.setdefault(session, token) != token:
            session = ""  # of another browser
        wait = self.patience.after(word.state)
        timer = asyncio.get_running_loop().call_later(wait, self._over, token, word.page)
        pages[word.page] = _Page(word.number, session, timer)

    def _over(self, token: str, page: str) -> None:
        session = self._drop(token, page)
        if session:
            self._closed(token, session)
        if not self._browsers[token]:
            del self._browsers[token]
            self._left(token)

    def _drop(self, token: str, page: str) -> str:
        """Forget a page; gives its session."""
        known = self._browsers[token].pop(page)
        known.forget()
        self._owners.pop(known.session, None)
        return known.session

    def _overlook(self, token: str) -> None:
        """Where there are too many browsers, forget the one that was silent for longest, until its next message. Its
        uploads stay until they are too old: if they were deleted here, made-up browsers could delete what others
        sent."""
        for page in list(self._browsers[token]):
            self._drop(token, page)
        del self._browsers[token]

    async def answer(self, request: Request) -> Response:
        """The route: takes a message of this site's own pages, from a browser that has a cookie of ours."""
        if not own_page(request.headers):
            return Response(status_code=403)
        body = b""
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > LONGEST:
                    return Response(status_code=413)
            word = PresenceMessage.model_validate_json(body)
        except (ClientDisconnect, ValidationError):
            return Response(status_code=400)
        if token := token_of(request.scope):
            self.heard(token, word)
        return Response(status_code=204, headers={"cache-control": "no-store"})


def own_page(headers: Headers) -> bool:
    """Whether a request comes from a page of this site: by `Sec-Fetch-Site`, or by `Origin` where a browser sends
    none."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site:
        return site == "same-origin"
    hosts = headers.get("host"), headers.get("x-forwarded-host")
    return origin is None or origin.partition("://")[2] in filter(None, hosts)
