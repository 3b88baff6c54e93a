"""Answers that are the same for many are made once, and kept compressed: the page itself, and its scripts.

Made anew, the page takes some 30 ms of the one thread that answers everybody, and the largest script 100 ms.
"""

import asyncio
import gzip
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

import brotli  # type: ignore[import-untyped]
import httpx
import orjson
from gradio.route_utils import get_root_url
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.patches.resting import rested
from page.request import LANGUAGE

MB = 1024 * 1024
SCRIPT_BYTES = 32 * MB  # all scripts of Gradio together take ten in each way of packing
PLACED_BYTES = 8 * MB  # strangers can make up places
NAMED = "page.invalid"  # where the page stands when it is made; each visitor gets the place that they asked
MADE_AT = f"http://{NAMED}".encode()
ROOT = re.compile(r"https?://[\w.:\[\]-]{1,255}(/[\w./~-]*)?")
# What differs by the place, and which question of its address matters: its name, and the values that are alike.
PAGES: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "/": ("", bool),
    "/config": ("page", lambda value: not value),
    "/gradio_api/info": ("all_endpoints", bool),
    "/gradio_api/openapi.json": ("", bool),
}
SCRIPTS = re.compile(r"/(assets|static)/.+\.(js|css|svg|json|txt|html)$|(/gradio_api)?/theme\.css$")
PACKED: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=5)),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


@dataclass(frozen=True)
class KeptAnswer:
    """A whole answer: status, headers but for the length, and body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    @property
    def size(self) -> int:
        """How many bytes keeping it takes."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        length = (b"content-length", str(len(self.body)).encode())
        await send({"type": "http.response.start", "status": self.status, "headers": [*self.headers, length]})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else self.body})


class Shelf:
    """Answers by name; where there are too many bytes, the one that was not asked for longest is dropped first."""

    def __init__(self, most: int) -> None:
        """Keep so many bytes."""
        self.most = most
        self._answers: OrderedDict[tuple[str, ...], KeptAnswer] = OrderedDict()
        self.size = 0

    def get(self, name: tuple[str, ...]) -> KeptAnswer | None:
        """The answer of this name, or None."""
        if name in self._answers:
            self._answers.move_to_end(name)
        return self._answers.get(name)

    def put(self, name: tuple[str, ...], answer: KeptAnswer) -> None:
        """Keep an answer."""
        if before := self._answers.pop(name, None):
            self.size -= before.size
        self._answers[name] = answer
        self.size += answer.size
        while self.size > self.most:
            _, gone = self._answers.popitem(last=False)
            self.size -= gone.size


class Kept:
    """ASGI middleware, behind the ones whose work differs by visitor: cookies, request numbers, refusals."""

    def __init__(self, app: ASGIApp) -> None:
        """Keep what `app` answers."""
        self.app = app
        self.scripts = Shelf(SCRIPT_BYTES)
        self.placed = Shelf(PLACED_BYTES)
        # As they were made, by path, question and language: a few for each language.
        self.pages: dict[tuple[str, str, str], KeptAnswer] = {}
        self._making = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        answer = await self._answer(scope) if scope["type"] == "http" and scope["method"] in ("GET", "HEAD") else None
        await (answer or self.app)(scope, receive, send)

    async def _answer(self, scope: Scope) -> "KeptAnswer | Response | None":
        path = scope["path"].rstrip("/") or "/"
        packing = accepted(Headers(scope=scope).get("accept-encoding", ""))
        if path in PAGES:
            return await self._page(path, packing, scope)
        if SCRIPTS.fullmatch(path) and packing and not Headers(scope=scope).get("range"):
            name = (scope["path"], packing)
            return await self._kept(self.scripts, name, lambda: self._script(scope, packing))
        return None

    async def _page(self, path: str, packing: str, scope: Scope) -> "KeptAnswer | Response | None":
        try:
            root = get_root_url(Request(scope), path, scope["app"].root_path or scope.get("root_path"))
        except (httpx.InvalidURL, ValueError):
            return Response(status_code=400)
        if not ROOT.fullmatch(root):
            return None
        name = (path, _question(path, scope), str(scope.get(LANGUAGE, "")))
        if not packing:
            return await self._in_place(name, root, "", scope)
        return await self._kept(self.placed, (*name, root, packing), lambda: self._in_place(name, root, packing, scope))

    async def _kept(self, shelf: Shelf, name: tuple[str, ...], make: Callable[[], Awaitable[KeptAnswer]]) -> KeptAnswer:
        if answer := shelf.get(name):
            return answer
        async with self._making:  # once, however many ask at the same time
            answer = shelf.get(name) or await make()
        if answer.status == 200:
            shelf.put(name, answer)
        return answer

    async def _in_place(self, name: tuple[str, str, str], root: str, packing: str, scope: Scope) -> KeptAnswer:
        """The address under which a visitor sees the page."""
        page = self.pages.get(name)
        if page is None:
            path, query, _ = name
            page = await self._made({**scope, "path": path, "raw_path": path.encode(), "query_string": query.encode()})
            if page.status == 200:
                page = replace(page, body=rested(page.body)) if path == "/" else page
                self.pages[name] = page
        place = orjson.dumps(root)[1:-1]
        return await run_in_threadpool(_packed, replace(page, body=page.body.replace(MADE_AT, place)), packing)

    async def _script(self, scope: Scope, packing: str) -> KeptAnswer:
        return await run_in_threadpool(_packed, await self._made(scope), packing)

    async def _made(self, scope: Scope) -> KeptAnswer:
        """The app's answer to a request without cookies, so that it is the same for all."""
        messages: list[Message] = []
        coming: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def nothing() -> Message:
            if not coming:  # a file's response goes on to ask whether the client has gone
                await asyncio.Event().wait()
            return coming.pop()

        async def noting(message: Message) -> None:
            messages.append(message)

        nobody = {"method": "GET", "scheme": "http", "headers": [(b"host", NAMED.encode())], "server": (NAMED, 80)}
        await self.app({**scope, **nobody}, nothing, noting)
        start, *pieces = messages
        headers = tuple((name, value) for name, value in start["headers"] if name not in (b"content-length", b"vary"))
        return KeptAnswer(start["status"], headers, b"".join(piece.get("body", b"") for piece in pieces))


def accepted(header: str) -> str:
    """The best compression that an Accept-Encoding header accepts: "br", "gzip", or "" for none."""
    taken = set()
    for part in header.split(","):
        name, _, weight = part.partition(";")
        if not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight):
            taken.add(name.strip().lower())
    return next((name for name in PACKED if name in taken), "")


def _question(path: str, scope: Scope) -> str:
    """The part of an address' query that changes the answer, so that there are two answers at most."""
    name, alike = PAGES[path]
    value = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get(name)
    if value is None or not alike(value[-1]):
        return ""
    return f"{name}={'1' if value[-1] else ''}"


def _packed(answer: KeptAnswer, packing: str) -> KeptAnswer:
    if not packing or answer.status != 200:
        return answer
    return replace(
        answer,
        headers=(*answer.headers, (b"content-encoding", packing.encode()), (b"vary", b"Accept-Encoding")),
        body=PACKED[packing](answer.body),
    )
