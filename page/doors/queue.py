"""Gradio's queue, but in turns: its own is first come, first served, and its one bound is for all visitors together."""

import asyncio
from typing import Any, cast

import gradio as gr
import orjson
from gradio.block_function import BlockFunction
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, Queue
from gradio.server_messages import EventMessage, ProcessCompletedMessage
from gradio.utils import LRUCache, error_payload
from starlette.requests import Request

from models.problems import Problem
from page import metrics
from page import request as requests
from page.doors.line import Busy, Stopping, TooLong, TooMany
from page.doors.turns import Turns, Visitor, address_of
from page.refusal import sentence_of, spoken
from page.words import Words

LOOK = 0.01  # seconds between two looks for an event to start
UNREAD = 160  # messages that may wait for one session to fetch them; an answer comes with three more


class FairQueue(Queue):
    """Hands out events visitor by visitor, refuses more of one address than may wait, and lets nobody wait for ever."""

    def __init__(
        self,
        site: gr.Blocks,
        waiting: int,
        each: int,
        words: Words,
        seconds: float = 120,
        sessions: int = 200,
    ) -> None:
        """For `site`, in place of the queue that it has: `waiting` events may wait, `each` of them of one address.

        An answer may take so many `seconds`. Answers that nobody has fetched are kept for so many `sessions`.
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
        self.seconds = seconds
        # What nobody fetches would stay: of so many sessions, and no more of each.
        self.pending_messages_per_session = LRUCache(max(sessions, 2 * waiting))
        self.closed = False  # nothing new is taken any more
        self.loop: asyncio.AbstractEventLoop | None = None  # that serves the page, once it does
        self._turns: dict[str, Turns[Event]] = {}

    def start(self) -> None:
        """Begin to hand out events; Gradio calls this in the loop that serves the page."""
        super().start()  # type: ignore[no-untyped-call]
        self.loop = asyncio.get_running_loop()

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
        return await super().push(body, request, username)

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
        """Put a message where its session fetches it.

        Those who call by name get theirs written by `json`, which does not know a piece that is JSON already.
        """
        by_name = event.data is not None and event.data.simple_format
        if by_name and isinstance(event_message, ProcessCompletedMessage) and event_message.success:
            event_message.output["data"] = [
                orjson.loads(orjson.dumps(each)) if isinstance(each, orjson.Fragment) else each
                for each in event_message.output["data"]
            ]
        super().send_message(event, event_message)

    def _unread(self, session: str | None) -> int:
        messages = self.pending_messages_per_session.get(session or "")
        return messages.qsize() if messages else 0

    @property
    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return bool(len(self)) or any(self.active_jobs)

    async def _lose_patience(self, event: Event) -> None:
        await asyncio.sleep(self.seconds)
        self._give_up(event, TooLong())

    def _give_up(self, event: Event, problem: Problem) -> None:
        told = error_payload(spoken(sentence_of(problem, self.words)), show_error=False)
        self.send_message(event, ProcessCompletedMessage(output=told, success=False))
        event.alive = False


def _visitor(event: Event) -> Visitor:
    return Visitor(address_of(event.request.scope), event.session_hash)
