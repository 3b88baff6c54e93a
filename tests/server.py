"""The real app in a process of its own, the same as the benchmarks measure."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import server
from benchmarks.server import ROOT, Server

__all__ = ["ROOT", "Server", "running"]


@contextmanager
def running(folder: Path, *flags: str, cwd: Path = ROOT, **environment: str) -> Iterator[Server]:
    """Start `app.py` and stop it afterwards. It computes with one thread: files are tested side by side."""
    with server.running(folder, *flags, cwd=cwd, **{"SEEWHY_THREADS": "1", **environment}) as started:
        yield started
