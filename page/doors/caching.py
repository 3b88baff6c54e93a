"""What a browser, or a cache on the way to it, may keep: nothing but the page's scripts and pictures of its own."""

import re
from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NEVER = "no-store"
VARY = "Cookie, Accept-Language"  # a shared cache would give all visitors the same cookie, and one language
# By path; the first that matches. Names in /assets/ tell what is in them; parts must fit the page, so browsers ask.
MAY: Sequence[tuple[re.Pattern[str], str]] = (
    (re.compile(r"/assets/.+"), "public, max-age=31536000, immutable"),
    (re.compile(r"/static/.+|/favicon\.ico|(/gradio_api)?/theme\.css"), "public, max-age=86400"),
    (re.compile(r"/parts/.+\.(js|css|svg)"), "no-cache"),
)
GOOD = (200, 206, 304)


class Caching:
    """ASGI middleware: sets `Cache-Control` on every answer, in place of the answer's own."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        may = next((said for pattern, said in MAY if pattern.fullmatch(scope["path"])), NEVER)

        async def saying(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = list(message.get("headers", []))
                headers = MutableHeaders(raw=message["headers"])
                headers["cache-control"] = said = may if message["status"] in GOOD else NEVER
                if said == NEVER:
                    headers.add_vary_header(VARY)
            await send(message)

        await self.app(scope, receive, saying)
