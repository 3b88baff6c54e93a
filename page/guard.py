"""Between the network and Gradio: what may come in, what is closed, and what browsers are told."""

import json
import re
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.words import Words

KB = 1024
JSON_LIMIT = 256 * KB
UPLOAD_ROOM = 1024 * KB  # what multipart adds around a file of the largest size

# Routes of Gradio that the page does not use, and that would let a stranger write to disk, read others' runs, or
# make this server fetch an address.
CLOSED = re.compile(
    r"/(monitoring|deep_link|svelte|pwa_icon|gradio_api/"
    r"(process_recording|deep_link|run-history|runs|vibe|undo-vibe|proxy=|component_server|stream|custom_component|dev|"
    r"run/|api/|file[=/](https?:|%68|data:)))",
    re.IGNORECASE,
)

# Gradio's component for own markup compiles its templates, which needs unsafe-eval.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self' https://huggingface.co https://*.hf.space"
)
HEADERS: Mapping[bytes, bytes] = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"permissions-policy": b"camera=(self), microphone=(), geolocation=()",
}


class TooLarge(Exception):
    """A body has passed its limit while it was read."""


class Guard:
    """ASGI middleware: closes routes, limits bodies, and adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, words: Words, upload_limit: int) -> None:
        """Guard `app`; uploads may be `upload_limit` bytes large, other bodies 256 KB."""
        self.app = app
        self.words = words
        self.upload_limit = upload_limit + UPLOAD_ROOM

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        send = _with_headers(send)
        if CLOSED.match(path):
            await _refuse(send, 404, "Not found")
            return
        limit = self.upload_limit if path.endswith("/upload") else JSON_LIMIT
        too_large = self.words("picture.too_many_bytes", limit=(self.upload_limit - UPLOAD_ROOM) // KB // KB)
        if _announced(scope) > limit:
            await _refuse(send, 413, too_large)
            return
        await self._limited(scope, receive, send, limit, too_large)

    async def _limited(self, scope: Scope, receive: Receive, send: Send, limit: int, sentence: str) -> None:
        read, answered = 0, False

        async def counting() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                raise TooLarge
            return message

        async def noting(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, counting, noting)
        except TooLarge:
            if not answered:
                await _refuse(send, 413, sentence)


def _announced(scope: Scope) -> int:
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _with_headers(send: Send) -> Send:
    async def adding(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *HEADERS.items()]
        await send(message)

    return adding


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = json.dumps({"error": sentence, "detail": sentence}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
