"""Who owns an upload: only the browser that sent it gets it back, and it is deleted when that browser has left."""

import json
import os
import re
import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page import request
from page.cookies import cookie
from page.doors.intake import MADE
from page.refusal import answer

COOKIE = "visitor"
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
ANYONE = "anyone"  # owns what came without a cookie: a program that keeps none may go on to ask about its upload
GIVEN = re.compile(r"/(config|gradio_api/(upload|info))?/?")  # where a visitor comes in
UPLOAD = re.compile(r"/gradio_api/upload/?")
FILE = re.compile(r"/gradio_api/file[=/](.*)", re.DOTALL)


class Owners:
    """Remembers which visitors sent a file of the upload folder. The same bytes from two visitors are one file."""

    def __init__(self, folder: Path, delete: Callable[[str], None] = os.unlink) -> None:
        """Nothing in `folder` belongs to anybody yet. `delete` is called for a file that nobody owns any more."""
        self.folder = Path(os.path.realpath(folder))
        self.delete = delete
        self._of: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, paths: Iterable[str], *tokens: str) -> None:
        """Note that these visitors sent these files."""
        for path in paths:
            self._of[os.path.realpath(path)] |= set(tokens)

    def add_made(self, token: str, path: str | os.PathLike[str]) -> None:
        """Note that the server made this file for a visitor: it is deleted when they leave. Whoever knows its name may
        have it."""
        self.add([os.fspath(path)], token)

    def may_fetch(self, token: str, path: str) -> bool:
        """Whether a visitor may have an upload back; True for paths that are no uploads, which are not judged here."""
        real = _real(path)
        return not self._is_upload(real) or token in self._of.get(real, ())

    def may_use(self, token: str, path: str | os.PathLike[str]) -> bool:
        """Whether a visitor may ask about a file."""
        real = _real(os.fspath(path))
        return not self._is_upload(real) or bool({token, ANYONE} & self._of.get(real, set()))

    def leave(self, token: str) -> None:
        """Delete the files of a visitor who has left, but for those that somebody else sent, too."""
        for path in [path for path, tokens in list(self._of.items()) if token in tokens]:
            self._of[path].discard(token)
            if not self._of[path]:
                del self._of[path]
                with suppress(FileNotFoundError):
                    self.delete(path)

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

    def __init__(self, app: ASGIApp, owners: Owners, framed: bool = False) -> None:
        """`framed` pages need a cookie that works in others' frames."""
        self.app = app
        self.owners = owners
        self.framed = framed

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
        request.of(scope, token)
        if token:
            request.keep(scope, partial(self.owners.add_made, token))
        tokens = [token] if token else [secrets.token_urlsafe(24), ANYONE]
        if not token and GIVEN.fullmatch(path):
            send = _with_cookie(send, self._cookie(tokens[0]))
        if scope["method"] == "POST" and UPLOAD.fullmatch(path):
            send = self._noting(send, tokens)
        await self.app(scope, receive, send)

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
    said = cookie(scope, COOKIE)
    return said if TOKEN.fullmatch(said) else ""


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
