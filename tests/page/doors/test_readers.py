"""A reader gets its answer in pieces, whole and in order; one that takes nothing is gone after a while."""

import asyncio

from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from page.doors.readers import stream

SCOPE: Scope = {"type": "http", "method": "GET", "headers": []}
BODY = bytes(range(250)) * 40


async def still_there() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def app(ended: list[str]) -> StreamingResponse:
    """As Gradio streams: it waits between two messages, and cleans up where it is cancelled then."""

    async def told() -> object:
        try:
            for each in (b"first", BODY, b"last"):
                yield each
                for _ in range(20):
                    await asyncio.sleep(0)
            ended.append("whole")
        except asyncio.CancelledError:
            ended.append("cleaned up")
            raise

    return StreamingResponse(told())  # type: ignore[arg-type]


def test_answer_comes_whole_and_in_pieces() -> None:
    sent: list[Message] = []
    ended: list[str] = []

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(stream(app(ended), SCOPE, still_there, send, piece=1000, seconds=60))
    bodies = [each for each in sent if each["type"] == "http.response.body"]
    assert b"".join(each["body"] for each in bodies) == b"first" + BODY + b"last"
    assert max(len(each["body"]) for each in bodies) == 1000
    assert [each["more_body"] for each in bodies] == [True] * (len(bodies) - 1) + [False]
    assert ended == ["whole"]


def test_reader_that_takes_nothing_is_gone_and_its_answer_with_it() -> None:
    taken = 0
    ended: list[str] = []

    async def send(message: Message) -> None:
        nonlocal taken
        if taken == 3:
            await asyncio.Event().wait()
        taken += 1

    asyncio.run(asyncio.wait_for(stream(app(ended), SCOPE, still_there, send, piece=1000, seconds=0.05), 30))
    assert taken == 3
    assert ended == ["cleaned up"]


def test_reader_that_leaves_while_it_is_sent_something_is_cleaned_up_after() -> None:
    left = asyncio.Event()
    ended: list[str] = []

    async def send(message: Message) -> None:
        if message.get("body", b"").startswith(BODY[:10]):
            left.set()
            await asyncio.Event().wait()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    asyncio.run(asyncio.wait_for(stream(app(ended), SCOPE, receive, send, piece=1000, seconds=60), 30))
    assert ended == ["cleaned up"]


def test_app_hears_what_the_reader_says() -> None:
    heard: list[Message] = []

    async def listens(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([await receive(), await receive()])

    async def receive() -> Message:
        return {"type": "http.request", "body": b"a"} if not heard else {"type": "http.disconnect"}

    async def send(message: Message) -> None: ...

    asyncio.run(stream(listens, SCOPE, receive, send))
    assert [each["type"] for each in heard] == ["http.request", "http.request"]
