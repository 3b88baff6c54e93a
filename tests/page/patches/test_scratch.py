"""The page starts where its folder of uploads may not be written to."""

import os
import tempfile
from pathlib import Path

import pytest
from gradio import routes

from page.patches import scratch


@pytest.mark.parametrize(("writable", "there"), [(True, True), (False, True), (False, False)])
def test_gradios_folder_lies_where_it_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writable: bool, there: bool
) -> None:
    uploads = tmp_path / "uploads"
    if there:
        uploads.mkdir()
    monkeypatch.setattr(routes, "DEFAULT_TEMP_DIR", str(uploads))
    monkeypatch.setattr(scratch, "get_upload_folder", lambda: str(uploads))
    monkeypatch.setattr(os, "access", lambda path, mode: writable)
    scratch.make_elsewhere()
    assert (tempfile.gettempdir() if there and not writable else str(uploads)) == routes.DEFAULT_TEMP_DIR
