"""Which pages are open, by what they say themselves: a visit is over when nothing was heard of it for a while.

Gradio would learn it from a connection that each page keeps open, but opens none here: only for pages with `gr.State`,
streams or unload events. And a phone that sleeps loses its connections as one does that was thrown away.
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
LONGEST = 512  # bytes of a word; a real one has about 130
PAGES = 24  # of one browser that are told apart; of more, those heard of last
BROWSERS = 10_000
GOODBYE = 6  # a page that loads again, or the next one of the same browser, has this part of the patience to say so
WORDS = 3  # so many words of an open page fall into the patience, so that losing one or two does no harm

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class State(StrEnum):
    """What a page says of itself: it is looked at, or hidden and perhaps put to sleep at once, or closed."""

    HERE = "here"
    ASLEEP = "asleep"
    GONE = "gone"


class Word(BaseModel):
    """What a page tells now and then. Words may overtake each other: the one with the highest `number` is the last."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: Name
    session: Name | None = None
    state: State
    number: Annotated[int, Field(ge=0, lt=2**31)]


@dataclass(frozen=True)
class Patience:
    """Seconds after a page's last word until it is taken for closed.

    A page in sight that falls silent has ended without a goodbye; one that is hidden may be a phone's that sleeps.
    """

    farewell: float
    asleep: float

    def after(self, state: State) -> float:
        """How long to wait for another word."""
        return {State.HERE: self.farewell, State.ASLEEP: self.asleep, State.GONE: self.farewell / GOODBYE}[state]

    @property
    def between(self) -> float:
        """How often an open page says a word."""
        return self.farewell / WORDS


@dataclass(frozen=True)
class _Page:
    number: int
    session: str
    timer: asyncio.TimerHandle

    def forget(self) -> None:
        self.timer.cancel()


class Presence:
    """Keeps the pages of each browser, and tells which sessions and which browsers have left. For one event loop."""

    def __init__(self, patience: Patience, closed: Callable[[str, str], None], left: Callable[[str], None]) -> None:
        """`closed` hears of a browser (its cookie) and the session of a page of it that has gone, `left` of a browser
        without a page."""
        self.patience = patience
        self._closed, self._left = closed, left
        # The browser heard of last, and its page heard of last, come last.
        self._browsers: dict[str, dict[str, _Page]] = {}
        self._owners: dict[str, str] = {}  # of each session the browser that named it first

    def __len__(self) -> int:
        return sum(map(len, self._browsers.values()))

    def heard(self, token: str, word: Word) -> None:
        """A browser, by its cookie, has told something of one of its pages."""
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
        """Forget a page; its session."""
        known = self._browsers[token].pop(page)
        known.forget()
        self._owners.pop(known.session, None)
        return known.session

    def _overlook(self, token: str) -> None:
        """Too many browsers: the one that was silent for longest is forgotten until its next word. Nothing of it is
        deleted here, or making up browsers would delete what others sent; its uploads still go by their age."""
        for page in list(self._browsers[token]):
            self._drop(token, page)
        del self._browsers[token]

    async def answer(self, request: Request) -> Response:
        """The route: takes a word of this site's own pages, from a browser that has a cookie of ours."""
        if not _own_page(request.headers):
            return Response(status_code=403)
        body = b""
        try:
            async for piece in request.stream():
                body += piece
                if len(body) > LONGEST:
                    return Response(status_code=413)
            word = Word.model_validate_json(body)
        except (ClientDisconnect, ValidationError):
            return Response(status_code=400)
        if token := token_of(request.scope):
            self.heard(token, word)
        return Response(status_code=204, headers={"cache-control": "no-store"})


def _own_page(headers: Headers) -> bool:
    """Whether a request comes from a page of this site: browsers tell, older ones and those without TLS by `Origin`."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site:
        return site == "same-origin"
    hosts = headers.get("host"), headers.get("x-forwarded-host")
    return origin is None or origin.partition("://")[2] in filter(None, hosts)
