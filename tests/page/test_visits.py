"""What Gradio remembers of a visit is forgotten with it, and after a while without a word."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import gradio as gr
import pytest
from gradio.state_holder import StateHolder

from page.visits import forget_files, forget_visit, forget_visits, let_go


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
