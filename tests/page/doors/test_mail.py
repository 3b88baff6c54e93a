"""Answers that nobody fetches take so many bytes and no more, and go; whoever fetches gets them whole."""

import asyncio
import contextlib
import json
from typing import Any

import orjson
import pytest
from gradio.server_messages import HeartbeatMessage, ProcessCompletedMessage

from page.doors.mail import GRACE, KEPT, MB, Mailboxes

GONE = {"error": "gone"}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def office(**bounds: Any) -> Mailboxes:
    return Mailboxes(**{"most": 100, "told": lambda: dict(GONE), "now": Clock()} | bounds)


def answer(size: int, value: str = "x") -> ProcessCompletedMessage:
    """An answer of so many bytes, as JSON."""
    return ProcessCompletedMessage(output={"data": [value * (size - 2)]}, success=True)


def post(boxes: Mailboxes, session: str, *sizes: int, by_name: bool = False) -> None:
    if session not in boxes:
        boxes[session] = object()
    for size in sizes:
        boxes[session].post(answer(size), by_name)


def fetched(boxes: Mailboxes, session: str) -> list[Any]:
    """What a session's messages say, by their sizes; None for one that is gone."""
    box = boxes[session]
    messages = [box.get_nowait() for _ in range(box.qsize())]
    outputs = [each.output for each in messages if isinstance(each, ProcessCompletedMessage)]
    return [len(orjson.dumps(each["data"][0])) if "data" in each else None for each in outputs]


def test_answer_comes_as_it_was_sent() -> None:
    boxes = office()
    given = {"label": "tabby", "grid": [0.5, 1, None], "none": float("nan")}
    boxes["a"] = object()
    for by_name in (False, True):
        sent = ProcessCompletedMessage(output={"data": [given, "text", None], "duration": 2.0}, success=True)
        boxes["a"].post(sent, by_name)
    page, program = boxes["a"].get_nowait(), boxes["a"].get_nowait()
    assert isinstance(page, ProcessCompletedMessage)
    assert isinstance(program, ProcessCompletedMessage)
    # The page's writer puts pieces in as they are; that of programs knows plain values alone.
    said = {"data": [given | {"none": None}, "text", None], "duration": 2.0}
    assert orjson.loads(orjson.dumps(page.model_dump()))["output"] == said
    assert program.model_dump()["output"] == said


def test_answer_with_a_number_of_many_digits_is_sent_as_well() -> None:
    boxes = office()
    boxes["a"] = object()
    boxes["a"].post(ProcessCompletedMessage(output={"data": [{"count": 10**30}]}, success=True))
    (message,) = [boxes["a"].get_nowait()]
    assert isinstance(message, ProcessCompletedMessage)
    assert json.loads(orjson.dumps(message.output["data"][0]))["count"] == 10**30


def test_messages_come_in_order_and_others_than_answers_take_no_room() -> None:
    boxes = office()
    post(boxes, "a", 10)
    boxes["a"].put_nowait(HeartbeatMessage())
    post(boxes, "a", 20)
    assert (boxes["a"].qsize(), boxes.bytes) == (3, 30)
    assert [each.msg for each in (boxes["a"].get_nowait(), boxes["a"].get_nowait())] == [
        "process_completed",
        "heartbeat",
    ]
    assert boxes.bytes == 20
    fetched(boxes, "a")
    with pytest.raises(asyncio.QueueEmpty):
        boxes["a"].get_nowait()
    assert boxes.bytes == 0


def test_session_keeps_two_megabytes_the_newest() -> None:
    boxes = office()
    post(boxes, "a", *[MB // 2] * 6)
    post(boxes, "b", MB)
    assert boxes["a"].bytes == 2 * MB
    assert boxes.bytes == 3 * MB
    assert fetched(boxes, "a") == [None, None] + [MB // 2] * 4
    assert fetched(boxes, "b") == [MB]


def test_all_together_keep_sixty_four_megabytes() -> None:
    boxes = office()
    for number in range(40):
        post(boxes, str(number), 2 * MB)
    assert boxes.bytes == 64 * MB
    assert fetched(boxes, "7") == [None]
    assert fetched(boxes, "8") == [2 * MB]


def test_answer_that_is_larger_than_a_session_may_keep_waits_a_moment_for_its_reader() -> None:
    clock = Clock()
    boxes = office(now=clock)
    post(boxes, "a", 20 * MB)
    boxes.tidy()
    assert boxes.bytes == 20 * MB
    clock.now += GRACE + 1
    boxes.tidy()
    assert boxes.bytes == 0
    assert fetched(boxes, "a") == [None]


def test_answer_that_somebody_waits_for_is_never_too_large() -> None:
    async def story() -> list[Any]:
        boxes = office(all_=MB)
        post(boxes, "other", MB)
        boxes["a"] = object()
        with boxes.read("a"):
            waiting = asyncio.create_task(boxes["a"].get())
            await asyncio.sleep(0)
            post(boxes, "a", 20 * MB)
            message = await waiting
        assert isinstance(message, ProcessCompletedMessage)
        assert boxes.bytes == 0
        return [len(orjson.dumps(message.output["data"][0])), *fetched(boxes, "other")]

    assert asyncio.run(story()) == [20 * MB, None]


def test_mailbox_that_nobody_opens_goes_after_a_minute() -> None:
    clock, gone, waits = Clock(), [], {"late"}
    boxes = office(now=clock, gone=gone.append, expected=lambda session: session in waits)
    for session in ("unread", "read", "late"):
        post(boxes, session, 1000)
    with boxes.read("read"):
        clock.now += KEPT + 1
        boxes.tidy()
        assert gone == ["unread"]
        assert "unread" not in boxes
    boxes.tidy()
    assert gone == ["unread"]  # its reader has only just gone
    clock.now += KEPT + 1
    waits.clear()
    boxes.tidy()
    assert gone == ["unread", "read", "late"]
    assert (len(boxes), boxes.bytes, len(boxes._letters)) == (0, 0, 0)


def test_mailbox_is_not_kept_by_beats_of_a_heart() -> None:
    clock = Clock()
    boxes = office(now=clock)
    post(boxes, "a", 1000)
    for _ in range(10):
        clock.now += KEPT / 5
        boxes["a"].put_nowait(HeartbeatMessage())
    boxes.tidy()
    assert len(boxes) == 0


def test_thousands_of_sessions_have_no_more_mailboxes_than_there_may_be() -> None:
    gone: list[str] = []
    boxes = office(gone=gone.append, expected=lambda session: session == "0")
    with contextlib.ExitStack() as stack:
        for number in range(5000):
            post(boxes, str(number), 100)
            if number == 1:
                stack.enter_context(boxes.read("1"))
        assert len(boxes) == 100
        # Where somebody reads or waits, it stays.
        assert {"0", "1", "4999"} <= set(boxes)
        assert len(gone) == 4900
        assert (boxes.bytes, len(boxes._letters)) == (100 * 100, 100)


def test_mailbox_that_is_gone_may_go_again() -> None:
    boxes = office()
    post(boxes, "a", 100)
    with boxes.read("a"):
        del boxes["a"]
        del boxes["a"]
    assert boxes.get("a") is None
    assert boxes.bytes == 0
