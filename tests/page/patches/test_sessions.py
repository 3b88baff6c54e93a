"""Sessions of Gradio's keep nothing that the page has no use for."""

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from page.patches.sessions import describe_nothing, keep_no_values


def test_sessions_keep_no_values_and_describe_no_components(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionState, "__init__", SessionState.__init__)
    monkeypatch.setattr(SessionState, "_update_value_in_config", SessionState._update_value_in_config)
    with gr.Blocks(analytics_enabled=False) as site:
        box, state = gr.Textbox(), gr.State("kept")
    for _ in range(2):
        describe_nothing()
        keep_no_values()
    session = SessionState(site)
    session._update_value_in_config(box._id, "x" * 1_000_000)
    assert session.config_values == {}
    assert list(session.components) == []
    # What the handlers need is there.
    assert session[state._id] == "kept"
    assert session[box._id] is box
    assert session.blocks_config.fns == site.fns
