"""Gradio's queue hands out events visitor by visitor, and no visitor fills it."""

import asyncio
import contextvars
import random
from typing import Any

import gradio as gr
import pytest
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, Queue
from gradio.server_messages import ProcessCompletedMessage
from starlette.requests import Request

from models.work import Work, current
from page import request as requests
from page.doors import queue as queues
from page.doors.budget import Budget
from page.doors.lanes import AT_ONCE, LONG
from page.doors.queue import ALONE, FRESH, LOOK, UNREAD, FairQueue
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
    queue: FairQueue = made._queue  # type: ignore[assignment]
    while found := queue.get_events():
        (event,), _, lane = found
        order.append(event.session_hash)
        queue._places[lane].give_back(event.request.client.host)  # it is answered at once
    return order


def errors(queue: FairQueue, session: str) -> list[tuple[str | None, str]]:
    """The events of a session that ended with a sentence, in order; reading them takes them away."""
    messages = queue.pending_messages_per_session[session]
    told = [messages.get_nowait().model_dump() for _ in range(messages.qsize())]
    return [(each["event_id"], each["output"]["error"]) for each in told if each["msg"] == "process_completed"]


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
    answered += push(made, *[("10.0.0.2", "b")] * 5)
    assert [done for done, _, _ in answered[7:]] == [True] * 4 + [False], "as many as the other, which has to go back"
    refused = [(sentence, state) for done, sentence, state in answered if not done]
    assert refused == [(words("server.busy"), "queue_full")] * 3
    assert len(made._queue) == 8


def test_full_line_sends_away_the_last_of_whoever_has_most_in_their_language(words: Words) -> None:
    made = site(words, waiting=4, each=9)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    push(made, ("10.0.0.1", "a"), ("10.0.0.1", "a"), ("10.0.0.1", "c"))
    ((_, last, _),) = push(made, ("10.0.0.1", "a"))
    queue.event_ids_to_events[last].request.scope[requests.LANGUAGE] = "de"
    answered = push(made, ("10.0.0.2", "b"))
    assert answered[0][0]
    assert last not in queue.event_ids_to_events
    with speaking("de"):
        german = words("server.busy")
    assert errors(queue, "a") == [(last, german)]
    assert errors(queue, "c") == errors(queue, "b") == []
    assert handed_out(made) == ["a", "b", "c", "a"]


def test_pupil_finds_a_place_though_another_of_the_class_has_taken_all_of_their_address(words: Words) -> None:
    made = site(words, each=5)
    push(made, *[("10.0.0.1", "floods")] * 5)
    assert push(made, ("10.0.0.1", "pupil"))[0][0]
    assert sorted(handed_out(made)) == ["floods"] * 4 + ["pupil"]


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
    asked_before(queue, FRESH)
    asyncio.run(queue.clean_events(session_hash="b"))
    assert handed_out(made) == ["a", "a"]


def asked_before(queue: Queue, seconds: float) -> None:
    """All that waits or runs was asked so many seconds before."""
    for event in queue.event_ids_to_events.values():
        event.enqueue_time -= seconds


def test_end_of_a_stream_takes_nothing_that_was_asked_after_it_was_opened(words: Words) -> None:
    """A visitor who taps something else lets go of a stream while the new question is on its way."""
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    push(made, ("10.0.0.1", "a"))
    asked_before(queue, FRESH)
    push(made, ("10.0.0.1", "a"))

    async def end() -> None:
        del queue.pending_messages_per_session["a"]  # as Gradio does when a stream is cancelled
        await queue.clean_events(session_hash="a")

    asyncio.run(end())
    assert (len(queue), "a" in queue.mail) == (1, True)
    asked_before(queue, FRESH)
    asyncio.run(end())
    assert (len(queue), "a" in queue.mail) == (0, False)


@pytest.mark.parametrize("again", [True, False])
def test_session_whose_stream_has_ended_is_left_unless_another_stream_comes(words: Words, again: bool) -> None:
    """A tab that is closed right after its question was asked."""
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    push(made, ("10.0.0.1", "a"))

    async def story() -> None:
        del queue.pending_messages_per_session["a"]
        await queue.clean_events(session_hash="a")
        await queue.clean_those_who_left()
        assert (len(queue), "a" in queue.mail) == (1, True)
        if again:
            queue.streams.opened("a")
        asked_before(queue, FRESH)
        await queue.clean_those_who_left()

    asyncio.run(story())
    assert (len(queue), "a" in queue.mail) == ((1, True) if again else (0, False))


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
    assert list(made._queue.event_queue_per_concurrency_id) == [LONG, "lane"]
    assert handed_out(made) == ["a", "b"]


def test_answer_that_takes_too_long_is_given_up_and_keeps_its_place(words: Words) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    queue.seconds = 0.01
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
            assert not queue._works[event].wanted, "what nobody waits for ends at its next step"
            assert queue._places["lane"].taken == 1
            running.set()
            await working
            assert queue._places["lane"].taken == 0
        finally:
            Queue.process_events = own
        messages = queue.pending_messages_per_session["slow"]
        return [messages.get_nowait().model_dump() for _ in range(messages.qsize())]

    told = [each for each in asyncio.run(once()) if each["msg"] == "process_completed"]
    assert [each["output"]["error"] for each in told] == [words("server.too_long")]


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

    async def once() -> None:
        await made._queue.process_events([event], False, 0, event.fn)

    asyncio.run(once())
    assert seen == ["1234abcd"]


