"""The work for one request: the processor time that it took so far, and whether its client still waits."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from models.problems import Problem

Result = TypeVar("Result")


class Unwanted(Problem):
    """The client of this work has gone."""

    key = "server.too_long"


@dataclass(eq=False)
class Work:
    """One request's work: `seconds` of processors so far, whether its client still waits (`wanted`), the address that
    asked, where addresses take turns (`who`), and whether it is content with one core (`one_core`): two are sooner
    done with it, but wait for each other, which a browser on the same machine can't afford at every frame."""

    seconds: float = 0.0
    wanted: bool = True
    who: str = ""
    one_core: bool = False


_current: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def working(work: Work) -> Iterator[Work]:
    """Charge what is done inside the `with`, and in threads that start there with a copy of the context, to `work`."""
    before = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(before)


def current() -> Work | None:
    """The work that this thread is doing, None where it is not counted."""
    return _current.get()


def who() -> str:
    """The address that this thread works for; "" where addresses take no turns."""
    work = _current.get()
    return work.who if work else ""


def charge(seconds: float) -> None:
    """Add seconds of a processor to the work that is being done, such as what a helper process took for it."""
    if work := _current.get():
        work.seconds += seconds


def go_on() -> None:
    """Call this between two steps of long work. Raises Unwanted where its client has gone."""
    work = _current.get()
    if work and not work.wanted:
        raise Unwanted


@contextmanager
def own_time() -> Iterator[None]:
    """Charge the processor time that this thread takes inside the `with`."""
    began = time.thread_time()
    try:
        yield
    finally:
        charge(time.thread_time() - began)


def timed(call: Callable[[], Result], helpers: int) -> Callable[[], Result]:
    """The call as another thread is to run it, which computes with so many `helpers`, itself among them.

    Charged is that thread's own time for each of them: by the clock, a visitor would pay for whatever else keeps the
    processors busy meanwhile.
    """
    work = _current.get()

    def run() -> Result:
        began = time.thread_time()
        try:
            return call()
        finally:
            if work:
                work.seconds += (time.thread_time() - began) * helpers

    return run


@contextmanager
def helped(helpers: int) -> Iterator[None]:
    """Charge what so many `helpers` compute meanwhile for this thread, whose own time is counted elsewhere.

    Of helpers that tell nobody what they took: by the clock, but no more than the whole process computed.
    """
    began, all_began, own_began = time.perf_counter(), time.process_time(), time.thread_time()
    try:
        yield
    finally:
        most = min((time.perf_counter() - began) * helpers, time.process_time() - all_began)
        charge(max(0.0, most - (time.thread_time() - own_began)))
