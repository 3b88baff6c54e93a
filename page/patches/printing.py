"""What Gradio would print of what went wrong goes to the log."""

import importlib
import logging
import traceback
from typing import Any

from page.patches.facts import Has, Uses
from page.patches.patch import Patch

log = logging.getLogger("seewhy")

PRINTING = ("gradio.queueing", "gradio.route_utils", "gradio.routes")


def bend_printing() -> None:
    """From now on Gradio has the page's log."""
    for name in PRINTING:
        importlib.import_module(name).traceback = _Logged()  # type: ignore[attr-defined]


class _Logged:
    """The module of the same name, but what it would print goes to the log."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    def print_exc(self, *_: Any, **__: Any) -> None:
        """The exception that is being handled."""
        log.error("failed in the page's machinery", exc_info=True)


PATCHES = (
    Patch(
        "printing of failures",
        "Gradio prints tracebacks past the log: without a time and a request's number, and between the lines of a log "
        "that is JSON.",
        "gradio/queueing.py",
        (
            *(Has(name, ("traceback",)) for name in PRINTING),
            Uses("gradio.queueing:Queue.process_events", ("traceback", "print_exc")),
            Uses("gradio.routes:App.create_app", ("traceback", "print_exc")),
        ),
        bend_printing,
    ),
)
