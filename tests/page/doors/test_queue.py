"""Gradio's queue hands out events visitor by visitor, and no visitor fills it."""

import asyncio
import contextvars
from typing import Any

import gradio as gr
import pytest
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Queue
from gradio.server_messages import ProcessCompletedMessage
from starlette.requests import Request

from page import request as requests
from page.doors.queue import LOOK, UNREAD, FairQueue
from page.words import Words, speaking


def site(words: Words, waiting: int = 100, each: int = 50) -> gr.Blocks:
    with gr.Blocks(analytics_enabled=False) as made:
        box = gr.Textbox()
        for _ in range(2):
            box.change(str, box, box, concurrency_id="lane", concurrency_limit=4)
        box.change(str, box, box)
    made.queue(default_concurrency_limit=4, api_open=False)
    made._queue = FairQueue(made, waiting, each, words)
    return made


def request(address: str) -> Request:
    return Request({"type": "http", "client": (address, 1), "headers": [(b"x-forwarded-for", b"10.9.9.9")]})


def push(made: gr.Blocks, *asked: tuple[str, str], fn: int = 0) -> list[Any]:
    """What the queue says to each (address, session)."""

    async def all_of_them() -> list[Any]:
        bodies = [PredictBodyInternal(data=["a"], fn_index=fn, session_hash=session) for _, session in asked]
        requests = [request(address) for address, _ in asked]
        return [await made._queue.push(*given, None) for given in zip(bodies, requests, strict=True)]

    return asyncio.run(all_of_them())


def handed_out(made: gr.Blocks) -> list[str]:
    """The sessions of all events, as they are handed out."""
    order = []
    while found := made._queue.get_events():
        (event,), _, _ = found
        order.append(event.session_hash)
    return order


def test_event_after_a_flood_is_second(words: Words) -> None:
    made = site(words)
    push(made, *[("10.0.0.1", "flood")] * 40, ("10.0.0.2", "other"))
    assert handed_out(made)[:3] == ["flood", "other", "flood"]


def test_sessions_behind_one_address_take_turns(words: Words) -> None:
    made = site(words)
    push(made, *[("10.0.0.1", "flood")] * 40, ("10.0.0.1", "pupil"), ("10.0.0.2", "other"))
    assert handed_out(made)[:4] == ["flood", "other", "pupil", "flood"]


def test_made_up_sessions_do_not_hold_others_up(words: Words) -> None:
    made = site(words)
    push(made, *[("10.0.0.1", f"made up {number}") for number in range(40)], ("10.0.0.2", "other"))
    order = handed_out(made)
    assert order.index("other") == 1
    assert len(order) == 41


def test_one_address_has_its_bound_and_the_line_another(words: Words) -> None:
    made = site(words, waiting=8, each=5)
    answered = push(made, *[("10.0.0.1", f"{number}") for number in range(7)])
    assert [done for done, _, _ in answered] == [True] * 5 + [False] * 2
    answered += push(made, *[("10.0.0.2", "b")] * 4)
    assert [done for done, _, _ in answered[7:]] == [True] * 3 + [False]
    refused = [(sentence, state) for done, sentence, state in answered if not done]
    assert refused == [(words("server.busy"), "queue_full")] * 3


def test_bound_of_an_address_is_for_all_lines_together(words: Words) -> None:
    made = site(words, each=3)
    push(made, *[("10.0.0.1", "a")] * 2)
    answered = push(made, *[("10.0.0.1", "a")] * 2, fn=2)
    assert [done for done, _, _ in answered] == [True, False]


def test_event_that_is_cancelled_leaves_the_line(words: Words) -> None:
    made = site(words)
    answered = push(made, *[("10.0.0.1", "a")] * 3, ("10.0.0.2", "b"))
    queue = made._queue
    asyncio.run(queue.remove_from_queue(answered[0][1]))
    asyncio.run(queue.remove_from_queue(answered[0][1]))
    asyncio.run(queue.remove_from_queue("nothing"))
    assert len(queue) == 3
    asyncio.run(queue.clean_events(session_hash="b"))
    assert handed_out(made) == ["a", "a"]


