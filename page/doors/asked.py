"""What a request asks Gradio for, read and checked before Gradio's own code: what is wrong in it is said with a 4xx.

Whatever goes wrong after that is a failure of the page, and told as one.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gradio.block_function import BlockFunction
from gradio.blocks import Blocks
from gradio_client.utils import is_file_obj

from models.problems import Problem
from page.doors.intake import among_uploads
from page.doors.names import BadName, is_name
from page.values import files_in

DEPTH = 50  # lists and tables in each other; what the page's scripts and programs send has six
# Values in one question; what the page's scripts send has some hundreds. A quarter of a megabyte of empty lists took a
# second of the one thread that serves everybody, and ten megabytes of memory.
MOST_VALUES = 4_000
ENVELOPE = {  # what Gradio's own clients send beside the values
    "data",
    "session_hash",
    "fn_index",
    "trigger_id",
    "event_data",
    "event_id",
    "simple_format",
    "batched",
    "oauth_token",
}
CALL = {"data", "session_hash", "oauth_token"}  # the same, where an event is called by its name
Json = dict[str, Any]


class Misunderstood(Problem):
    """A request for an event that is not there, or with values that it does not take."""

    key = "api.unknown"


class UnknownParameter(Problem):
    """A parameter that an endpoint does not have. Values: name, known."""

    key = "api.parameter"


def read(body: bytes) -> Json:
    """A body's JSON object. Raises Misunderstood for everything else."""
    said = parsed(body)
    if not isinstance(said, dict):
        raise Misunderstood
    return said


def parsed(body: bytes) -> Any:
    """A value in JSON, with few values in it. Raises Misunderstood for everything else."""
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise Misunderstood
    try:
        said = _whole(json.loads(body))
    except (ValueError, RecursionError) as error:  # also of bytes that are no UTF-8
        raise Misunderstood from error
    if _deeper(said, DEPTH):
        raise Misunderstood
    return said


def joined(said: Json, site: Blocks) -> Json:
    """What `/queue/join` hands on: an event by its number, with its session. Raises Misunderstood or BadName, or
    NotUploaded."""
    _known(said, ENVELOPE)
    number = said.get("fn_index")
    if not _is_number(number) or number not in site.fns:
        raise Misunderstood
    if "session_hash" not in said:
        raise Misunderstood
    return _event(said, site, site.fns[number]) | {"fn_index": number}


def called(said: Json, site: Blocks, name: str) -> Json:
    """What `/call/NAME` hands on. Raises Misunderstood, UnknownParameter or BadName."""
    _known(said, CALL)
    return _event(said, site, endpoint(site, name))


def called_by_names(said: Json, site: Blocks, name: str, known: Mapping[str, bool]) -> Json:
    """What `/call/v2/NAME` hands on; `known` are its parameters, and whether each may be left out. Raises Misunderstood
    or UnknownParameter."""
    endpoint(site, name)
    _known(said, tuple(known))
    if not all(optional or each in said for each, optional in known.items()):
        raise Misunderstood
    return said


def cancelled(said: Json) -> Json:
    """What `/cancel` hands on. Raises Misunderstood or BadName."""
    _named(said, "session_hash", "event_id")
    if not _is_number(said.get("fn_index")):
        raise Misunderstood
    return {key: said[key] for key in ("session_hash", "fn_index", "event_id")}


def reset(said: Json) -> Json:
    """What `/reset` hands on. Raises Misunderstood or BadName."""
    _named(said, "event_id")
    return {"event_id": said["event_id"]}


def endpoint(site: Blocks, name: str) -> BlockFunction:
    """The public event of a name. Raises Misunderstood when there is none."""
    found = next((fn for fn in site.fns.values() if fn.api_name == name and fn.api_visibility != "private"), None)
    if found is None:
        raise Misunderstood
    return found


def _event(said: Json, site: Blocks, fn: BlockFunction) -> Json:
    data, session, trigger = said.get("data"), said.get("session_hash"), said.get("trigger_id")
    if session is not None and not is_name(session):
        raise BadName
    if not isinstance(data, list) or fn.fn is None or not _as_many(data, fn):
        raise Misunderstood
    if trigger is not None and not (_is_number(trigger) and trigger in site.blocks):
        raise Misunderstood
    event_data = said.get("event_data")
    if fn.collects_event_data:
        event_data = {} if event_data is None else event_data
        if not isinstance(event_data, dict):
            raise Misunderstood
        _names_no_other_files(event_data)
    return {"data": data, "session_hash": session, "trigger_id": trigger, "event_data": event_data}


def _names_no_other_files(event_data: Json) -> None:
    """What a script says beside the values may name uploads, by their paths alone: Gradio would fetch an address of
    what is repeated in an answer, and refuse all else in its own words. Raises Misunderstood or NotUploaded."""
    if any(files_in(event_data)):
        raise Misunderstood
    for file in files_in(event_data, is_file_obj):
        among_uploads(file["path"])


def _as_many(data: list[Any], fn: BlockFunction) -> bool:
    """Whether there are as many values as an event takes; programs may leave out the last ones."""
    takes = len(fn.inputs)
    return len(data) == takes or (fn.api_visibility == "public" and len(data) < takes)


def _known(said: Mapping[str, Any], known: Sequence[str] | set[str]) -> None:
    for name in said:
        if name not in known:
            raise UnknownParameter(name=name[:60], known=tuple(known if isinstance(known, Sequence) else sorted(known)))


def _named(said: Json, *keys: str) -> None:
    for key in keys:
        if key not in said or not isinstance(said[key], str):
            raise Misunderstood
        if not is_name(said[key]):
            raise BadName


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _whole(said: Any) -> Any:
    """The same with U+FFFD for each lone surrogate: JSON can hold one, but no answer in UTF-8 can."""
    text = json.dumps(said, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return said


def _deeper(value: Any, depth: int) -> bool:
    """Whether lists and tables lie deeper in each other than so much."""
    level = [value]
    for _ in range(depth):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
