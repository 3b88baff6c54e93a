"""Which of Gradio's routes are open: those that the page, its programs or its host need. All others are closed.

It is a list of what is open, not of what is closed, so that no other way of writing an address opens a closed one, and
a new version of Gradio opens nothing by itself.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starlette.routing import Route

READ, SEND = frozenset({"GET", "HEAD"}), frozenset({"POST"})
FILE = r"[A-Za-z0-9_.\-/]{1,200}"  # the names of Gradio's own files


@dataclass(frozen=True)
class Open:
    """Paths that are open, to these methods; no methods are all."""

    path: re.Pattern[str]
    methods: frozenset[str] = frozenset()


def _open(methods: frozenset[str], path: str) -> Open:
    return Open(re.compile(path, re.DOTALL), methods)


OPEN: tuple[Open, ...] = (
    # The page itself, and what it is made of.
    _open(READ, r"/"),
    _open(READ, r"/config/?"),
    _open(READ, rf"/(static|assets)/{FILE}"),
    _open(READ, r"/(favicon\.ico|theme\.css|manifest\.json|robots\.txt)"),
    # What its script and programs ask for.
    _open(READ, r"/gradio_api/info/?"),
    _open(READ, r"/gradio_api/app_id/?"),
    _open(READ, r"/gradio_api/startup-events"),
    _open(READ, r"/gradio_api/heartbeat/[^/]+"),
    _open(SEND, r"/gradio_api/upload"),
    _open(READ, r"/gradio_api/upload_progress"),
    _open(READ, r"/gradio_api/file[=/](?!(?i:https?:|%68|data:)).+"),
    _open(SEND, r"/gradio_api/queue/join"),
    _open(READ, r"/gradio_api/queue/data"),
    _open(SEND, r"/gradio_api/cancel"),
    _open(SEND, r"/gradio_api/reset/?"),
    _open(SEND, r"/gradio_api/call/(v2/)?[A-Za-z0-9_]{1,64}/?"),
    _open(READ, r"/gradio_api/call/(v2/)?[A-Za-z0-9_]{1,64}/[^/]+"),
)


def opened(own: Iterable[Route]) -> tuple[Open, ...]:
    """What is open with these routes of the page's own."""
    return (*OPEN, *(Open(route.path_regex, frozenset(route.methods or ())) for route in own))


def allowed(open_: Sequence[Open], path: str) -> frozenset[str] | None:
    """The methods that a path takes, none for all; None where it is closed."""
    found = [each.methods for each in open_ if each.path.fullmatch(path)]
    if not found:
        return None
    return frozenset() if frozenset() in found else frozenset().union(*found)
