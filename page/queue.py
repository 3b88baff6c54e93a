"""Gradio's queue, but in turns: its own is first come, first served, and its one bound is for all visitors together."""

from typing import Any, cast

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.data_classes import PredictBodyInternal
from gradio.queueing import Event, Queue
from starlette.requests import Request

from page.line import Busy, TooMany
from page.refusal import sentence_of
from page.turns import Turns, Visitor, address_of
from page.words import Words


class FairQueue(Queue):
    """Hands out events visitor by visitor, and refuses more of one address than it may have waiting."""

    def __init__(self, site: gr.Blocks, waiting: int, each: int, words: Words) -> None:
        """For `site`, in place of the queue that it has: `waiting` events may wait, `each` of them of one address."""
        own = site._queue
        super().__init__(
            live_updates=own.live_updates,
            concurrency_count=own.max_thread_count,
            update_intervals=own.update_intervals,
            max_size=waiting,
            blocks=site,
            default_concurrency_limit=own.default_concurrency_limit,
        )
        self.waiting, self.each, self.words = waiting, each, words
        self._turns: dict[str, Turns[Event]] = {}

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
        problem = TooMany() if of_address >= self.each else Busy() if len(self) >= self.waiting else None
        if problem:
            return False, sentence_of(problem, self.words), "queue_full"
        asked = self.blocks.fns.get(body.fn_index) if body.fn_index is not None else None
        if asked and asked.api_visibility == "public":
            # What a program leaves out at the end is null, as it is for those who call by name.
            body.data += [None] * (len(asked.inputs) - len(body.data))
        return await super().push(body, request, username)


def _visitor(event: Event) -> Visitor:
    return Visitor(address_of(event.request.scope), event.session_hash)
