"""The command: it helps, it refuses, and it says which package is missing."""

import subprocess
import sys

import pytest

import benchmarks
from benchmarks import __main__ as command
from benchmarks.machine import ROOT

BENCHMARKS = ("explain", "page", "tap", "memory", "load", "fuzz", "faults", "start", "outside", "fool")


def test_help_names_every_benchmark_without_loading_anything() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "benchmarks", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert all(f"\n    {name}" in done.stdout for name in BENCHMARKS)
    assert "torch" not in done.stderr


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_has_its_own_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main([name, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(flag in said for flag in ("--threads", "--out", "--quick"))


def test_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["speed"])
    assert ended.value.code == 2
    assert "explain" in capsys.readouterr().err


def test_missing_peer_is_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    # Other tests of the same run may have loaded it, and what is built on it.
    monkeypatch.setitem(sys.modules, "torchcam", None)
    monkeypatch.delitem(sys.modules, "torchcam.methods", raising=False)
    for name in ("explain", "ours", "peers", "stages"):
        monkeypatch.delitem(sys.modules, f"benchmarks.{name}", raising=False)
        monkeypatch.delattr(benchmarks, name, raising=False)
    for name in ("GRADIO_ANALYTICS_ENABLED", "HF_HUB_OFFLINE"):  # which the command sets for all that it loads
        monkeypatch.setenv(name, "")
    assert command.main(["explain"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip().splitlines()[-1].endswith("install it with: pip install -r requirements-dev.txt")
    assert "torchcam" in said.err
