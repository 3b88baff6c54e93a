"""Between the network and Gradio: what may come in, what is closed, and what browsers are told."""

import json
import logging
import re
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.words import Words

log = logging.getLogger("seewhy")

KB = 1024
JSON_LIMIT = 256 * KB
UPLOAD_ROOM = 1024 * KB  # what multipart adds around a file of the largest size
PICTURES = ("/gradio_api/upload", "/api/explain")  # where a body may hold a picture

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
        self.upload_limit = upload_limit

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
        limit = self.upload_limit + UPLOAD_ROOM if path.endswith(PICTURES) else JSON_LIMIT
        if _announced(scope) > limit:
            await self._too_large(send)
            return
        await self._limited(scope, receive, send, limit)

    async def _limited(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        read, answered, too_large = 0, False, False

        async def counting() -> Message:
            nonlocal read, too_large
            message = await receive()
            read += len(message.get("body", b""))
            if read > limit:
                too_large = True
                raise TooLarge
            return message

        async def noting(message: Message) -> None:
            nonlocal answered, too_large
            # Gradio's own refusal of a large file speaks of bytes, and what reads a body hides why it ended.
            too_large = too_large or (not answered and message.get("status") == 413)
            if answered or not too_large:
                answered = True
                await send(message)

        try:
            await self.app(scope, counting, noting)
        except Exception:
            if answered:
                raise
            if not too_large:
                log.exception("failed")
                await _refuse(send, 500, self.words("server.failed"))
        if too_large and not answered:
            await self._too_large(send)

    async def _too_large(self, send: Send) -> None:
        await _refuse(send, 413, self.words("picture.too_many_bytes", limit=self.upload_limit // KB // KB))


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
