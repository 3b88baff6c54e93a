"""A file of what was taught comes back as it was, and whatever else is opened gets one sentence and runs nothing."""

import contextlib
import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from models.problems import Problem
from models.taught.file import MOST_BYTES, NotTaught, TaughtFile, TooLargeFile, TooManyInFile, read, write
from models.taught.head import TaughtHead, clean_name

UNIT = np.eye(4, dtype=np.float32)


def head(**changes: Any) -> TaughtHead:
    given: dict[str, Any] = {
        "names": ("Cup", "None of these"),
        "weight": np.arange(8, dtype=np.float32).reshape(2, 4),
        "bias": np.array([1, -1], np.float32),
        "temperature": 1.5,
        "counts": (3, 12),
        "none": 1,
        "examples": UNIT[:3],
        "owners": (0, 0, 0),
        "novelty": 0.25,
        "guess": False,
        "full": 2.0,
    }
    return TaughtHead(**{**given, **changes})


def file(**changes: Any) -> bytes:
    return write(TaughtFile(head(**changes), "efficientnet_lite0", "f" * 32, ((0, b"jpeg"),)))


def changed(metadata: dict[str, str] | None = None, **tensors: Any) -> bytes:
    """A file like ours, with some of its parts changed; None takes one out."""
    saved = safetensors.numpy.load(file())
    length = int.from_bytes(file()[:8], "little")
    told = json.loads(file()[8 : 8 + length])["__metadata__"] | (metadata or {})
    kept = {name: each for name, each in {**saved, **tensors}.items() if each is not None}
    return safetensors.numpy.save(kept, told)


def test_all_of_it_comes_back() -> None:
    back = read(file())
    assert (back.backbone, back.fingerprint, back.pictures) == ("efficientnet_lite0", "f" * 32, ((0, b"jpeg"),))
    mine, theirs = head(), back.head
    for name in ("names", "temperature", "counts", "none", "owners", "novelty", "guess", "full"):
        assert getattr(mine, name) == getattr(theirs, name)
    for name in ("weight", "bias", "examples"):
        assert np.array_equal(getattr(mine, name), getattr(theirs, name))


def test_a_file_with_the_least_that_the_contract_asks_for_is_read() -> None:
    told = {"names": '["a", "b"]', "counts": "[1, 2]", "backbone": "x", "fingerprint": "y", "version": "1"}
    tensors = {
        "weight": np.ones((2, 4), np.float32),
        "bias": np.zeros(2, np.float32),
        "temperature": np.ones(1, np.float32),
    }
    back = read(safetensors.numpy.save(tensors, told)).head
    assert (back.names, back.none, back.examples, back.novelty) == (("a", "b"), None, None, -1)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a text": lambda: b"Dear visitor, this is no file of yours.",
    "cut off": lambda: file()[:-20],
    "a header that is too long": lambda: struct.pack("<Q", 2**62) + file()[8:],
    "no JSON": lambda: struct.pack("<Q", 4) + b"{{{{" + bytes(20),
    "nested too deep": lambda: struct.pack("<Q", 60_000) + b"[" * 60_000,
    "no metadata": lambda: safetensors.numpy.save({"weight": np.ones((2, 4), np.float32)}),
    "another version": lambda: changed({"version": "99"}),
    "no weight": lambda: changed(weight=None),
    "a weight of three dimensions": lambda: changed(weight=np.ones((2, 2, 2), np.float32)),
    "a bias of another length": lambda: changed(bias=np.ones(3, np.float32)),
    "whole numbers": lambda: changed(weight=np.ones((2, 4), np.int64)),
    "no number": lambda: changed(weight=np.full((2, 4), np.nan, np.float32)),
    "without end": lambda: changed(bias=np.array([np.inf, 0], np.float32)),
    "a temperature of nothing": lambda: changed(temperature=np.zeros(1, np.float32)),
    "names with markup": lambda: changed({"names": '["<img src=x onerror=alert(1)>", "b"]'}),
    "a name that turns the line": lambda: changed({"names": '["\\u202ecup", "b"]'}),
    "a name without end": lambda: changed({"names": json.dumps(["x" * 5000, "b"])}),
    "the same name twice": lambda: changed({"names": '["cup", "Cup"]'}),
    "names that are numbers": lambda: changed({"names": "[1, 2]"}),
    "too few names": lambda: changed({"names": '["cup"]'}),
    "counts below nothing": lambda: changed({"counts": "[-1, 3]"}),
    "counts beyond all pictures": lambda: changed({"counts": json.dumps([10**30, 3])}),
    "without end, in half the bits": lambda: changed(weight=np.full((2, 4), np.inf, np.float16)),
    "a none that is not there": lambda: changed({"none": "7"}),
    "examples of another length": lambda: changed(examples=np.ones((3, 5), np.float32)),
    "examples that are not of length one": lambda: changed(examples=np.ones((3, 4), np.float32)),
    "examples of nobody": lambda: changed(owners=np.array([0, 1, 9])),
    "pictures that are not there": lambda: changed({"pictures": "[0, 0]"}),
    "a picture of nothing": lambda: changed({"pictures": "[5]"}),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_none_of_ours_or_was_changed_is_refused(make: Callable[[], bytes]) -> None:
    with pytest.raises(NotTaught):
        read(make())


def test_large_files_and_thousands_of_things_are_told_apart_from_damage() -> None:
    with pytest.raises(TooLargeFile):
        read(bytes(MOST_BYTES + 1))
    with pytest.raises(TooManyInFile) as found:
        read(changed(weight=np.ones((10_000, 4), np.float32), bias=np.ones(10_000, np.float32)))
    assert found.value.values == {"count": 10_000, "limit": 6}


def test_every_changed_byte_of_the_header_is_noticed_or_does_no_harm() -> None:
    whole = bytearray(file())
    for place in range(0, 600, 7):
        broken = bytes(whole[:place]) + bytes([whole[place] ^ 0x11]) + bytes(whole[place + 1 :])
        with contextlib.suppress(Problem):
            read(broken)


def test_names_are_kept_in_one_line_and_without_markup() -> None:
    assert clean_name("  Mum's\n cup ") == "Mum's cup"
    assert clean_name('<b onclick="x">cup</b>') == "b onclick=xcup/b"[:40]
    assert clean_name("كوب") == "كوب"
    assert len(clean_name("x" * 500)) == 40
    assert clean_name("\u202ecup") == "cup"
