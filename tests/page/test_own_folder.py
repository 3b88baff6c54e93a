"""Every user of a machine has a folder of their own, and nobody can foist one on them."""

import os
import stat
from pathlib import Path

import pytest

from benchmarks.server import started, wait_until_warm
from page.own_folder import own_folder
from tests.server import ROOT


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_it_bears_the_users_number_and_only_they_may_enter(tmp_path: Path) -> None:
    folder = own_folder("seewhy", tmp_path)
    assert folder == tmp_path / f"seewhy-{os.getuid()}"
    assert mode(folder) == 0o700


def test_two_pages_of_one_user_share_it(tmp_path: Path) -> None:
    first = own_folder("seewhy", tmp_path)
    (first / "file").touch()
    assert own_folder("seewhy", tmp_path) == first
    assert (first / "file").is_file()


def test_two_users_have_one_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own_folder("seewhy", tmp_path)
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert own_folder("seewhy", tmp_path) == tmp_path / "seewhy-4711"


def test_one_that_others_could_read_is_closed(tmp_path: Path) -> None:
    (tmp_path / f"seewhy-{os.getuid()}").mkdir(mode=0o755)
    assert mode(own_folder("seewhy", tmp_path)) == 0o700


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (tmp_path / f"seewhy-{os.getuid()}").symlink_to(elsewhere)
    folder = own_folder("seewhy", tmp_path)
    assert folder.parent == tmp_path
    assert folder.name.startswith("seewhy-")
    assert not folder.is_symlink()
    assert mode(folder) == 0o700
    assert mode(elsewhere) == 0o755


def test_a_file_in_its_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / f"seewhy-{os.getuid()}").write_text("mine")
    assert own_folder("seewhy", tmp_path).is_dir()


def test_somebody_elses_folder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "seewhy-4711").mkdir(mode=0o777)
    monkeypatch.setattr(os, "getuid", lambda: 4711)  # whoever made it is not 4711
    folder = own_folder("seewhy", tmp_path)
    assert folder != tmp_path / "seewhy-4711"
    assert mode(folder) == 0o700


def test_what_the_page_makes_is_for_its_own_user(tmp_path: Path) -> None:
    environment = {"TMPDIR": str(tmp_path), "GRADIO_TEMP_DIR": "", "SEEWHY_CACHE": str(tmp_path / "cache")}
    with started((str(ROOT / "app.py"),), tmp_path, "--offline", **environment) as server:
        wait_until_warm(server, "/healthz")
        made = [path for path in tmp_path.rglob("*") if path != server.log_file]
    assert tmp_path / f"seewhy-{os.getuid()}" in made
    assert [path for path in made if path.lstat().st_mode & 0o077 and not path.is_symlink()] == []
