"""Gradio's queue, but in turns: its own is first come, first served, and its one bound is for all visitors together."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, Queue
from gradio.server_messages import EventMessage, ProcessCompletedMessage
from gradio.utils import error_payload
from starlette.requests import Request

from models.device import give_back_memory
from models.problems import Problem
from page import metrics
from page import request as requests
from page.doors.line import Busy, Stopping, TooLong, TooMany
from page.doors.mail import MB, Mailboxes
from page.doors.owners import token_of
from page.doors.sessions import Sessions
from page.doors.turns import Turns, Visitor, address_of
from page.refusal import sentence_of, spoken
from page.words import Words

TIDY = 2.0  # seconds between two looks for what nobody has fetched
MUCH = 16 * MB  # of answers, after which their memory is given back
COUNTED = 1_000  # events of which is remembered when they came
LOOK = 0.01  # seconds between two looks for an event to start
UNREAD = 160  # messages that may wait for one session to fetch them; an answer comes with three more


class Unfetched(Problem):
    """An answer that waited too long, or was too large to wait."""

    key = "server.unfetched"


class FairQueue(Queue):
    """Hands out events visitor by visitor, refuses more of one address than may wait, and lets nobody wait for ever."""

    def __init__(
        self,
        site: gr.Blocks,
        waiting: int,
        each: int,
        words: Words,
        seconds: float = 120,
        held_up: Callable[[], object] = lambda: None,
        sessions: int = 200,
    ) -> None:
        """For `site`, in place of the queue that it has: `waiting` events may wait, `each` of them of one address.

        An answer may take so many `seconds`, and longer only while `held_up` is true. Answers that nobody has fetched
        are kept for so many `sessions`, and no longer than `page.doors.mail` says.
        """
        own = site._queue
        super().__init__(
            live_updates=own.live_updates,
            concurrency_count=own.max_thread_count,
            update_intervals=own.update_intervals,
            max_size=waiting,
            blocks=site,
            default_concurrency_limit=own.default_concurrency_limit,
        )
        # A thousand looks a second, as Gradio has it, take a twelfth of a core all day while nobody is there.
        self.sleep_when_free = LOOK
        self.waiting, self.each, self.words = waiting, each, words
        self.seconds, self.held_up = seconds, held_up
        # What nobody fetches would stay: of so many sessions, and no more of each.
        self.mail = Mailboxes(max(sessions, 2 * waiting), self._unfetched, self._gone, self._expects)
        self.pending_messages_per_session = self.mail  # type: ignore[assignment]
        self.sessions = Sessions(self.forget, self._expects)
        self.forgotten: Callable[[str], object] = lambda session: None  # hears of sessions that are dropped
        self.ANALYTICS_MAX_EVENTS = COUNTED
        self.closed = False  # nothing new is taken any more
        self.loop: asyncio.AbstractEventLoop | None = None  # that serves the page, once it does
        self._turns: dict[str, Turns[Event]] = {}

    def start(self) -> None:
        """Begin to hand out events; Gradio calls this in the loop that serves the page."""
        super().start()  # type: ignore[no-untyped-call]
        self.loop = asyncio.get_running_loop()
        self._tidying = self.loop.create_task(self._keep_tidy())

    def shut(self) -> None:
        """Take nothing new, and tell whoever waits that the page ends; in the loop that serves it."""
        self.closed = True
        for turns in self._turns.values():
            while turns:
                event = turns.pop()
                requests.resume(event.request.scope)
                self._give_up(event, Stopping())
                self.event_ids_to_events.pop(event._id, None)

    def create_event_queue_for_fn(self, block_fn: BlockFunction) -> None:
        """Let the events of a new line wait in turns; Gradio takes the first of them, whichever that is."""
        super().create_event_queue_for_fn(block_fn)
        name = str(block_fn.concurrency_id)
        if name not in self._turns:
            self._turns[name] = Turns(_visitor)
            self.event_queue_per_concurrency_id[name].queue = cast("list[Event]", self._turns[name])

    async def push(self, body: PredictBodyInternal, request: Request, username: str | None) -> Any:
        """Take an event, or say in a sentence that there is no place for it, which Gradio sends with a 503."""
        address = address_of(request.scope)
        of_address = sum(turns.of(address) for turns in self._turns.values())
        problem: Problem | None = None
        if self.closed:
            problem = Stopping()
        elif of_address >= self.each or self._unread(body.session_hash) >= UNREAD:
            problem = TooMany()
        elif len(self) >= self.waiting:
            problem = Busy()
        if problem:
            return False, sentence_of(problem, self.words), "queue_full"
        asked = self.blocks.fns.get(body.fn_index) if body.fn_index is not None else None
        if asked and asked.api_visibility == "public":
            # What a program leaves out at the end is null, as it is for those who call by name.
            body.data += [None] * (len(asked.inputs) - len(body.data))
        pushed = await super().push(body, request, username)
        if pushed[0] and body.session_hash:  # its own, or the one that it was given now
            self.sessions.claim(body.session_hash, token_of(request.scope))
        return pushed

    async def process_events(self, events: list[Event], batch: bool, begin_time: float, fn: BlockFunction) -> None:
        """Answer an event as Gradio does, under the number of its request; after a while say that it takes too long.

        What is running can't be stopped: it keeps its place until it is done, so that no more run at once than may.
        """
        (event,) = events
        requests.resume(event.request.scope)
        came = float((self.event_analytics.get(event._id) or {}).get("time") or begin_time)
        metrics.SECONDS.labels("wait").observe(max(0.0, begin_time - came))
        patience = asyncio.create_task(self._lose_patience(event))
        try:
            await super().process_events(events, batch, begin_time, fn)
        finally:
            patience.cancel()

    def send_message(self, event: Event, event_message: EventMessage) -> None:
        """Put a message where its session fetches it, if it still does."""
        messages = self.mail.get(event.session_hash)
        if event.alive and messages is not None:
            event_message.event_id = event._id
            messages.post(event_message, by_name=event.data is not None and event.data.simple_format)

    def compute_analytics_summary(self, records: Any) -> Any:
        """Nothing, since nobody can ask for it: Gradio makes a table of thousands of events after each one."""
        return self.cached_event_analytics_summary

    def session_of(self, event_id: str) -> str | None:
        """The session of an event that runs, waits, or was not fetched; None when there is no such event."""
        if event := self.event_ids_to_events.get(event_id):
            return event.session_hash
        return next((name for name, events in self.pending_event_ids_session.items() if event_id in events), None)

    def forget(self, session: str) -> None:
        """Drop all that is kept of a session."""
        if session in self.mail:
            del self.mail[session]
        self._gone(session)
        self.forgotten(session)

    def leave(self, session: str) -> None:
        """A visit is over: its session's name is free, and nothing of it is kept."""
        self.sessions.release(session)
        self.forget(session)

    def tidy(self) -> None:
        """Let go what nobody fetches, and what Gradio remembers of events and sessions that are over."""
        self.mail.tidy()
        for session, events in list(self.pending_event_ids_session.items()):
            if session not in self.mail and not events & self.event_ids_to_events.keys():
                del self.pending_event_ids_session[session]
        if self.server_app:
            self.server_app.iterators_to_reset &= self.event_ids_to_events.keys()

    async def _keep_tidy(self) -> None:
        while not self.stopped:
            await asyncio.sleep(TIDY)
            self.tidy()
            if self.mail.freed > MUCH:
                self.mail.freed = 0
                await asyncio.to_thread(give_back_memory)

    def _gone(self, session: str) -> None:
        """A mailbox went: what was asked for in it is asked for no more."""
        events = self.pending_event_ids_session.get(session, set())
        if not events & self.event_ids_to_events.keys():
            self.pending_event_ids_session.pop(session, None)

    def _expects(self, session: str) -> bool:
        return bool(self.pending_event_ids_session.get(session, set()) & self.event_ids_to_events.keys())

    def _unfetched(self) -> dict[str, Any]:
        return cast("dict[str, Any]", error_payload(spoken(self.words.of(Unfetched())), show_error=False))

    def _unread(self, session: str | None) -> int:
        messages = self.mail.get(session or "")
        return messages.qsize() if messages else 0

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return bool(len(self)) or any(self.active_jobs)

    async def _lose_patience(self, event: Event) -> None:
        await asyncio.sleep(self.seconds)
        while self.held_up():
            await asyncio.sleep(1)
        self._give_up(event, TooLong())

    def _give_up(self, event: Event, problem: Problem) -> None:
        told = error_payload(spoken(sentence_of(problem, self.words)), show_error=False)
        self.send_message(event, ProcessCompletedMessage(output=told, success=False))
        event.alive = False


def _visitor(event: Event) -> Visitor:
    return Visitor(address_of(event.request.scope), event.session_hash)