class Running:
    """Events that run until they are told to end, in place of what Gradio does for them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun: list[str] = []
        self.works: list[Work | None] = []
        self.end = asyncio.Event()
        running = self

        async def process_events(self: Queue, events: list[Event], *_: Any) -> None:
            (event,) = events
            lane = self.event_queue_per_concurrency_id[event.concurrency_id]
            try:
                if event.alive:
                    running.begun.append(event.session_hash)
                    running.works.append(current())
                    await running.end.wait()
            finally:
                lane.current_concurrency -= 1

        monkeypatch.setattr(Queue, "process_events", process_events)

    def start(self, queue: FairQueue) -> "list[asyncio.Task[None]]":
        """Hand out all that may be."""
        tasks = []
        while found := queue.get_events():
            (event,), batch, lane = found
            queue.event_queue_per_concurrency_id[lane].current_concurrency += 1
            tasks.append(asyncio.create_task(queue.process_events([event], batch, 0, event.fn)))
        return tasks


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def ask(made: gr.Blocks, *asked: tuple[str, str], fn: int = 0) -> list[Any]:
    bodies = [PredictBodyInternal(data=["a"], fn_index=fn, session_hash=session) for _, session in asked]
    return [
        await made._queue.push(body, request(address), None) for body, (address, _) in zip(bodies, asked, strict=True)
    ]


def test_half_of_the_places_are_for_one_address(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]

    async def story() -> None:
        running = Running(monkeypatch)
        await ask(made, *[("10.0.0.1", "flood")] * 9, ("10.0.0.2", "b"), ("10.0.0.3", "c"), ("10.0.0.4", "d"))
        tasks = running.start(queue)
        await settled()
        assert running.begun == ["flood", "b", "c", "d"]
        running.end.set()
        await asyncio.gather(*tasks)
        await settled()
        running.end.clear()
        tasks = running.start(queue)
        await settled()
        assert running.begun[4:] == ["flood"] * 2
        running.end.set()
        await asyncio.gather(*tasks)

    asyncio.run(story())


def test_long_events_have_a_lane_of_their_own(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    queue.long = lambda event: event.session_hash.startswith("long")

    async def story() -> None:
        running = Running(monkeypatch)
        floods = [(f"10.0.0.{number % 8}", f"long {number}") for number in range(40)]
        await ask(made, *floods)
        tasks = running.start(queue)
        await settled()
        assert len(running.begun) == AT_ONCE[LONG]
        await ask(made, ("10.0.1.1", "short"))
        tasks += running.start(queue)
        await settled()
        assert running.begun[-1] == "short"
        running.end.set()
        while tasks:
            await asyncio.gather(*tasks)
            tasks = running.start(queue)
        assert sorted(running.begun) == sorted(["short", *(session for _, session in floods)])

    asyncio.run(story())


@pytest.mark.parametrize("moment", ["before it begins", "while it runs"])
def test_event_that_is_cancelled_keeps_its_place_till_it_ends_and_loses_none(
    words: Words, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]

    async def story() -> None:
        running = Running(monkeypatch)
        await ask(made, ("10.0.0.1", "a"), ("10.0.0.1", "a"))
        tasks = running.start(queue)
        if moment == "while it runs":
            await settled()
        for task in tasks:
            task.cancel()
        await settled()
        assert all(task.cancelled() for task in tasks)
        assert queue.busy
        if moment == "while it runs":
            assert [work.wanted for work in running.works if work] == [False, False]
        running.end.set()
        await settled()
        assert not queue.busy
        assert queue._places["lane"].taken == 0
        assert queue.event_queue_per_concurrency_id["lane"].current_concurrency == 0

    asyncio.run(story())


def test_work_of_whoever_has_left_is_wanted_no_more(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]

    async def story() -> None:
        running = Running(monkeypatch)
        await ask(made, ("10.0.0.1", "leaves"), ("10.0.0.2", "stays"))
        tasks = running.start(queue)
        await settled()

        async def active(events: list[Event]) -> None:
            queue.active_jobs = [events]

        await active(list(queue._works))
        asked_before(queue, FRESH)
        await queue.clean_events(session_hash="leaves")
        assert [work.wanted for work in running.works if work] == [False, True]
        running.end.set()
        await asyncio.gather(*tasks)

    asyncio.run(story())


@pytest.mark.parametrize(
    ("waited", "listened", "begins"), [(0, False, True), (ALONE + 1, True, True), (ALONE + 1, False, False)]
)
def test_answer_that_nobody_waits_for_is_not_begun(
    words: Words, monkeypatch: pytest.MonkeyPatch, waited: float, listened: bool, begins: bool
) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]

    async def story() -> None:
        running = Running(monkeypatch)
        running.end.set()
        ((_, asked, _),) = await ask(made, ("10.0.0.1", "a"))
        queue.event_ids_to_events[asked].enqueue_time -= waited
        if listened:
            queue.streams.opened("a")
        await asyncio.gather(*running.start(queue))
        assert running.begun == ["a"] * begins
        assert not queue.busy
        assert errors(queue, "a") == ([] if begins else [(asked, words("server.too_long"))]), "for who comes late"

    asyncio.run(story())


def test_event_of_a_session_that_is_remembered_no_more_loses_no_place(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = site(words, waiting=2)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    queue.budget = Budget(1)

    async def story() -> None:
        running = Running(monkeypatch)
        running.end.set()
        await ask(made, ("10.0.0.1", "a"), ("10.0.0.2", "b"))
        del queue.pending_messages_per_session["a"]
        assert queue.budget
        queue.budget.charge("10.0.0.1", 9)
        queue.budget.came("10.0.0.2")
        await asyncio.gather(*running.start(queue))
        assert running.begun == ["b"]
        assert [places.taken for places in queue._places.values()] == [0, 0]
        await ask(made, ("10.0.0.1", "c"), ("10.0.0.2", "d"))
        del queue.pending_messages_per_session["c"], queue.pending_messages_per_session["d"]
        queue.broadcast_estimations("lane")
        ((done, _, _),) = await ask(made, ("10.0.0.3", "e"))
        assert not done, "as many as the others have"

    asyncio.run(story())


def test_what_an_event_costs_is_charged_and_who_is_over_the_budget_is_told_before_the_next(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    queue.budget = Budget(1)

    async def story() -> None:
        running = Running(monkeypatch)
        await ask(made, ("10.0.0.1", "a"))
        tasks = running.start(queue)
        await settled()
        (work,) = running.works
        assert work
        work.seconds += 5
        running.end.set()
        await asyncio.gather(*tasks)
        assert queue.budget
        queue.budget.came("10.0.0.2")
        await ask(made, ("10.0.0.1", "a"), ("10.0.0.2", "b"))
        await asyncio.gather(*running.start(queue))
        assert running.begun == ["a", "b"]
        assert [sentence for _, sentence in errors(queue, "a")] == [words("server.too_fast")]

    asyncio.run(story())


@pytest.mark.parametrize("seed", range(10))
def test_whatever_is_cancelled_at_whatever_moment_no_place_is_lost(
    words: Words, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    made = site(words, waiting=12, each=8)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    queue.long = lambda event: event.session_hash == "z"

    async def story() -> None:
        chance = random.Random(seed)
        running = Running(monkeypatch)
        tasks: list[asyncio.Task[None]] = []
        for _ in range(200):
            asked = (chance.choice(["10.0.0.1", "10.0.0.2"]), chance.choice("xyz"))
            ((done, event, _),) = await ask(made, asked)
            if done and chance.random() < 0.3:
                await queue.remove_from_queue(event)
            if chance.random() < 0.2:
                await queue.clean_events(session_hash=asked[1])
            tasks += running.start(queue)
            for task in chance.sample(tasks, k=min(len(tasks), chance.randrange(4))):
                task.cancel()
            if chance.random() < 0.4:
                running.end.set()
                await settled()
                running.end = asyncio.Event()
        running.end.set()
        while queue.busy:
            tasks += running.start(queue)
            await settled()
        assert [places.taken for places in queue._places.values()] == [0] * len(queue._places)
        assert {lane.current_concurrency for lane in queue.event_queue_per_concurrency_id.values()} == {0}
        assert not queue._works

    asyncio.run(story())


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


def test_after_work_free_memory_goes_back_and_an_idle_page_does_nothing(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue: FairQueue = site(words)._queue  # type: ignore[assignment]
    seconds, given = iter([0.0, 0.4, 0.6, 0.6, 0.7, 1.2, 1.2]), list[int]()
    monkeypatch.setattr(queues, "TIDY", 0.0)
    monkeypatch.setattr(queues.time, "process_time", lambda: next(seconds))

    def give_back() -> None:
        given.append(1)
        if len(given) == 2:
            queue.stopped = True

    monkeypatch.setattr(queues, "give_back_memory", give_back)
    queue.stopped = False
    asyncio.run(queue._keep_tidy())
    assert next(seconds, None) is None


def test_whoever_is_still_answered_when_the_page_ends_is_told(words: Words) -> None:
    made = site(words)
    queue: FairQueue = made._queue  # type: ignore[assignment]
    push(made, ("10.0.0.1", "runs"), fn=0)
    (running,), _, _ = queue.get_events()  # type: ignore[misc]
    queue._works[running] = Work(who="10.0.0.1")

    contextvars.copy_context().run(queue.give_up)

    messages = queue.pending_messages_per_session["runs"]
    said = [messages.get_nowait().model_dump() for _ in range(messages.qsize())]
    told = [each["output"]["error"] for each in said if each["msg"] == "process_completed"]
    assert (told, running.alive) == ([words("server.stopping")], False)


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
        queue._places[str(event.concurrency_id)].give_back("10.0.0.1")
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
