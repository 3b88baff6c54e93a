"""The guard before Gradio: which routes are closed, how large bodies may be, and the security headers of answers."""

import logging
import re
import traceback
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlencode

from python_multipart.multipart import parse_options_header
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.problems import Problem
from page import request
from page.doors.names import BadName, is_name, names_of, query_of
from page.doors.routes import allowed, opened
from page.pictures.picture import TooManyBytes
from page.refusal import answer, failure, quietly, sentence_of
from page.words import Words

log = logging.getLogger("seewhy")

KB = 1024
JSON_LIMIT = 256 * KB
UPLOAD_ROOM = 1024 * KB  # what multipart adds around a file of the largest size
TEACH = "/api/teach"
FIELDS_EACH = 3  # parts of a form there, for each of its files: the file, a name and a take
# Where a body may hold a picture: all that programs ask for, but for the mirror, whose frames are small.
PICTURES = re.compile(r"/(gradio_api/upload|api/(?!mirror$)\w+|api/teach/(picture|ask|empty|unseen|mask|open))$")

# One part of a file, by numbers that a file can have.
PART = re.compile(r"\s*bytes=(\d{1,15}-\d{0,15}|-\d{1,15})\s*", re.IGNORECASE)
# Parameters of Gradio's for features that are closed here; of the first, a name that is not there ends in an error.
UNUSED = ("page", "deep_link")

# Gradio's component for own markup compiles its templates, which needs unsafe-eval.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS: Mapping[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(self), microphone=(), geolocation=()",
}

TYPE = b"content-type"


class TooManyFiles(Problem):
    """A form with more files than one request may bring. Values: limit."""

    key = "server.too_many_files"


class WrongMethod(Problem):
    """A method that an address does not take. Values: known."""

    key = "api.method"


class WrongRange(Problem):
    """Several parts of a file, or a part that is none."""

    key = "api.range"


class TooMuch(Exception):
    """A body has passed its limit while it was read."""


class Guard:
    """ASGI middleware: closes routes, limits bodies, numbers requests, and adds security headers to every answer."""

    def __init__(
        self,
        app: ASGIApp,
        words: Words,
        upload_limit: int,
        files: int = 32,
        frames: str = "",
        own: Iterable[Route] = (),
    ) -> None:
        """Guard `app`; uploads may be `upload_limit` bytes large and hold so many `files`, other bodies 256 KB.

        `frames` lists the sites whose pages may hold this one in a frame, with spaces between them. `own` are routes
        of the page, which are open beside those of Gradio that it needs.
        """
        self.open = opened(own)
        self.app = app
        self.words = words
        self.upload_limit = upload_limit
        self.files = files
        policy = f"{POLICY} {frames}".rstrip()
        self.headers = [(b"content-security-policy", policy.encode()), *HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        send = _with_headers(send, [*self.headers, (request.HEADER, request.number(scope).encode())])
        if refused := self._turned_away(scope):
            await refused(scope, receive, send)
            return
        limit = self.upload_limit + UPLOAD_ROOM if PICTURES.search(path) else JSON_LIMIT
        # The parts of a form are counted before its bytes, where that takes little.
        if _announced(scope) > limit and not (limit == JSON_LIMIT and _Parts(scope).counts):
            await self._refuse(_too_large(limit), scope, receive, send)
            return
        await self._limited(_without_unused(scope), receive, send, limit)

    def _turned_away(self, scope: Scope) -> JSONResponse | None:
        """The answer to a request that goes no further: its address, its method, its names or its range are wrong."""
        methods = allowed(self.open, scope["path"])
        if methods is None:
            return answer(404, "Not found")
        if methods and scope["method"] not in methods:
            known = tuple(sorted(methods))
            return answer(405, quietly(WrongMethod(known=known), self.words), {"allow": ", ".join(known)})
        if not all(map(is_name, names_of(scope))):
            return answer(400, quietly(BadName(), self.words))
        ranges = [value.decode("latin-1") for name, value in scope["headers"] if name == b"range"]
        if not all(map(PART.fullmatch, ranges)) or len(ranges) > 1:
            return answer(416, quietly(WrongRange(), self.words))
        return None

    async def _limited(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        read, answered = 0, False
        most = self.files * (FIELDS_EACH if scope["path"] == TEACH else 1)
        problem: Problem | None = None
        parts = _Parts(scope)

        async def counting() -> Message:
            nonlocal read, problem
            message = await receive()
            body = message.get("body", b"")
            read += len(body)
            if read > limit:
                problem = _too_large(limit)
            if parts.after(body) > most:
                problem = TooManyFiles(limit=self.files)
            if problem:
                raise TooMuch
            return message

        async def noting(message: Message) -> None:
            nonlocal answered, problem
            # Gradio's own refusal of a large file speaks of bytes, and what reads a body hides why it ended.
            if not answered and message.get("status") == 413:
                problem = problem or _too_large(limit)
            if answered or not problem:
                answered = True
                await send(message)

        try:
            await self.app(scope, counting, noting)
        except Exception as error:
            if answered or isinstance(error, ClientDisconnect):
                # There is nobody to tell, and the web server ends the connection.
                log.warning("broken off: %s at %s", type(error).__name__, _where(error))
            elif not problem:
                await answer(500, failure(error, self.words))(scope, receive, send)
        if problem and not answered:
            await self._refuse(problem, scope, receive, send)

    async def _refuse(self, problem: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        await answer(413, sentence_of(problem, self.words))(scope, receive, send)


def _too_large(limit: int) -> Problem:
    """The refusal of a body, by the largest file that fits into it."""
    return TooManyBytes(limit=(limit - UPLOAD_ROOM) // KB // KB if limit > UPLOAD_ROOM else limit / KB / KB)


class _Parts:
    """Counts the parts of a form while it arrives, by their boundaries."""

    def __init__(self, scope: Scope) -> None:
        # What reads the form takes the first type that is told, and any that begins so.
        kind, options = parse_options_header(next((told for name, told in scope["headers"] if name == TYPE), b""))
        boundary = options.get(b"boundary", b"") if kind.startswith(b"multipart/") else b""
        self._mark = b"--" + boundary if boundary else b""
        self._tail = b""
        self._count = 0

    @property
    def counts(self) -> bool:
        """Whether the body is a form."""
        return bool(self._mark)

    def after(self, piece: bytes) -> int:
        """How many parts have ended with this piece; none in other bodies."""
        if not self._mark:
            return 0
        data = self._tail + piece
        self._count += data.count(self._mark)
        self._tail = data[1 - len(self._mark) :]
        return self._count - 1


def _where(error: Exception) -> str:
    """The line of code where an error was raised, so that one line of the log is enough."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _without_unused(scope: Scope) -> Scope:
    """The same request without query parameters of features that are closed."""
    query = query_of(scope) if any(name.encode() in scope.get("query_string", b"") for name in UNUSED) else []
    if not any(name in UNUSED for name, _ in query):
        return scope
    left = urlencode([(name, value) for name, value in query if name not in UNUSED])
    return {**scope, "query_string": left.encode()}


def _announced(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _with_headers(send: Send, headers: list[tuple[bytes, bytes]]) -> Send:
    async def adding(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *headers]
        await send(message)

    return adding