def test_place_in_the_line_is_told_as_it_is(words: Words) -> None:
    made = site(words)
    push(made, *[("10.0.0.1", "flood")] * 3, ("10.0.0.2", "other"))
    messages = made._queue.pending_messages_per_session["other"]
    made._queue.broadcast_estimations("lane")
    told = [messages.get_nowait().model_dump() for _ in range(messages.qsize())]
    assert (told[-1]["rank"], told[-1]["queue_size"]) == (1, 4)


def test_events_that_share_a_lane_wait_in_one_line(words: Words) -> None:
    made = site(words)
    push(made, ("10.0.0.1", "a"), fn=0)
    push(made, ("10.0.0.2", "b"), fn=1)
    assert list(made._queue.event_queue_per_concurrency_id) == ["lane"]
    assert handed_out(made) == ["a", "b"]


@pytest.mark.parametrize("held_up", [False, True])
def test_answer_that_takes_too_long_is_given_up_and_keeps_its_place(words: Words, held_up: bool) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    queue.seconds, queue.held_up = 0.01, lambda: held_up
    push(made, ("10.0.0.1", "slow"))

    async def once() -> list[dict[str, Any]]:
        (event,), _, _ = queue.get_events()
        queue.event_queue_per_concurrency_id["lane"].current_concurrency += 1
        running = asyncio.Event()
        Queue.process_events, own = never_ending(running), Queue.process_events
        try:
            working = asyncio.create_task(queue.process_events([event], False, 0, event.fn))
            await asyncio.sleep(0.1)
            assert not working.done()
            running.set()
            await working
        finally:
            Queue.process_events = own
        messages = queue.pending_messages_per_session["slow"]
        return [messages.get_nowait().model_dump() for _ in range(messages.qsize())]

    told = [each for each in asyncio.run(once()) if each["msg"] == "process_completed"]
    assert [each["output"]["error"] for each in told] == ([] if held_up else [words("server.too_long")])


