"""Names that clients choose: of a session, an upload, an event. They are keys of what the page remembers."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from starlette.types import Scope

from models.problems import Problem

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
KEYS = ("session_hash", "upload_id", "event_id")
IN_PATH = re.compile(r"/gradio_api/(?:heartbeat/|call/(?:v2/)?[^/]*/(?!$))(.*)", re.DOTALL)
BY_ID = re.compile(r"/gradio_api/call/v2/[^/]*/?")  # a name of an endpoint, where the pattern above sees an event's


class BadName(Problem):
    """A name that is too long, or that is made of other letters than names are."""

    key = "api.name"


def is_name(value: object) -> bool:
    """Whether a value may be a name of a session, an upload or an event."""
    return isinstance(value, str) and bool(NAME.fullmatch(value))


def names_of(scope: Scope) -> Iterator[str]:
    """The names in a request's path and query."""
    path = scope["path"]
    if not BY_ID.fullmatch(path) and (named := IN_PATH.fullmatch(path)):
        yield named[1]
    yield from (value for key, value in query_of(scope) if key in KEYS)


def query_of(scope: Scope) -> list[tuple[str, str]]:
    """A request's query; bytes that are no UTF-8 become a letter that no name may have."""
    return parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
