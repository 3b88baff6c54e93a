"""What Gradio remembers of a visit is forgotten with it, and after a while without a word."""

from datetime import datetime, timedelta

import gradio as gr
import pytest
from gradio.state_holder import StateHolder

from page.visits import forget_visit, forget_visits


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
