"""What Gradio remembers of a visit is forgotten with it, and after a while without a word."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import gradio as gr
import pytest
from gradio.state_holder import StateHolder

from page.doors.owners import Owners
from page.doors.queue import FairQueue
from page.translated import Site
from page.visits import Visits, forget_files, forget_visit, forget_visits, let_go
from page.words import Words


@pytest.fixture
def holder() -> StateHolder:
    """Two visits of which the last values are kept, one of them from a minute ago."""
    with gr.Blocks(analytics_enabled=False) as site:
        gr.Textbox()
    made = StateHolder()
    made.set_blocks(site)
    for session, ago in (("old", 60), ("new", 0)):
        made[session].blocks_config  # noqa: B018  # looking makes one
        made.time_last_used[session] = datetime.now() - timedelta(seconds=ago)
    return made


def kept(holder: StateHolder) -> set[str]:
    assert set(holder.session_data) == set(holder.time_last_used)
    return set(holder.session_data)


def test_visit_that_is_over_is_forgotten(holder: StateHolder) -> None:
    forget_visit(holder, "new")
    forget_visit(holder, "never there")
    assert kept(holder) == {"old"}


def test_visits_of_which_nothing_was_heard_are_forgotten(holder: StateHolder) -> None:
    forget_visits(holder, 90)
    assert kept(holder) == {"old", "new"}
    forget_visits(holder, 30)
    assert kept(holder) == {"new"}


def test_what_a_visit_waits_for_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    with gr.Blocks(analytics_enabled=False) as site:
        gr.Textbox()
    queue = site.queue()._queue
    cleaned: list[str | None] = []

    async def clean_events(*, session_hash: str | None = None, event_id: str | None = None) -> None:
        cleaned.append(session_hash)

    async def story() -> None:
        let_go(queue, "left")
        await asyncio.sleep(0)

    monkeypatch.setattr(queue, "clean_events", clean_events)
    asyncio.run(story())
    assert cleaned == ["left"]


def test_names_of_files_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("a")
    names = {str(tmp_path / name) for name in ("here", "gone")}
    forget_files([names, set()])
    assert names == {str(tmp_path / "here")}


ONE, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def visits(words: Words, tmp_path: Path) -> Visits:
    """A visit of ONE, with the session "mine" and an upload, which is over after a minute of silence."""
    with Site(words, analytics_enabled=False) as site:
        gr.Textbox()
    site.queue()
    site._queue = queue = FairQueue(site, 10, 5, words)
    queue.forgotten = lambda session: forget_visit(site.state_holder, session)
    site.state_holder = StateHolder()
    site.state_holder.set_blocks(site)
    upload = tmp_path / "mine.png"
    upload.write_bytes(b"mine")
    made = Visits(site, queue, Owners(tmp_path), 60)
    made.owners.add([str(upload)], ONE)
    queue.sessions.claim("mine", ONE)
    queue.pending_messages_per_session["mine"] = asyncio.Queue()
    site.state_holder["mine"].blocks_config  # noqa: B018  # looking makes one
    return made


def told(act: Callable[[], object]) -> None:
    async def in_a_loop() -> None:
        act()
        await asyncio.sleep(0)

    asyncio.run(in_a_loop())


def left_of(visits: Visits) -> tuple[int, int, int, bool]:
    """Names of sessions, mailboxes, states, and whether the upload is there."""
    there = (visits.owners.folder / "mine.png").exists()
    return len(visits.queue.sessions), len(visits.queue.mail), len(visits.site.state_holder.session_data), there


def test_page_that_was_closed_is_forgotten_and_its_upload_stays(visits: Visits) -> None:
    told(lambda: visits.close(ONE, "mine"))
    assert left_of(visits) == (0, 0, 0, True)


def test_visitor_who_left_takes_the_upload_along(visits: Visits) -> None:
    told(lambda: visits.leave(ONE, "mine"))
    assert left_of(visits) == (0, 0, 0, False)


def test_nobody_ends_the_session_of_somebody_else(visits: Visits) -> None:
    told(lambda: visits.leave(OTHER, "mine"))
    assert left_of(visits) == (1, 1, 1, True)


def test_visit_that_was_silent_for_too_long_is_swept(visits: Visits) -> None:
    visits.sweep()
    assert left_of(visits)[2] == 1
    (visits.owners.folder / "mine.png").unlink()
    visits.site.state_holder.time_last_used["mine"] -= timedelta(seconds=61)
    visits.sweep()
    assert left_of(visits)[2] == 0
    assert len(visits.owners) == 0
