"""What Gradio would print of what went wrong goes to the log.

Name: `traceback` in the modules of Gradio that print what went wrong.
Reason: Gradio prints past the log.
Check: `holds()`, which the tests call.
"""

import logging
import traceback
from typing import Any

from gradio import queueing, route_utils, routes, utils

log = logging.getLogger("seewhy")

PRINTING = (queueing, route_utils, routes, utils)


def bend_printing() -> None:
    """From now on Gradio has the page's log. May be called again."""
    for module in PRINTING:
        module.traceback = _Logged()  # type: ignore[attr-defined]


def holds() -> bool:
    """Whether Gradio still prints from where this looks."""
    return all(hasattr(module, "traceback") for module in PRINTING)


class _Logged:
    """The module of the same name, but what it would print goes to the log."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    def print_exc(self, *_: Any, **__: Any) -> None:
        """The exception that is being handled."""
        log.error("failed in the page's machinery", exc_info=True)
