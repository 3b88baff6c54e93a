"""Where the servers of a benchmark keep their graphs."""

import os
from pathlib import Path

import pytest

from benchmarks.ours import keep_cache_in


def test_a_folder_that_was_chosen_before_stays_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEEWHY_CACHE", str(tmp_path / "mine"))
    keep_cache_in(tmp_path / "other")
    assert os.environ["SEEWHY_CACHE"] == str(tmp_path / "mine")
    monkeypatch.delenv("SEEWHY_CACHE")
    keep_cache_in(tmp_path / "other")
    assert os.environ["SEEWHY_CACHE"] == str(tmp_path / "other")
