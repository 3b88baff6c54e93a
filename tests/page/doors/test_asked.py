"""What a request asks for is checked before Gradio sees it, and only what is right is handed on."""

from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from models.problems import Problem
from page.doors import intake
from page.doors.asked import (
    DEPTH,
    MOST_VALUES,
    Misunderstood,
    UnknownParameter,
    called,
    called_by_names,
    cancelled,
    joined,
    read,
    reset,
)
from page.doors.intake import NotUploaded
from page.doors.names import BadName


@pytest.fixture(scope="module")
def site() -> gr.Blocks:
    """Events 0: private, two values; 1: private, with what was tapped; 2: nothing on the server; 3: `/ask`."""

    def tapped(event: gr.EventData) -> None: ...

    with gr.Blocks(analytics_enabled=False) as made:
        box, other = gr.Textbox(), gr.Number()
        box.change(lambda a, b: a, [box, other], box, api_visibility="private")
        box.change(tapped, None, None, api_visibility="private")
        box.change(None, None, None, js="() => {}")
        box.change(lambda a, b: a, [box, other], box, api_name="ask")
    return made


def join(site: gr.Blocks, **said: Any) -> Any:
    return joined({"fn_index": 0, "data": ["a", 1], "session_hash": "abc"} | said, site)


def test_event_is_handed_on_with_what_gradio_needs_and_nothing_else(site: gr.Blocks) -> None:
    own = {"fn_index": 0, "data": ["a", 1], "session_hash": "abc", "trigger_id": None, "event_data": None}
    assert join(site) == own
    # What only the server may say is dropped.
    assert join(site, batched=True, simple_format=True, event_id="x", oauth_token="y") == own
    assert join(site, fn_index=1, data=[], event_data={"number": 1})["event_data"] == {"number": 1}
    assert join(site, fn_index=1, data=[])["event_data"] == {}
    assert join(site, trigger_id=next(iter(site.blocks)))["trigger_id"] in site.blocks


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(intake, "get_upload_folder", lambda: str(tmp_path))
    return tmp_path


def test_what_a_script_says_beside_the_values_may_name_uploads(site: gr.Blocks, uploads: Path) -> None:
    """Also one that was swept meanwhile: of several pictures it spoils itself alone."""
    said = {"name": "many", "values": {"pictures": [{"path": str(uploads / "abc" / "gone.png")}, {"example": 1}]}}
    assert join(site, fn_index=1, data=[], event_data=said)["event_data"] == said


META = {"_type": "gradio.FileData"}


@pytest.mark.parametrize("path", ["/etc/hostname", "a.png", "http://example.org/a.png", "HTTP://example.org", "", "\0"])
@pytest.mark.parametrize("key", ["ticket", "values"])
def test_what_a_script_says_beside_the_values_names_no_other_file(
    site: gr.Blocks, uploads: Path, path: str, key: str
) -> None:
    for said in ({"path": path}, [{"path": path}], {"a": {"path": path, "url": "http://example.org/"}}):
        with pytest.raises(NotUploaded):
            join(site, fn_index=1, data=[], event_data={"name": "cover", key: said})


@pytest.mark.parametrize("path", ["{uploads}/abc/a.png", "http://example.org/a.png"])
def test_what_a_script_says_is_no_file_that_gradio_would_send_back(site: gr.Blocks, uploads: Path, path: str) -> None:
    """Gradio fetches the address, or writes one of its own into the answer, wherever what is said is repeated."""
    said = {"ticket": {"path": path.format(uploads=uploads), "meta": META}}
    with pytest.raises(Misunderstood):
        join(site, fn_index=1, data=[], event_data=said)


