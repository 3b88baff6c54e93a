"""A body waits for its turn before it is read, keeps moving, and ends in time."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from page.doors import bodies
from page.doors.bodies import Bodies
from page.doors.burden import Burdens
from page.doors.line import Line
from page.words import Words

UPLOAD, PLAIN, JOIN = "/gradio_api/upload", "/api/explain", "/gradio_api/queue/join"


async def reads(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that answers with what it was sent, and hides why a body ended as FastAPI does."""
    try:
        said = await Request(scope, receive).body()
    except ClientDisconnect:
        return
    except Exception:
        await PlainTextResponse("There was an error parsing the body", 400)(scope, receive, send)
        return
    await PlainTextResponse(said)(scope, receive, send)


async def fails(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that lets through what ends a body."""
    await PlainTextResponse(await Request(scope, receive).body())(scope, receive, send)


class Sender:
    """Somebody who sends a body piece by piece, or stops."""

    def __init__(self, door: Bodies, path: str = PLAIN, address: str = "10.0.0.1", method: str = "POST") -> None:
        self.asked = 0  # for how many pieces it was asked
        self.pieces: asyncio.Queue[Message] = asyncio.Queue()
        self.sent: list[Message] = []
        scope = {"type": "http", "method": method, "path": path, "headers": [], "client": (address, 1)}
        self.task = asyncio.create_task(door(scope, self._receive, self._send))

    def piece(self, data: bytes, more: bool = True) -> None:
        self.pieces.put_nowait({"type": "http.request", "body": data, "more_body": more})

    async def _receive(self) -> Message:
        self.asked += 1
        return await self.pieces.get()

    async def _send(self, message: Message) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int | None:
        return self.sent[0]["status"] if self.sent else None

    @property
    def said(self) -> bytes:
        return b"".join(each.get("body", b"") for each in self.sent)


async def settled() -> None:
    for _ in range(30):
        await asyncio.sleep(0)


def play(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 30))  # type: ignore[arg-type]


def door(words: Words, app: Any = reads, each: int = 2, waiting: int = 10) -> Bodies:
    return Bodies(app, words, Line(8, waiting, waiting, places_each=each))


@pytest.mark.parametrize("path", [UPLOAD, f"/some/root{UPLOAD}", PLAIN])
def test_pictures_of_one_address_are_read_so_many_at_a_time_and_the_others_wait_unread(words: Words, path: str) -> None:
    async def story() -> None:
        made = door(words)
        mine = [Sender(made, path) for _ in range(4)]
        other = Sender(made, path, "10.0.0.2")
        await settled()
        assert [each.asked for each in mine] == [1, 1, 0, 0]
        assert other.asked == 1
        mine[0].piece(b"a")
        await settled()
        assert mine[2].asked == 0, "not before the first is complete"
        mine[0].piece(b"b", more=False)
        await settled()
        assert (mine[0].status, mine[0].said) == (200, b"ab")
        assert [each.asked for each in mine[1:]] == [1, 1, 0]
        for each in mine[1:]:
            each.piece(b"c", more=False)
        await asyncio.gather(*(each.task for each in mine))
        other.piece(b"d", more=False)
        await other.task
        assert not made.line.busy

    play(story)


def test_other_bodies_do_not_wait(words: Words) -> None:
    async def story() -> None:
        made = door(words, each=1)
        slow = [Sender(made), Sender(made)]
        await settled()
        asked = Sender(made, JOIN)
        asked.piece(b"{}", more=False)
        await asked.task
        assert asked.said == b"{}"
        assert slow[1].asked == 0

    play(story)


def test_request_without_a_body_is_left_alone(words: Words) -> None:
    async def story() -> None:
        made = door(words)
        asked = Sender(made, "/queue/data", method="GET")
        asked.piece(b"", more=False)
        await asked.task
        assert asked.status == 200

    play(story)


@pytest.mark.parametrize("app", [reads, fails], ids=["hides it", "lets it through"])
@pytest.mark.parametrize("path", [UPLOAD, PLAIN, JOIN])
def test_body_that_stands_still_is_broken_off_in_a_sentence(
    words: Words, monkeypatch: pytest.MonkeyPatch, app: Any, path: str
) -> None:
    monkeypatch.setattr(bodies, "GRACE", 0.01)

    async def story() -> None:
        made = door(words, app)
        slow = Sender(made, path)
        slow.piece(b"\x89PNG")
        await slow.task
        assert slow.status == 408
        assert words("api.slow").encode() in slow.said
        assert (b"connection", b"close") in slow.sent[0]["headers"]
        assert not made.line.busy

    play(story)


def test_body_that_trickles_is_broken_off_and_one_that_flows_is_not(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "GRACE", 0.0)
    monkeypatch.setattr(bodies, "SLOWEST", 1000)

    async def story() -> None:
        made = door(words, each=9)
        flows, trickles = Sender(made), Sender(made)
        flows.piece(bytes(100_000))
        trickles.piece(bytes(20))
        await trickles.task
        assert trickles.status == 408
        flows.piece(b"", more=False)
        await flows.task
        assert flows.status == 200

    play(story)


def test_body_that_flows_for_ever_is_broken_off(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)

    async def story() -> None:
        endless = Sender(door(words))
        while not endless.task.done():
            endless.piece(bytes(1000))
            await asyncio.sleep(0.001)
        assert endless.status == 408

    play(story)


def test_one_who_waits_too_long_for_the_turn_to_send_is_told(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    monkeypatch.setattr(bodies, "GRACE", 10.0)

    async def story() -> None:
        made = door(words, each=1)
        async with made.line.turn(bodies.Visitor("10.0.0.1")):
            waits = Sender(made)
            await waits.task
            assert (waits.status, waits.asked) == (408, 0)
            assert made.line.waiting == 0

    play(story)


def test_of_too_many_that_wait_the_last_of_whoever_has_most_is_told(words: Words) -> None:
    async def story() -> None:
        made = Bodies(reads, words, Line(1, 3, 2, places_each=1))
        first, *flood = [Sender(made) for _ in range(4)]
        await settled()
        assert [each.status for each in flood] == [None, None, 429]
        others = [Sender(made, address=f"10.0.0.{number}") for number in (2, 3)]
        await settled()
        assert [each.status for each in flood] == [None, 503, 429]
        assert [each.status for each in others] == [None, None]
        first.piece(b"", more=False)
        await settled()
        assert (flood[0].asked, others[0].asked) == (1, 0)

    play(story)


def test_one_that_has_no_room_is_told_once_it_has_sent_all(words: Words) -> None:
    """And nothing of what comes after is held."""

    async def story() -> None:
        made = Bodies(reads, words, Line(8, 9, 9), Burdens(1000, 50))
        large = Sender(made)
        for _ in range(20):
            large.piece(bytes(100))
        await settled()
        assert (large.asked, large.status, made.line.busy) == (21, None, False)
        other = Sender(made, address="10.0.0.2")
        other.piece(bytes(700), more=False)
        await other.task
        assert other.status == 200
        large.piece(b"", more=False)
        await large.task
        assert (large.status, large.said) == (503, words_of(words))

    play(story)


def test_bodies_of_all_together_have_one_bound_in_bytes(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that stands still is ended, too, for an address that holds less; an upload goes to the disk."""
    monkeypatch.setattr(bodies, "STILL", 0.01)

    async def story() -> None:
        made = Bodies(reads, words, Line(8, 9, 9), Burdens(1000, 50))
        upload, large, other = (Sender(made, path, f"10.0.0.{n}") for n, path in enumerate((UPLOAD, PLAIN, JOIN), 1))
        upload.piece(bytes(5000))
        large.piece(bytes(500))
        await settled()
        other.piece(bytes(400))
        await large.task
        assert (large.status, large.said) == (503, words_of(words))
        assert (b"retry-after", b"1") in large.sent[0]["headers"]
        other.piece(b"", more=False)
        upload.piece(b"", more=False)
        await asyncio.gather(other.task, upload.task)
        assert [(each.status, len(each.said)) for each in (upload, other)] == [(200, 5000), (200, 400)]
        alone = Sender(made)
        alone.piece(bytes(800))
        await alone.task
        assert alone.status == 503
        assert not made.line.busy

    play(story)


def words_of(words: Words) -> bytes:
    sentence = json.dumps(words("server.busy"), ensure_ascii=False, separators=(",", ":"))
    return b'{"error":%s,"detail":%s}' % (sentence.encode(), sentence.encode())


def test_sender_who_leaves_gives_the_turn_back(words: Words) -> None:
    async def story() -> None:
        made = door(words)
        leaves = Sender(made)
        leaves.pieces.put_nowait({"type": "http.disconnect"})
        await leaves.task
        assert leaves.sent == []
        cancelled = Sender(made)
        await settled()
        cancelled.task.cancel()
        await settled()
        assert not made.line.busy

    play(story)


def test_failure_of_the_page_is_no_matter_of_the_body(words: Words) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        raise KeyError("a fault")

    async def story() -> None:
        made = door(words, broken)
        asked = Sender(made)
        asked.piece(b"", more=False)
        with pytest.raises(KeyError):
            await asked.task
        assert not made.line.busy

    play(story)
