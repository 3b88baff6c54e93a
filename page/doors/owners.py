"""Whose an upload is: only the browser that sent it gets it back, and it goes when that browser has left."""

import asyncio
import json
import os
import re
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import partial
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page import request
from page.doors.intake import MADE
from page.refusal import answer

COOKIE = "visitor"
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
ANYONE = "anyone"  # owns what came without a cookie: a program that keeps none may go on to ask about its upload
GIVEN = re.compile(r"/(config|gradio_api/(upload|info))?/?")  # where a visitor comes in
UPLOAD = re.compile(r"/gradio_api/upload/?")
FILE = re.compile(r"/gradio_api/file[=/](.*)", re.DOTALL)
HEARTBEAT = re.compile(r"/gradio_api/heartbeat/(.*)")
EACH = 50  # sessions of a browser that end with its visit
FAREWELL = 60.0  # seconds without an open page, after which a visit is over; a page that loads again needs one or two


class Owners:
    """Remembers which visitors sent a file of the upload folder. The same bytes from two visitors are one file."""

    def __init__(self, folder: Path) -> None:
        """Nothing in `folder` belongs to anybody yet."""
        self.folder = Path(os.path.realpath(folder))
        self._of: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, paths: Iterable[str], *tokens: str) -> None:
        """These visitors sent these files."""
        for path in paths:
            self._of[os.path.realpath(path)] |= set(tokens)

    def may_fetch(self, token: str, path: str) -> bool:
        """Whether a visitor may have a file back; what is no upload is not asked about here."""
        real = _real(path)
        return not self._is_upload(real) or token in self._of.get(real, ())

    def may_use(self, token: str, path: str | os.PathLike[str]) -> bool:
        """Whether a visitor may ask about a file."""
        real = _real(os.fspath(path))
        return not self._is_upload(real) or bool({token, ANYONE} & self._of.get(real, set()))

    def leave(self, token: str) -> None:
        """A visitor has left: what nobody else sent is deleted."""
        for path in [path for path, tokens in list(self._of.items()) if token in tokens]:
            self._of[path].discard(token)
            if not self._of[path]:
                del self._of[path]
                Path(path).unlink(missing_ok=True)

    def forget_gone(self) -> None:
        """Forget the files that have been deleted meanwhile."""
        for path in list(self._of):
            if not os.path.exists(path):
                self._of.pop(path, None)

    def __len__(self) -> int:
        return len(self._of)

    def _is_upload(self, real: str) -> bool:
        folder = str(self.folder)
        return real.startswith(folder + os.sep) and os.path.relpath(real, folder).split(os.sep)[0] != MADE


class OwnersDoor:
    """ASGI middleware: gives each browser a cookie that no script can read, and keeps uploads to their owners."""

    def __init__(
        self,
        app: ASGIApp,
        owners: Owners,
        left: Callable[[str], None],
        framed: bool = False,
        farewell: float = FAREWELL,
        mine: Callable[[str, str], bool] = lambda session, token: True,
    ) -> None:
        """`left` hears of each session that is over; `framed` pages need a cookie that works in others' frames; `mine`
        tells whether a session, which anyone may name, is a browser's own."""
        self.mine = mine
        self.app = app
        self.owners = owners
        self.left = left
        self.farewell = farewell
        self.framed = framed
        self._open: Counter[str] = Counter()
        self._sessions: defaultdict[str, set[str]] = defaultdict(set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, token = scope["path"], token_of(scope)
        asked = FILE.fullmatch(path)
        if asked and not self.owners.may_fetch(token, asked[1]):
            await answer(404, "Not found")(scope, receive, send)
            return
        request.own(scope, partial(self.owners.may_use, token))
        if heartbeat := HEARTBEAT.fullmatch(path):
            await self._stay(token, heartbeat[1], scope, receive, send)
            return
        tokens = [token] if token else [secrets.token_urlsafe(24), ANYONE]
        if not token and GIVEN.fullmatch(path):
            send = _with_cookie(send, self._cookie(tokens[0]))
        if scope["method"] == "POST" and UPLOAD.fullmatch(path):
            send = self._noting(send, tokens)
        await self.app(scope, receive, send)

    async def _stay(self, token: str, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        """An open page keeps this connection; a while after the last one of a browser has gone, its visit is over."""
        self._open[token] += 1
        if len(self._sessions[token]) >= EACH:
            self._sessions[token].pop()
        self._sessions[token].add(session)
        try:
            await self.app(scope, receive, send)
        finally:
            self._open[token] -= 1
            if not self._open[token]:
                del self._open[token]
                asyncio.get_running_loop().call_later(self.farewell, self._bid_farewell, token)

    def _bid_farewell(self, token: str) -> None:
        if token in self._open:  # it has come back
            return
        for session in self._sessions.pop(token, ()):
            if self.mine(session, token):
                self.left(session)
        if token:
            self.owners.leave(token)

    def _cookie(self, token: str) -> bytes:
        # Without an age: it goes with the browser.
        where = "SameSite=None; Secure; Partitioned" if self.framed else "SameSite=Lax"
        return f"{COOKIE}={token}; Path=/; HttpOnly; {where}".encode()

    def _noting(self, send: Send, tokens: list[str]) -> Send:
        """Reads the paths that Gradio answers an upload with."""
        status, body = 0, b""

        async def noting(message: Message) -> None:
            nonlocal status, body
            status = message.get("status", status)
            if message["type"] == "http.response.body" and status == 200:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    self.owners.add(json.loads(body), *tokens)
            await send(message)

        return noting


def token_of(scope: Scope) -> str:
    """What a browser's cookie says; empty without one, or with one that is not ours."""
    said = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    try:
        cookie = SimpleCookie(said).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie and TOKEN.fullmatch(cookie.value) else ""


def _with_cookie(send: Send, cookie: bytes) -> Send:
    async def adding(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), (b"set-cookie", cookie)]
        await send(message)

    return adding


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # no file can have such a name
        return ""
