"""What Gradio would print of what went wrong is in the log."""

import importlib
import logging

import pytest
from gradio import queueing

from page.patches import printing


def test_what_gradio_prints_goes_to_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in printing.PRINTING:
        module = importlib.import_module(name)
        monkeypatch.setattr(module, "traceback", module.traceback)
    printing.bend_printing()
    with caplog.at_level(logging.ERROR):
        try:
            raise ValueError("inside")
        except ValueError:
            queueing.traceback.print_exc()
            assert "ValueError" in queueing.traceback.format_exc()
    assert caplog.records[0].exc_info
    assert capsys.readouterr() == ("", "")
