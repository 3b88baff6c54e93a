"""Clients that do not read their answer: it is sent in small pieces, and ended when one is not taken in time."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PIECE = 64 * 1024  # bytes; so much of an answer lies in the connection
GONE: Message = {"type": "http.disconnect"}
STALLED = 20.0  # seconds in which a reader must take a piece


async def stream(
    app: ASGIApp, scope: Scope, receive: Receive, send: Send, piece: int = PIECE, seconds: float = STALLED
) -> None:
    """Let `app` answer one request; a client that takes no piece for so many seconds counts as gone."""
    gone = asyncio.Event()

    async def sending(message: Message) -> None:
        for each in _pieces(message, piece):
            if gone.is_set():
                return
            try:
                async with asyncio.timeout(seconds):
                    await send(each)
            except TimeoutError:
                gone.set()
            except asyncio.CancelledError:
                # Where the reader has gone, the app is cancelled when it goes on: Gradio cleans up after a stream that
                # ends while it waits for a message, and forgets one that ends while it sends.
                if not gone.is_set():
                    raise

    async def receiving() -> Message:
        heard, stalled = asyncio.ensure_future(receive()), asyncio.ensure_future(gone.wait())
        try:
            await asyncio.wait((heard, stalled), return_when=asyncio.FIRST_COMPLETED)
            message = heard.result() if heard.done() else GONE
        finally:
            for each in (heard, stalled):
                each.cancel()
        if message["type"] == GONE["type"]:
            gone.set()
        return message

    await app(scope, receiving, sending)


def _pieces(message: Message, piece: int) -> list[Message]:
    body = message.get("body", b"")
    if len(body) <= piece:
        return [message]
    parts = [body[at : at + piece] for at in range(0, len(body), piece)]
    more = message.get("more_body", False)
    return [{**message, "body": part, "more_body": more or number < len(parts)} for number, part in enumerate(parts, 1)]
