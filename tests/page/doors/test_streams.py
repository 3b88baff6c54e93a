"""It is known of which visits somebody waits for the answers."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from page.doors.streams import Streams, StreamsDoor


@pytest.mark.parametrize(
    ("method", "path", "query", "session"),
    [
        ("GET", "/gradio_api/queue/data", "session_hash=abc", "abc"),
        ("GET", "/root/gradio_api/queue/data", "a=b&session_hash=abc&session_hash=d", "abc"),
        ("GET", "/gradio_api/call/explain/e1", "", "of e1"),
        ("GET", "/gradio_api/call/v2/explain/e1/", "", "of e1"),
        ("GET", "/gradio_api/call/explain/unknown", "", None),
        ("POST", "/gradio_api/call/explain", "", None),
        ("GET", "/gradio_api/queue/data", "", None),
        ("GET", "/", "session_hash=abc", None),
    ],
)
def test_stream_is_noted_while_it_is_open(method: str, path: str, query: str, session: str | None) -> None:
    streams = Streams({"e1": "of e1"}.get)
    seen: list[dict[str, int]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(dict(streams._open))
        raise asyncio.CancelledError

    async def nothing(message: Message | None = None) -> Message:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode()}
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(StreamsDoor(app, streams)(scope, nothing, nothing))  # type: ignore[arg-type]
    assert seen == [{session: 1} if session else {}]
    assert not streams._open


def test_session_is_listened_to_until_the_last_stream_is_closed() -> None:
    streams = Streams(lambda event: None)
    streams.opened("a")
    streams.opened("a")
    streams.closed("a")
    assert streams.listened("a")
    streams.closed("a")
    assert not streams.listened("a")
