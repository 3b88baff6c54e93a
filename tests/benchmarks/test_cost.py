"""What a stranger's requests cost: a short form of the benchmark `cost`, and that it sees what it looks for."""

import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from benchmarks import cost, costly
from benchmarks.cost import Cost, alike, goals_of
from benchmarks.processes import Tree, watching
from benchmarks.stranger import Stranger

CHEAP = Cost("cheap", 2, 1.0, cpu=1.0, peak=10, kept=0, wait=0.5, refused=0, asked=3, answers="200: 2")


def test_page_bears_what_a_stranger_sends(tmp_path: Path) -> None:
    report = cost.run(tmp_path, quick=True)
    # How long another visitor waits depends on what else this machine does: the benchmark in full tells.
    missed = [goal for goal in report.goals if not goal.reached and "wait" not in goal.claim]
    assert missed == [], report.markdown()


@pytest.mark.parametrize(
    ("change", "same", "log"),
    [
        ({"cpu": 11.0}, True, ""),
        ({"peak": 301}, True, ""),
        ({"kept": 65}, True, ""),
        ({"wait": 2.1}, True, ""),
        ({"refused": 1}, True, ""),
        ({}, False, ""),
        ({}, True, "Traceback (most recent call last)"),
    ],
)
def test_each_kind_of_harm_is_one_missed_goal(change: dict[str, float], same: bool, log: str) -> None:
    assert all(goal.reached for goal in goals_of([CHEAP], True, ""))
    dear = replace(CHEAP, name="dear", **change)  # type: ignore[arg-type]
    assert sum(not goal.reached for goal in goals_of([CHEAP, dear], same, log)) == 1


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({"label": "lion", "grid": [0.5, 1.0]}, True),
        ({"label": "lion", "grid": [0.504, 1.0]}, True),
        ({"label": "lion", "grid": [0.52, 1.0]}, False),
        ({"label": "cat", "grid": [0.5, 1.0]}, False),
        ({"label": "lion", "grid": [0.5]}, False),
        ({"label": "lion"}, False),
    ],
)
def test_answers_are_alike_but_for_the_last_digits(other: object, same: bool) -> None:
    assert alike({"label": "lion", "grid": [0.5, 1.0]}, other) is same


SPENDS = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", '''
import sys, time
held = bytearray(b"x") * 60_000_000
while time.process_time() < 1: pass
print("spent", flush=True)
sys.stdin.read()
'''], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
child.stdout.readline()
print("spent", flush=True)
sys.stdin.readline()
child.communicate()
print("ended", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def spender() -> Iterator[subprocess.Popen[str]]:
    """A process whose child has taken a second and 60 MB; a line to it ends the child."""
    process = subprocess.Popen([sys.executable, "-c", SPENDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()


def test_what_children_take_is_counted_also_when_they_have_ended(spender: subprocess.Popen[str]) -> None:
    assert spender.stdin
    assert spender.stdout
    tree = Tree(spender.pid)
    with watching(tree) as watch:
        assert spender.stdout.readline() == "spent\n"
        assert len(tree.pids()) == 2
        assert 1 <= tree.cpu_seconds() < 10
        assert tree.memory() >= 55
        spender.stdin.write("\n")
        spender.stdin.flush()
        assert spender.stdout.readline() == "ended\n"
    assert tree.pids() == [spender.pid]
    assert tree.memory() < 55 <= watch.most
    assert tree.cpu_seconds() >= 1


def test_process_that_is_gone_took_nothing() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert (Tree(gone.pid).cpu_seconds(), Tree(gone.pid).memory()) == (0, 0)
    assert Tree(os.getpid()).memory() > 0


@pytest.mark.parametrize(
    ("url", "address"), [("http://192.0.2.1:80", "127.0.0.2"), ("http://127.0.0.1:80", "192.0.2.1")]
)
def test_only_pages_of_this_machine_are_asked(url: str, address: str) -> None:
    with pytest.raises(ValueError, match="this machine"):
        Stranger(url, address)


@pytest.mark.parametrize(
    ("data", "opens"),
    [
        (costly.scans(32, 3), "JPEG"),
        (costly.gif_of_blocks(3), "GIF"),
        (costly.icons(3), "ICO"),
        (costly.film(3), "WEBP"),
        (costly.strips_tiff(4), "TIFF"),
        (costly.png_with(costly.chunk(b"tEXt", b"a\0b")), "PNG"),
        (costly.jpeg_with_exif(costly.directory(3, 200)), "JPEG"),
        (costly.webp_with_exif(costly.directory(3, 200)), "WEBP"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_small_forms_of_the_files_are_pictures(tmp_path: Path, data: bytes, opens: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with warnings.catch_warnings(action="ignore"), Image.open(path) as image:  # what is wrong in it is its point
        image.load()
        assert image.format == opens
