"""The version is the one that the project's file says."""

import re
from pathlib import Path

import pytest

from page import version

ROOT = Path(__file__).parents[2]


def test_version_is_the_line_of_the_projects_file() -> None:
    (line,) = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    version.version.cache_clear()
    assert version.version() == line


def test_without_the_projects_file_the_start_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "PROJECT", tmp_path / "pyproject.toml")
    version.version.cache_clear()
    with pytest.raises(FileNotFoundError):
        version.version()