@pytest.mark.parametrize(
    "said",
    [
        {"fn_index": 9999},
        {"fn_index": -1},
        {"fn_index": None},
        {"fn_index": "0"},
        {"fn_index": True},
        {"fn_index": 0.0},
        {"fn_index": [0]},
        {"fn_index": 2, "data": []},
        {"data": None},
        {"data": {"a": 1}},
        {"data": "ab"},
        {"data": ["a"]},
        {"data": ["a", 1, 2]},
        {"trigger_id": 9999},
        {"trigger_id": "a"},
        {"trigger_id": True},
        {"fn_index": 1, "data": [], "event_data": [1]},
        {"fn_index": 1, "data": [], "event_data": "a"},
        {"session_hash": "a b"},
        {"session_hash": "a" * 65},
        {"session_hash": 5},
        {"session_hash": ["a"]},
        {"session_hash": {}},
        {"another": 1},
    ],
)
def test_event_that_is_wrong_is_refused(site: gr.Blocks, said: dict[str, Any]) -> None:
    with pytest.raises((Misunderstood, BadName, UnknownParameter)):
        join(site, **said)


def test_session_must_be_said_to_join_and_not_to_call(site: gr.Blocks) -> None:
    with pytest.raises(Misunderstood):
        joined({"fn_index": 0, "data": ["a", 1]}, site)
    assert called({"data": ["a", 1]}, site, "ask")["session_hash"] is None


def test_program_may_leave_out_the_last_values_and_give_no_more_than_there_are(site: gr.Blocks) -> None:
    assert [called({"data": data}, site, "ask")["data"] for data in ([], ["a"], ["a", 1])] == [[], ["a"], ["a", 1]]
    for name, data in (("ask", ["a", 1, 2]), ("nothing", []), ("lambda", ["a", 1]), ("tapped", [])):
        with pytest.raises(Misunderstood):
            called({"data": data}, site, name)


def test_parameter_that_an_endpoint_does_not_have_is_named_with_those_it_has(site: gr.Blocks) -> None:
    known = {"picture": False, "model": True}
    assert called_by_names({"picture": 1}, site, "ask", known) == {"picture": 1}
    with pytest.raises(UnknownParameter) as refused:
        called_by_names({"picture": 1, "modell" * 50: 2}, site, "ask", known)
    assert refused.value.values == {"name": ("modell" * 50)[:60], "known": ("picture", "model")}
    with pytest.raises(UnknownParameter):
        called({"data": ["a", 1], "target": "cat"}, site, "ask")
    with pytest.raises(Misunderstood):
        called_by_names({"model": 1}, site, "ask", known)


@pytest.mark.parametrize("drop", ["session_hash", "event_id", "fn_index"])
@pytest.mark.parametrize("value", [None, 5, "a b", "a" * 65, [], "ü"])
def test_cancel_and_reset_name_an_event(drop: str, value: Any) -> None:
    whole = {"session_hash": "abc", "event_id": "def", "fn_index": 0}
    assert cancelled(whole | {"more": 1}) == whole
    assert reset(whole) == {"event_id": "def"}
    for said in ({key: each for key, each in whole.items() if key != drop}, whole | {drop: value}):
        if drop == "fn_index" and said.get(drop) == 5:
            continue
        with pytest.raises(Problem):
            cancelled(said)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"a"',
        b"5",
        b"\xff\xfe",
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": ' + b"1" * 5000 + b"}",
        b'{"a": ' + b"[" * DEPTH + b"]" * DEPTH + b"}",
        b'{"data": [' + b"[]," * MOST_VALUES + b"1]}",
        b'{"data": [[' + b'{"":0},' * (MOST_VALUES // 2) + b"1]]}",
        b'{"a": 1} {"b": 2}',
        b"\0",
    ],
)
def test_body_that_is_no_plain_table_is_refused(body: bytes) -> None:
    with pytest.raises(Misunderstood):
        read(body)


def test_body_may_hold_what_json_of_python_writes() -> None:
    said = read(b'{"a": NaN, "b": 1e999, "c": "\\u00e9\\ud83d\\ude00", "d": 12345678901234567890123, "e": [[[]]]}')
    assert said["c"] == "é😀"
    assert said["d"] == 12345678901234567890123
    assert read(rb'{"a": "x\ud800y", "\udfff": 1}') == {"a": "x\ufffdy", "\ufffd": 1}
