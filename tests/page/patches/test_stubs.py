"""A component of the page's own leaves no file beside its source."""

import importlib
import sys
from pathlib import Path

import pytest

from page.patches import stubs

SOURCE = """import gradio as gr


class Own(gr.Textbox):
    EVENTS = ["change"]
"""


@pytest.mark.parametrize("unwritten", [True, False])
def test_class_of_a_component_writes_no_stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unwritten: bool) -> None:
    name = f"own_component_{unwritten}"
    (tmp_path / f"{name}.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    if unwritten:
        with stubs.unwritten():
            importlib.import_module(name)
    else:  # what is bent is still what Gradio does
        importlib.import_module(name)
    del sys.modules[name]
    assert (tmp_path / f"{name}.pyi").exists() is not unwritten
