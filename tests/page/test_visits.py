"""What Gradio remembers of a visit is forgotten with it, and after a while without a word."""

import asyncio
from datetime import datetime, timedelta

import gradio as gr
import pytest
from gradio.state_holder import StateHolder

from page.visits import forget_answers, forget_visit, forget_visits


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


def test_answers_that_nobody_will_fetch_go_and_those_that_somebody_listens_for_stay() -> None:
    with gr.Blocks(analytics_enabled=False) as site:
        gr.Textbox()
    queue = site.queue()._queue

    async def story() -> None:
        queue.delete_lock = asyncio.Lock()
        for session in ("left", "listens"):
            queue.pending_messages_per_session[session] = asyncio.Queue()
            queue.pending_event_ids_session[session] = {"event"}
        queue.pending_messages_per_session["left"].put_nowait("an answer")
        listening = asyncio.create_task(queue.pending_messages_per_session["listens"].get())
        await asyncio.sleep(0)
        for session in ("left", "listens", "never there"):
            forget_answers(queue, session)
        listening.cancel()
        assert set(queue.pending_messages_per_session) == {"listens"}
        assert set(queue.pending_event_ids_session) == {"listens"}

    asyncio.run(story())
