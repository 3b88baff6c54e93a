"""A stand-in for the package that the platform brings: what the page and Gradio use of it, done as it does it."""

import multiprocessing
import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

Function = Callable[..., Any]

in_worker = False
calls: list[float | None] = []  # the seconds that each call asked for


def gradio_auto_wrap(function: Function) -> Function:
    """Gradio offers every function of an event; the platform leaves it as it is, unless told otherwise."""
    return function


def GPU(duration: float | None = None) -> Callable[[Function], Function]:
    """Run a function in a process that is forked at its first call, with pickled values, on a kind of card."""

    def decorate(function: Function) -> Function:
        if os.environ.get("SPACES_ZERO_GPU") != "true":
            return function
        context = multiprocessing.get_context("fork")
        worker: list[Any] = []

        def work(given: Any, result: Any) -> None:
            global in_worker
            in_worker = True
            while True:
                values, named = given.get()
                try:
                    result.put((function(*values, **named), None))
                except Exception as error:
                    result.put((None, type(error).__name__))

        @wraps(function)
        def elsewhere(*values: Any, **named: Any) -> Any:
            if in_worker:
                return function(*values, **named)
            calls.append(duration)
            if not worker:
                worker.extend((context.SimpleQueue(), context.SimpleQueue()))
                context.Process(target=work, args=tuple(worker), daemon=True).start()
            given, result = worker
            given.put((values, named))
            value, error = result.get()
            if error:
                raise RuntimeError(f"ZeroGPU worker error: {error}")
            print("a card was borrowed", file=sys.stderr, flush=True)
            return value

        return elsewhere

    return decorate
