import multiprocessing
import os
import time
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest

from page.janitor import Janitor

HASH = "0123456789abcdef" * 4
MINUTE = 60


def put(path: Path, minutes_old: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"picture")
    age(path, minutes_old)
    return path


def age(path: Path, minutes_old: float) -> None:
    then = time.time() - minutes_old * MINUTE
    os.utime(path, (then, then))


@pytest.fixture
def janitor(tmp_path: Path) -> Janitor:
    return Janitor(tmp_path, 10 * MINUTE)


def test_an_old_upload_goes_and_a_new_one_stays(janitor: Janitor) -> None:
    old = put(janitor.folder / HASH / "picture", 11)
    new = put(janitor.folder / HASH[::-1] / "picture", 9)
    assert janitor.sweep() == 1
    assert not old.exists()
    assert new.exists()


def test_an_upload_that_was_broken_off_goes(janitor: Janitor) -> None:
    part = put(janitor.folder / "tmpab12_xyz", 11)
    janitor.sweep()
    assert not part.exists()


def test_what_the_page_made_goes(janitor: Janitor) -> None:
    made = put(janitor.folder / "made" / "secret" / "name.png", 11)
    janitor.sweep()
    assert not made.exists()


def test_an_empty_folder_goes_once_it_is_old(janitor: Janitor) -> None:
    folder = put(janitor.folder / HASH / "picture", 11).parent
    age(folder, 5)
    janitor.sweep()
    assert folder.exists(), "its file has just gone: somebody may be about to write to it"
    age(folder, 11)
    janitor.sweep()
    assert not folder.exists()


def test_files_of_somebody_else_stay(janitor: Janitor) -> None:
    others = [put(janitor.folder / name, 1000) for name in ("notes.txt", "tmp", "work/picture.png", "abc/def.png")]
    assert janitor.sweep() == 0
    assert all(path.exists() for path in others)


def test_a_link_goes_and_what_it_points_to_stays(janitor: Janitor, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = put(tmp_path_factory.mktemp("outside") / "kept.png", 1000)
    for name, target in (("file", outside), ("folder", outside.parent)):
        link = janitor.folder / HASH / name
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(target)
        os.utime(link, (0, 0), follow_symlinks=False)
    janitor.sweep()
    assert outside.exists()
    assert list((janitor.folder / HASH).iterdir()) == []


def test_a_folder_that_is_not_there_is_no_problem(tmp_path: Path) -> None:
    assert Janitor(tmp_path / "nowhere", 1).sweep() == 0


def test_it_sweeps_at_once_and_by_itself(janitor: Janitor) -> None:
    left_behind = put(janitor.folder / HASH / "picture", 11)
    janitor.start(every=0.01)
    deadline = time.monotonic() + 20
    while left_behind.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left_behind.exists()


def test_what_would_be_too_old_by_the_next_sweep_goes_now(janitor: Janitor) -> None:
    young, old = put(janitor.folder / HASH / "young", 8), put(janitor.folder / HASH / "old", 9.5)
    janitor.start(every=MINUTE)
    deadline = time.monotonic() + 20
    while old.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (young.exists(), old.exists()) == (True, False)


def clear(folder: Path, told: Connection) -> None:
    Janitor(folder, 600).clear()
    told.send("cleared")
    time.sleep(60)


def test_what_a_killed_process_left_goes_at_the_next_start_but_not_what_a_living_one_has(tmp_path: Path) -> None:
    forks = multiprocessing.get_context("fork")  # a Python of its own would take seconds to load Gradio

    def start() -> ForkProcess:
        told, telling = forks.Pipe(duplex=False)
        started = forks.Process(target=clear, args=(tmp_path, telling), daemon=True)
        started.start()
        assert told.poll(60)
        assert told.recv() == "cleared"
        return started

    def end(process: ForkProcess) -> None:
        process.kill()
        process.join()

    first = start()
    left = [put(tmp_path / name, 0) for name in (f"{HASH}/picture", "tmpab12_xyz", "made/secret/name.png")]
    second = start()
    assert all(path.exists() for path in left), "the first one is still there"
    end(second)
    end(first)
    other = put(tmp_path / "notes.txt", 0)
    end(start())
    assert [path.name for path in tmp_path.rglob("*")] == [other.name]
