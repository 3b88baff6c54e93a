"""A pickle is data: whatever it says, nothing is imported, called, opened or filled."""

import io
import json
import pickle
import subprocess
import sys
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest

from models.own.inert import Members, Named, Record, walk
from models.own.pickles import BadPickle, Rules, nothing_elsewhere, unpickle
from tests.models.own import hostile

ROOT = str(Path(__file__).parents[3])
PLAIN = Rules({}, nothing_elsewhere)


def read(data: bytes, rules: Rules = PLAIN) -> Any:
    return unpickle(io.BytesIO(data), rules)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_data_is_what_it_was(protocol: int) -> None:
    shared = ["twice"]
    value = {
        "numbers": [0, 1, -1, 255, 65_536, 2**31, -(2**40), 2**200, 1.5, float("inf")],
        "texts": ["", "plain", "Fr\u00f6sche", "\U0001f438" * 300],
        "others": (None, True, False, (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        ("a", 1): [shared, shared],
    }
    got = read(pickle.dumps(value, protocol))
    assert got == value
    assert got["a", 1][0] is got["a", 1][1]


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_bytes_and_sets_are_read(protocol: int) -> None:
    assert read(pickle.dumps(b"\x00\xff" * 200, protocol)) == b"\x00\xff" * 200
    if protocol > 3:
        members = read(pickle.dumps({3, 4}, protocol))
        assert isinstance(members, Members)
        assert sorted(members) == [3, 4]


class Thing:
    """Somebody's own class, with what it may bring at unpickling."""

    def __init__(self) -> None:
        self.vocab = ["cat", "dog"]


class Bag(list[str]):
    """A list of somebody's own."""


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_class_becomes_a_record_that_can_be_asked(protocol: int) -> None:
    record = read(pickle.dumps(Thing(), protocol))
    assert isinstance(record, Record)
    assert record.kind == "tests.models.own.test_pickles.Thing"
    assert record.attribute("vocab") == ["cat", "dog"]
    assert record.attribute("nothing") is None


def test_what_a_class_would_hold_is_kept() -> None:
    record = read(pickle.dumps(Bag(["a", "b"]), 4))
    assert record.items == ["a", "b"]
    pairs = read(pickle.dumps(OrderedDict(a=1, b=2), 4))
    assert pairs.kind == "collections.OrderedDict"
    assert pairs.entries == [("a", 1), ("b", 2)]


def test_only_what_the_rules_name_is_made() -> None:
    rules = Rules({"collections.OrderedDict": lambda *_: {}}, lambda reference: ("kept", reference))
    assert read(pickle.dumps(OrderedDict(a=1), 4), rules) == {"a": 1}
    assert read(b"P12\n.", rules) == ("kept", "12")
    with pytest.raises(BadPickle, match="outside"):
        read(b"P12\n.")


def test_a_named_function_is_its_name() -> None:
    assert read(b"cos\nsystem\n.") == Named("os", "system")
    assert str(read(pickle.dumps(subprocess.run, 4))) == "subprocess.run"


def test_several_pickles_in_one_file_are_read_one_after_the_other() -> None:
    file = io.BytesIO(pickle.dumps(1) + pickle.dumps("two") + b"rest")
    assert (unpickle(file, PLAIN), unpickle(file, PLAIN), file.read()) == (1, "two", b"rest")


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_a_pickle_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(BadPickle):
        read(pickle.dumps({"a": [1, 2, 3], "b": "text"}, 4)[:-cut])


def test_a_pickle_of_endless_instructions_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.own.pickles.MOST_INSTRUCTIONS", 100)
    with pytest.raises(BadPickle, match="instructions"):
        read(b"N0" * 100 + b"N.")


def test_walking_meets_every_object_once_however_deep_or_round() -> None:
    round_one: list[Any] = ["a"]
    round_one.append(round_one)
    assert [each for each in walk(round_one) if isinstance(each, str)] == ["a"]
    deep: Any = "bottom"
    for _ in range(100_000):
        deep = (deep,)
    assert list(walk(deep))[-1] == "bottom"


WATCHED = """
import io, json, resource, sys, time
from pathlib import Path
import torch
from models.own.containers import opened
from models.own.inert import walk
from models.own.pickles import BadPickle, Rules, nothing_elsewhere, unpickle
from models.own.problems import NotANetwork
from models.own.states import find_state, read_all
from models.own.weights import Weight
import encodings.cp437, encodings.raw_unicode_escape, safetensors

folder = Path(sys.argv[1])
names = json.loads((folder / "names.json").read_text())
harm, watching = [], False
QUIET = {"open", "object.__getattr__", "sys._getframe", "builtins.id", "mmap.__new__", "pathlib.Path.glob", "os.stat"}

def watch(event, arguments):
    if not watching:
        return
    if event == "open":
        if str(arguments[0]).startswith(str(folder)) and arguments[1] in ("rb", "r", None):
            return
    elif event in QUIET:
        return
    harm.append(f"{event} {arguments!r:.200}")

sys.addaudithook(watch)
before = set(sys.modules)
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = {}
for number, name in enumerate(names):
    for suffix in ("pth", "pkl"):
        path = folder / f"{number}.{suffix}"
        watching = True
        try:
            with opened(path) as held:
                read_all(held.file, find_state(held).weights, 2.0)
            told[f"{name} ({suffix})"] = "a network"
        except NotANetwork as problem:
            told[f"{name} ({suffix})"] = str(problem)
        finally:
            watching = False
print(json.dumps({
    "told": told,
    "harm": harm,
    "modules": sorted(set(sys.modules) - before),
    "megabytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most) / 1024,
}))
"""


def test_nothing_happens_whatever_a_file_says(tmp_path: Path) -> None:
    """Each is given as torch's archive and as a bare pickle; a hook of Python's own hears of whatever happens."""
    pickles = hostile.all_of_them()
    files = tmp_path / "files"
    files.mkdir()
    (files / "names.json").write_text(json.dumps(list(pickles)))
    for number, data in enumerate(pickles.values()):
        (files / f"{number}.pkl").write_bytes(data)
        with zipfile.ZipFile(files / f"{number}.pth", "w") as archive:
            archive.writestr("net/data.pkl", data)
            archive.writestr("net/data/0", b"\x00" * 4)
    before = sorted(tmp_path.rglob("*"))
    done = subprocess.run(
        [sys.executable, "-B", "-c", f"import sys; sys.path.insert(0, {ROOT!r})\n{WATCHED}", files],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["harm"] == [], said["harm"][:3]
    assert said["modules"] == []
    assert said["megabytes"] < 400
    assert sorted(tmp_path.rglob("*")) == before
    assert len(said["told"]) == 2 * len(pickles)
    assert {name: told for name, told in said["told"].items() if "\n" in told or not told.endswith(".")} == {}
