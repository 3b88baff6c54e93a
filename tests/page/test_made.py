"""Of what the page makes for somebody to fetch, one file a session stays, within the room of whoever asked."""

from pathlib import Path

import gradio as gr
import pytest
from starlette.requests import Request

from page.made import MOST, Made
from page.room import Room
from tests.page import corpus
from tests.page.talk import Program
from tests.server import Server


def asked(session: str, address: str = "10.0.0.1") -> gr.Request:
    return gr.Request(Request({"type": "http", "client": (address, 1), "headers": []}), session_hash=session)


def made(folder: Path, name: str, size: int = 10) -> Path:
    path = folder / name
    path.write_bytes(bytes(size))
    return path


def test_last_file_of_a_session_stays(tmp_path: Path) -> None:
    kept = Made(Room())
    for number in range(5):
        for session in ("one", "two"):
            kept.keep(made(tmp_path, f"{session}-{number}"), asked(session))
    assert {path.name for path in tmp_path.iterdir()} == {"one-4", "two-4"}
    assert len(kept.room) == len(kept) == 2


def test_made_up_sessions_have_no_more_room(tmp_path: Path) -> None:
    kept = Made(Room(each=100_000))
    for number in range(10):
        kept.keep(made(tmp_path, f"{number}", 30_000), asked(f"session-{number}"))
    kept.keep(made(tmp_path, "other", 30_000), asked("other", "10.0.0.2"))
    assert {path.name for path in tmp_path.iterdir()} == {"7", "8", "9", "other"}


def test_thousands_of_sessions_are_not_remembered(tmp_path: Path) -> None:
    kept = Made(Room(each=20_000))
    for number in range(2 * MOST):
        kept.keep(made(tmp_path, "same"), asked(f"session-{number}"))
    assert len(kept) <= MOST


@pytest.mark.parametrize("request_", [None, gr.Request()])
def test_who_asks_without_a_request_keeps_the_file(tmp_path: Path, request_: gr.Request | None) -> None:
    kept = Made(Room())
    kept.keep(made(tmp_path, "a"), request_)
    assert (tmp_path / "a").exists()


def test_real_heatmaps_of_a_session_are_one_file(server: Server) -> None:
    program = Program(server.url)
    picture = program.send(corpus.taken()["png"].data)
    before = set(server.uploads.glob("made/*/*"))
    for _ in range(3):
        body = {"data": [picture], "session_hash": "made-for-one"}
        event = program.http.post("/gradio_api/call/heatmap", json=body).json()["event_id"]
        assert "event: complete" in program.http.get(f"/gradio_api/call/heatmap/{event}").text
    assert len(set(server.uploads.glob("made/*/*")) - before) == 1