def test_an_idle_queue_looks_for_events_now_and_then_and_not_all_the_time(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = site(words)._queue
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        queue.stopped = len(slept) == 3

    monkeypatch.setattr(asyncio, "sleep", sleep)
    asyncio.run(queue.start_processing())
    assert slept == [LOOK] * 3
    assert LOOK >= 0.01


def never_ending(until: asyncio.Event) -> Any:
    async def process_events(*_: Any) -> None:
        await until.wait()

    return process_events


def test_request_keeps_its_number_while_it_waits(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    made = site(words)
    seen = []

    async def process_events(*_: Any) -> None:
        seen.append(requests.current.get())

    monkeypatch.setattr(Queue, "process_events", process_events)
    push(made, ("10.0.0.1", "a"))
    (event,), _, _ = made._queue.get_events()
    event.request.scope[requests.KEY] = "1234abcd"
    asyncio.run(made._queue.process_events([event], False, 0, event.fn))
    assert seen == ["1234abcd"]


def test_queue_that_is_shut_takes_nothing_new_and_tells_whoever_waits_in_their_language(words: Words) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    push(made, ("10.0.0.1", "runs"), ("10.0.0.2", "waits"), ("10.0.0.3", "wartet"), fn=0)
    (running,), _, _ = queue.get_events()  # type: ignore[misc]
    (event,) = (each for each in queue._turns["lane"] if each.session_hash == "wartet")
    event.request.scope[requests.LANGUAGE] = "de"

    contextvars.copy_context().run(queue.shut)

    assert len(queue) == 0
    assert running.alive
    with speaking("de"):
        german = words("server.stopping")
    for session, told in {"runs": [], "waits": [words("server.stopping")], "wartet": [german]}.items():
        messages = queue.pending_messages_per_session[session]
        said = [messages.get_nowait().model_dump() for _ in range(messages.qsize())]
        assert [each["output"]["error"] for each in said if each["msg"] == "process_completed"] == told
    assert push(made, ("10.0.0.4", "late")) == [(False, words("server.stopping"), "queue_full")]


def test_session_that_fetches_nothing_may_ask_no_more(words: Words) -> None:
    made = site(words)
    push(made, ("10.0.0.1", "a"), ("10.0.0.2", "b"))
    for _ in range(UNREAD):
        made._queue.pending_messages_per_session["a"].put_nowait("unread")
    assert push(made, ("10.0.0.1", "a")) == [(False, words("server.busy"), "queue_full")]
    assert push(made, ("10.0.0.2", "b"))[0][0]


def test_answers_that_nobody_fetches_are_kept_for_some_sessions_only(words: Words) -> None:
    made = site(words, waiting=5)
    queue = FairQueue(made, 5, 5, words, sessions=20)
    for number in range(50):
        queue.pending_messages_per_session[str(number)] = asyncio.Queue()
    assert list(queue.pending_messages_per_session) == [str(number) for number in range(30, 50)]


def test_sessions_and_events_of_thousands_of_names_are_forgotten(words: Words) -> None:
    made = site(words, waiting=10, each=10)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    queue.mail.now = lambda: 0.0
    forgotten: list[str] = []
    queue.forgotten = forgotten.append
    for number in range(3000):
        push(made, ("10.0.0.1", f"name-{number}"))
        (event,), _, _ = queue.get_events()  # type: ignore[misc]
        queue.event_ids_to_events.pop(event._id)  # it is answered
    assert len(queue.pending_messages_per_session) == 200
    assert len(queue.sessions) == 2000
    assert len(queue.event_analytics) == 1000
    assert forgotten == [f"name-{number}" for number in range(1000)]
    assert len(queue.pending_event_ids_session) <= 200
    queue.mail.now = lambda: 100.0
    queue.tidy()
    assert len(queue.pending_messages_per_session) == len(queue.pending_event_ids_session) == 0


def test_event_belongs_to_the_browser_that_asked(words: Words) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    body = PredictBodyInternal(data=["a"], fn_index=0)
    mine = Request({"type": "http", "client": ("10.0.0.1", 1), "headers": [(b"cookie", b"visitor=" + b"a" * 32)]})
    done, event, _ = asyncio.run(queue.push(body, mine, None))
    assert done
    assert queue.session_of(event) == event
    assert queue.session_of("nothing") is None
    assert queue.sessions.may_use(event, "a" * 32)
    assert not queue.sessions.may_use(event, "")
    queue.event_ids_to_events.clear()
    assert queue.session_of(event) == event  # as long as its answer was not fetched


def test_visit_that_is_over_leaves_nothing_and_its_event_has_no_reader(words: Words) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    push(made, ("10.0.0.1", "a"))
    (event,), _, _ = queue.get_events()  # type: ignore[misc]
    queue.leave("a")
    assert "a" not in queue.pending_messages_per_session
    assert len(queue.sessions) == 0
    queue.send_message(event, ProcessCompletedMessage(output={"data": ["late"]}, success=True))
    queue.event_ids_to_events.clear()
    queue.tidy()
    assert queue.pending_event_ids_session == {}


def test_answer_that_went_is_told_in_a_sentence(words: Words) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    push(made, ("10.0.0.1", "a"))
    (event,), _, _ = queue.get_events()  # type: ignore[misc]
    for _ in range(2):
        queue.send_message(event, ProcessCompletedMessage(output={"data": ["x" * 2_000_000]}, success=True))
    box = queue.mail["a"]
    said = [box.get_nowait().model_dump() for _ in range(box.qsize())]
    answers = [each for each in said if each["msg"] == "process_completed"]
    assert [each["success"] for each in answers] == [False, True]
    assert answers[0]["output"]["error"] == words("server.unfetched")
    assert {each["event_id"] for each in answers} == {event._id}


def test_nobody_makes_tables_of_events(words: Words) -> None:
    queue = site(words)._queue
    assert queue.compute_analytics_summary([{"function": "a"}]) == {"functions": {}}


def test_rest_of_the_queue_is_gradios(words: Words) -> None:
    with gr.Blocks(analytics_enabled=False) as made:
        pass
    made.queue(default_concurrency_limit=3)
    own, ours = vars(made._queue), vars(FairQueue(made, 5, 2, words))
    for name in ("live_updates", "max_thread_count", "update_intervals", "default_concurrency_limit", "blocks"):
        assert ours[name] == own[name], name
