"""The one thread in which torch computes on the CPU.

OpenMP gives every thread that computes helpers of its own. Once there are more of them in the process than cores,
helpers that wait for their next piece of work go to sleep at once, and waking them takes longer than most pieces do: on
two cores the bundled model took 90 ms for what takes 45 ms when all passes come from one thread.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from models.later import torch
from models.work import timed

Result = TypeVar("Result")


class TorchThread:
    """Runs calls from any thread, one after the other, in one thread that stays."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._helpers: int | None = None
        self._process = 0
        self._ident = 0

    def share(self, helpers: int) -> None:
        """Let this thread compute with `helpers` threads, and every other thread from now on with a single one."""
        self.run(lambda: _settle(helpers))
        self._helpers = helpers
        torch.set_num_threads(1)

    def run(self, call: Callable[[], Result]) -> Result:
        """What `call` gives or raises; its time is charged to the caller's work. A call from this very thread runs at
        once."""
        if threading.get_ident() == self._ident and os.getpid() == self._process:
            return call()
        return self._submit(timed(call, self._helpers or 1)).result()

    def _submit(self, call: Callable[[], Result]) -> Future[Result]:
        with self._guard:
            if self._pool is None or self._process != os.getpid():  # a fork has none of its parent's threads
                self._pool, self._process = ThreadPoolExecutor(1, "torch"), os.getpid()
                self._ident = self._pool.submit(threading.get_ident).result()
                if self._helpers:
                    self._pool.submit(_settle, self._helpers).result()
            return self._pool.submit(call)


def _settle(helpers: int) -> None:
    torch.set_num_threads(helpers)
    torch.get_num_threads()  # a thread that has not looked yet would take over what another one sets later


# OpenMP is the whole process's, and so is this.
THREAD = TorchThread()
