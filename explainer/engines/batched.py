"""Requests that wait at the same time are computed together."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from explainer.engines.protocol import Engine
from explainer.tape import Recording
from explainer.target import Target
from models.later import Tensor, torch
from models.work import Work, current, go_on, working

MOST = 8


@dataclass(frozen=True, eq=False)
class _Request:
    """One picture and its target, the work that it is charged to, and the answer once it is computed."""

    inputs: Tensor
    layers: tuple[str, ...]
    target: Target | None
    work: Work | None
    also: tuple[str, ...]
    answer: Future[Recording] = field(default_factory=Future)


class Batched:
    """An engine that computes requests that wait at the same time together, in the order in which they came.

    The thread whose request came first computes for all that wait; meanwhile the next batch gathers. So no request
    waits for a batch to fill, and there is no thread, no clock and no polling. With `most` = 1 each is computed by
    itself, and its answer leaves as soon as it is there: that is better where the engine computes row by row anyway.

    Gradio's own batching sees one endpoint of its queue only; the package `batched` polls, reorders, and lets a request
    that fails take the others of its batch with it.
    """

    def __init__(self, engine: Engine, most: int = MOST) -> None:
        """Let `engine` compute, at most so many together."""
        self.name = engine.name
        self._engine = engine
        self._most = most
        self._waiting: deque[_Request] = deque()
        self._busy = False
        self._changed = threading.Condition()

    def run(
        self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str] = ()
    ) -> Recording:
        """As `Engine.run`; several pictures, or several questions about one, are a batch of their own already.

        Raises models.work.Unwanted where the visitor has gone.
        """
        go_on()
        if len(targets) != 1:
            return self._engine.run(inputs, layers, targets, also)
        mine = _Request(inputs, tuple(layers), targets[0], current(), tuple(also))
        with self._changed:
            self._waiting.append(mine)
        while batch := self._turn_of(mine):
            try:
                self._compute(batch)
            finally:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()
        return mine.answer.result()

    def _turn_of(self, mine: _Request) -> list[_Request]:
        """Wait until `mine` is answered, which gives an empty list, or until this thread may compute the next batch."""
        with self._changed:
            self._changed.wait_for(lambda: mine.answer.done() or not self._busy)
            if mine.answer.done():
                return []
            self._busy = True
            return self._next()

    def _next(self) -> list[_Request]:
        """The first requests that wait for the same layers; other layers would need another pass."""
        first = self._waiting[0]
        batch = [each for each in self._waiting if _alike(each, first)][: self._most]
        for each in batch:
            self._waiting.remove(each)
        return batch

    def _compute(self, batch: list[_Request]) -> None:
        try:
            content = all(each.work is not None and each.work.one_core for each in batch)
            with working(Work(one_core=content)) as shared:  # of all of them together
                together = self._engine.run(
                    torch.cat([each.inputs for each in batch]) if len(batch) > 1 else batch[0].inputs,
                    batch[0].layers,
                    [each.target for each in batch],
                    batch[0].also,
                )
        except Exception as error:
            if len(batch) == 1:
                batch[0].answer.set_exception(error)
                return
            for each in batch:  # each by itself: one that fails must not take the others with it
                self._compute([each])
            return
        for row, each in enumerate(batch):
            if each.work:
                each.work.seconds += shared.seconds / len(batch)
            each.answer.set_result(together.row(row) if len(batch) > 1 else together)


def _alike(one: _Request, other: _Request) -> bool:
    return (one.layers, one.also) == (other.layers, other.also) and one.inputs.shape == other.inputs.shape
