"""The door before Gradio's events: a question is read and checked here, and asked in a session of its sender's own."""

import asyncio
import json
import re
from contextlib import nullcontext

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.problems import Problem
from page.doors import asked
from page.doors.asked import Json, Misunderstood
from page.doors.names import query_of
from page.doors.owners import token_of
from page.doors.queue import FairQueue
from page.doors.readers import stream
from page.refusal import answer, quietly
from page.translated import Site
from page.words import Words

PATIENCE = 60.0  # seconds for a question to arrive
QUESTION = re.compile(r"/gradio_api/(?:(queue/join)|(cancel)|(reset)/?|call/v2/(\w+)/?|call/(\w+)/?)")
STREAM = re.compile(r"/gradio_api/(?:(queue/data)|heartbeat/([^/]+)|call/(?:v2/)?\w+/([^/]+))")


class NoJson(Problem):
    """A question in a body of another kind than JSON."""

    key = "api.json"


class SlowQuestion(Problem):
    """A question that did not arrive in time."""

    key = "api.slow"


STATUSES: dict[type[Problem], int] = {SlowQuestion: 408, NoJson: 415}  # of all others 400


class QuestionsDoor:
    """ASGI middleware, behind the one that gives cookies. It passes on only what Gradio can read."""

    def __init__(self, app: ASGIApp, site: Site, words: Words, patience: float = PATIENCE) -> None:
        """Stand before the events of `site`; a question may take so many seconds to arrive."""
        self.app = app
        self.site = site
        self.words = words
        self.patience = patience
        self._parameters: dict[str, dict[str, bool]] | None = None

    @property
    def queue(self) -> FairQueue:
        """The line of the page."""
        return self.site._queue  # type: ignore[return-value]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] == "POST" and (question := QUESTION.fullmatch(scope["path"])):
            await self._ask(question, scope, receive, send)
        elif followed := STREAM.fullmatch(scope["path"]):
            await self._follow(followed, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _ask(self, question: re.Match[str], scope: Scope, receive: Receive, send: Send) -> None:
        try:
            said = asked.read(await self._body(scope, receive))
            handed_on, session = self._checked(question, said)
        except Problem as problem:
            await answer(STATUSES.get(type(problem), 400), quietly(problem, self.words))(scope, receive, send)
            return
        use = self.queue.sessions.may_use if question[2] or question[3] else self.queue.sessions.claim
        if session is not None and not use(session, token_of(scope)):
            await answer(404, "Not found")(scope, receive, send)
            return
        body = json.dumps(handed_on).encode()
        await self.app(_of_length(scope, len(body)), _replayed(body, receive), send)

    def _checked(self, question: re.Match[str], said: Json) -> tuple[Json, str | None]:
        """What is handed on, and the session that it is about; None without one."""
        join, cancel, reset, by_names, name = question.groups()
        if join:
            return (event := asked.joined(said, self.site)), event["session_hash"]
        if cancel:
            event = asked.cancelled(said)
            if self.queue.session_of(event["event_id"]) not in (None, event["session_hash"]):
                raise Misunderstood
            return event, event["session_hash"]
        if reset:
            return (event := asked.reset(said)), self.queue.session_of(event["event_id"])
        if by_names:
            return asked.called_by_names(said, self.site, by_names, self._known(by_names)), None
        return (event := asked.called(said, self.site, name)), event["session_hash"]

    def _known(self, name: str) -> dict[str, bool]:
        """The parameters of an endpoint, as Gradio names them, and whether each may be left out."""
        if self._parameters is None:
            told = self.site.get_api_info()["named_endpoints"]
            self._parameters = {
                each.lstrip("/"): {
                    one["parameter_name"]: one["parameter_has_default"] for one in endpoint["parameters"]
                }
                for each, endpoint in told.items()
            }
        if name not in self._parameters:
            raise Misunderstood
        return self._parameters[name]

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        kind = dict(scope["headers"]).get(b"content-type", b"").split(b";")[0].strip().lower()
        if kind != b"application/json":
            raise NoJson
        pieces, more = [], True
        try:
            async with asyncio.timeout(self.patience):
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Misunderstood
                    pieces.append(message.get("body", b""))
                    more = message.get("more_body", False)
        except TimeoutError:
            raise SlowQuestion from None
        return b"".join(pieces)

    async def _follow(self, followed: re.Match[str], scope: Scope, receive: Receive, send: Send) -> None:
        data, alive, event = followed.groups()
        if data:
            given = [value for key, value in query_of(scope) if key == "session_hash"]
            session = given[0] if len(given) == 1 else None
        else:
            session = alive or self.queue.session_of(event)
        owner = token_of(scope)
        use = self.queue.sessions.claim if alive else self.queue.sessions.may_use
        boxes = self.queue.mail
        # Of a session of which nothing is to be fetched, Gradio would tell after its answer has begun.
        if session is None or not use(session, owner) or not (alive or session in boxes):
            await answer(404, "Not found")(scope, receive, send)
            return
        with nullcontext() if alive else boxes.read(session):
            await stream(self.app, scope, receive, send)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body in one piece, and then what comes after it."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _of_length(scope: Scope, length: int) -> Scope:
    without = [each for each in scope["headers"] if each[0] not in (b"content-length", b"transfer-encoding")]
    return {**scope, "headers": [*without, (b"content-length", str(length).encode())]}
