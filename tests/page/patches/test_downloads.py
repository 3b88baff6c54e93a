"""Nothing is fetched, whoever asks Gradio to."""

import asyncio
from pathlib import Path

import gradio as gr
import pytest
from gradio import processing_utils

from page.patches.downloads import fetch_nothing

ADDRESS = "http://example.org/a.png"


@pytest.fixture(autouse=True)
def bent(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "async_ssrf_protected_download"
    monkeypatch.setattr(processing_utils, name, getattr(processing_utils, name))
    monkeypatch.setattr(processing_utils, "async_ssrf_protected_get", lambda url: pytest.fail("it was fetched"))
    fetch_nothing()


def test_no_address_in_an_answer_is_fetched(tmp_path: Path) -> None:
    block = gr.HTML()
    block.GRADIO_CACHE = str(tmp_path)
    said = {"ticket": {"path": ADDRESS, "meta": {"_type": "gradio.FileData"}}}
    with pytest.raises(PermissionError):
        asyncio.run(processing_utils.async_move_files_to_cache(said, block, postprocess=True))
    with pytest.raises(PermissionError):
        processing_utils.move_files_to_cache(said, block, postprocess=True)
    assert list(tmp_path.iterdir()) == []
