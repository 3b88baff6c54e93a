"""Gradio's queue, but in turns: its own is first come, first served, and its one bound is for all visitors together."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from typing import Any, cast

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, EventQueue, Queue
from gradio.server_messages import EventMessage, ProcessCompletedMessage
from gradio.utils import error_payload
from starlette.requests import Request

from models.device import give_back_memory
from models.problems import Problem
from models.work import Work, working
from page import metrics
from page import request as requests
from page.doors.budget import Budget, TooFast
from page.doors.fair_turns import FairTurns, Visitor, address_of, of_most
from page.doors.lanes import AT_ONCE, LONG
from page.doors.line import Busy, Stopping, TooLong, TooMany
from page.doors.mail import Mailboxes
from page.doors.owners import token_of
from page.doors.places import Places
from page.doors.sessions import Sessions
from page.doors.streams import Streams
from page.refusal import sentence_of, spoken
from page.words import Words

TIDY = 2.0  # seconds between two looks for what nobody has fetched
# Seconds of a processor, after which what is free of the memory goes back to the system: it takes a thousandth of one,
# and the C library keeps it for some minutes else, a hundred megabytes under load.
WORKED = 0.5
COUNTED = 1_000  # events of which is remembered when they came
LOOK = 0.01  # seconds between two looks for an event to start
STEPS = 0.1  # seconds between two looks how far one is, which is what a bar can show
FRESH = 2.0  # seconds in which a question outlives the end of a stream that was opened before it
ALONE = 20.0  # seconds that a question may wait with nobody to hear the answer, and still be answered
UNREAD = 160  # messages that may wait for one session to fetch them; an answer comes with three more


class Unfetched(Problem):
    """An answer that waited too long, or was too large to wait."""

    key = "server.unfetched"


class FairQueue(Queue):
    """Hands out events visitor by visitor, and lets nobody wait for ever.

    Half of the places are for one address at most. A full line sends away the last of whoever has most in it.
    """

    def __init__(
        self,
        site: gr.Blocks,
        waiting: int,
        each: int,
        words: Words,
        seconds: float = 120,
        sessions: int = 200,
        long: Callable[[Event], bool] = lambda event: False,
        budget: Budget | None = None,
    ) -> None:
        """For `site`, in place of the queue that it has: `waiting` events may wait, `each` of them of one address.

        An answer may take so many `seconds`. Answers that nobody has fetched are kept for so many `sessions`, and no
        longer than `page.doors.mail` says. Events that are `long` have a lane of their own. What an event costs is
        charged to `budget`.
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
        self.progress_update_sleep_when_free = STEPS
        self.waiting, self.each, self.words = waiting, each, words
        self.seconds = seconds
        self.long, self.budget = long, budget
        self.streams = Streams(self.session_of)
        # What nobody fetches would stay: of so many sessions, and no more of each.
        self.mail = Mailboxes(max(sessions, 2 * waiting), self._unfetched, self._gone, self._expects, self._fresh)
        self.pending_messages_per_session = self.mail  # type: ignore[assignment]
        self.sessions = Sessions(self.forget, self._expects)
        self.forgotten: Callable[[str], object] = lambda session: None  # hears of sessions that are dropped
        self.ANALYTICS_MAX_EVENTS = COUNTED
        self.closed = False  # nothing new is taken any more
        self.loop: asyncio.AbstractEventLoop | None = None  # that serves the page, once it does
        self._turns: dict[str, FairTurns[Event]] = {}
        self._places: dict[str, Places] = {}
        self._works: dict[Event, Work] = {}
        self._left: set[str] = set()  # sessions whose stream has ended while something fresh was on its way
        self._answering: set[asyncio.Future[None]] = set()
        self._open_lane(EventQueue(LONG, AT_ONCE[LONG]))

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
                self._send_away(turns.pop(), Stopping())

    def give_up(self) -> None:
        """Tell whoever is still being answered that the page ends; in the loop that serves it."""
        for event in list(self._works):
            self._send_away(event, Stopping())

    def create_event_queue_for_fn(self, block_fn: BlockFunction) -> None:
        """Let the events of a new line wait in turns."""
        super().create_event_queue_for_fn(block_fn)
        lane = self.event_queue_per_concurrency_id[str(block_fn.concurrency_id)]
        if lane.concurrency_id not in self._turns:
            self._open_lane(lane)

    def get_events(self) -> tuple[list[Event], bool, str] | None:
        """The next event that may be handed out, with its lane."""
        for name, turns in self._turns.items():
            places = self._places[name]
            if event := turns.serve(places.free_for, places.has):
                places.take(address_of(event.request.scope))
                return [event], event.fn.batch, name
        return None

    async def push(self, body: PredictBodyInternal, request: Request, username: str | None) -> Any:
        """Take an event, or say in a sentence that there is no place for it, which Gradio sends with a 503."""
        try:
            self._make_room(body.session_hash, request)
        except Problem as problem:
            return False, sentence_of(problem, self.words), "queue_full"
        asked = self.blocks.fns.get(body.fn_index) if body.fn_index is not None else None
        if asked and asked.api_visibility == "public":
            # What a program leaves out at the end is null, as it is for those who call by name.
            body.data += [None] * (len(asked.inputs) - len(body.data))
        pushed = await super().push(body, request, username)
        event = self.event_ids_to_events.get(str(pushed[1])) if pushed[0] else None
        if event and self.long(event):
            self._turns[str(event.concurrency_id)].discard(event)
            event.concurrency_id = LONG
            self._turns[LONG].append(event)
        if pushed[0] and body.session_hash:  # its own, or the one that it was given now
            by_name = body.session_hash == pushed[1]
            self.sessions.claim(body.session_hash, token_of(request.scope), single=by_name)
        return pushed

    def process_events(
        self, events: list[Event], batch: bool, begin_time: float, fn: BlockFunction
    ) -> Coroutine[Any, Any, None]:
        """Answer an event as Gradio does, under the number of its request; after a while say that it takes too long.

        What is running can't be stopped in the middle of a step: it keeps its place until it is done, so that no more
        run at once than may. Gradio cancels what comes back from here, before it has begun if need be, and would lose
        the place; so the answering is a task that nobody else knows.
        """
        (event,) = events
        self._works[event] = Work(who=address_of(event.request.scope))
        answering = asyncio.ensure_future(self._answer(events, batch, begin_time, fn))
        self._answering.add(answering)
        answering.add_done_callback(self._answering.discard)
        return self._follow(event, answering)

    async def clean_events(self, *, session_hash: str | None = None, event_id: str | None = None) -> None:
        """Drop what a session, or somebody who asked for one event, waits for: it has left."""
        if session_hash and self._fresh(session_hash):
            # A stream that has ended was opened before these were asked for: another one may come for them.
            self._left.add(session_hash)
            for event in self._of(session_hash):
                if not self._is_fresh(event):
                    await super().clean_events(event_id=event._id)
        else:
            await super().clean_events(session_hash=session_hash, event_id=event_id)
        for event, work in self._works.items():
            work.wanted = work.wanted and event.alive

    async def _answer(self, events: list[Event], batch: bool, begin_time: float, fn: BlockFunction) -> None:
        (event,) = events
        work, address = self._works[event], address_of(event.request.scope)
        requests.resume(event.request.scope)
        waited = time.monotonic() - event.enqueue_time
        metrics.SECONDS.labels("wait").observe(waited)
        self._judge(event, address, waited)
        patience = asyncio.create_task(self._lose_patience(event, work))
        try:
            with working(work):
                await super().process_events(events, batch, begin_time, fn)
        finally:
            patience.cancel()
            del self._works[event]
            self._places[str(event.concurrency_id)].give_back(address)
            if self.budget:
                self.budget.charge(address, work.seconds)

    async def _follow(self, event: Event, answering: "asyncio.Future[None]") -> None:
        try:
            await asyncio.shield(answering)
        except asyncio.CancelledError:
            event.alive = False
            if work := self._works.get(event):
                work.wanted = False
            raise

    def _judge(self, event: Event, address: str, waited: float) -> None:
        """Give up an event before its work, where nobody waits for the answer, or its address is over the budget."""
        if waited > ALONE and not self.streams.listened(event.session_hash):
            self._give_up(event, TooLong())
        elif self.budget and self.budget.wait(address):
            self._give_up(event, TooFast())

    def _make_room(self, session: str | None, request: Request) -> None:
        """See to it that one more may wait. Raises Stopping, or TooMany or Busy when the visitor has most itself."""
        if self.closed:
            raise Stopping
        lanes, visitor = list(self._turns.values()), Visitor(address_of(request.scope), session or "")
        own = sum(turns.of(visitor.address) for turns in lanes) >= self.each
        if self._unread(session) >= UNREAD:
            raise TooMany
        if not own and len(self) < self.waiting:
            return
        problem = TooMany() if own else Busy()
        last = of_most(lanes, visitor, among_own=own)
        if last is None:
            raise problem
        self._turns[str(last.concurrency_id)].discard(last)
        self._send_away(last, problem)

    def _open_lane(self, lane: EventQueue) -> None:
        self._turns[lane.concurrency_id] = FairTurns(_visitor)
        self._places[lane.concurrency_id] = Places(lane.concurrency_limit or self.max_thread_count)
        lane.queue = cast("list[Event]", self._turns[lane.concurrency_id])
        self.event_queue_per_concurrency_id[lane.concurrency_id] = lane

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
            self.mail.drop(session)
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

    async def clean_those_who_left(self) -> None:
        """Drop what sessions wait for whose stream has ended, and for which no other one came."""
        for session in [each for each in self._left if not self._fresh(each)]:
            self._left.discard(session)
            if not self.streams.listened(session):
                self.mail.drop(session)
                await self.clean_events(session_hash=session)

    async def _keep_tidy(self) -> None:
        worked = time.process_time()
        while not self.stopped:
            await asyncio.sleep(TIDY)
            self.tidy()
            await self.clean_those_who_left()
            if time.process_time() - worked > WORKED:
                await asyncio.to_thread(give_back_memory)
                worked = time.process_time()

    def _gone(self, session: str) -> None:
        """A mailbox went: what was asked for in it is asked for no more."""
        events = self.pending_event_ids_session.get(session, set())
        if not events & self.event_ids_to_events.keys():
            self.pending_event_ids_session.pop(session, None)

    def _of(self, session: str) -> list[Event]:
        return [event for event in self.event_ids_to_events.values() if event.session_hash == session]

    def _is_fresh(self, event: Event) -> bool:
        return time.monotonic() - event.enqueue_time < FRESH

    def _fresh(self, session: str) -> bool:
        return any(self._is_fresh(event) for event in self._of(session) if event.alive)

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
        return bool(len(self)) or bool(self._answering)

    async def _lose_patience(self, event: Event, work: Work) -> None:
        await asyncio.sleep(self.seconds)
        self._give_up(event, TooLong())
        work.wanted = False

    def _send_away(self, event: Event, problem: Problem) -> None:
        """Tell whoever waits no more why, in their language, whoever speaks at the moment."""

        def tell() -> None:
            requests.resume(event.request.scope)
            self._give_up(event, problem)

        copy_context().run(tell)
        self.event_ids_to_events.pop(event._id, None)

    def _give_up(self, event: Event, problem: Problem) -> None:
        told = error_payload(spoken(sentence_of(problem, self.words)), show_error=False)
        self.send_message(event, ProcessCompletedMessage(output=told, success=False))
        event.alive = False


def _visitor(event: Event) -> Visitor:
    return Visitor(address_of(event.request.scope), event.session_hash)
