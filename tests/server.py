"""The real app in a process of its own, the same as the benchmarks measure."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import server
from benchmarks.server import ROOT, Server
from tests import graphs

__all__ = ["ROOT", "Server", "running"]


@contextmanager
def running(folder: Path, *flags: str, cwd: Path = ROOT, **environment: str) -> Iterator[Server]:
    """Start `app.py` and stop it afterwards.

    It computes with two threads, which is what it takes to answer in batches, however many cores this machine has:
    several such servers run side by side. None of them builds a graph that somebody builds already.
    """
    graphs.wait()
    with server.running(folder, *flags, cwd=cwd, **{"SEEWHY_THREADS": "2", **environment}) as started:
        yield started
