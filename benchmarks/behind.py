"""Clusters for `benchmarks cluster`: of real replicas and of stand-ins, of one machine and of two."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.server import ROOT, free_port
from cluster.attached import LOOPBACK
from cluster.front import Front
from cluster.link import Address
from models.catalogue import built_in
from page.pictures.picture import Picture
from page.question import Question
from page.service import Service
from page.settings import read_settings
from page.words import load

REPLICA = "ray::ServeReplica"
PATIENCE = 120.0  # seconds until a cluster has to be there


@dataclass(frozen=True)
class Behind:
    """A cluster that runs: the process that started it, and where it answers."""

    process: "subprocess.Popen[str]"
    port: int

    def front(self) -> Service:
        """A page's service in front of it."""
        front = Front((Address(LOOPBACK, self.port),), built_in(), read_settings([]), load())
        until = time.monotonic() + PATIENCE
        while front.service.readiness.status != "ok":
            if time.monotonic() > until:
                raise RuntimeError("the cluster does not answer")
            front.service.readiness.reach()
            time.sleep(0.1)
        threading.Thread(target=front.service.readiness.keep, daemon=True).start()
        return front.service

    def replicas(self) -> list[int]:
        """The processes of its replicas, the oldest first."""
        return replicas_of(self.process.pid)

    def kill(self, pid: int) -> None:
        """End a replica in the middle of whatever it does."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def tell(self, line: str) -> None:
        """Say a line to the process, and wait until it is done."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        while (said := self.process.stdout.readline()) and said.strip() != "done":
            pass


@contextmanager
def behind(command: list[str], port: int, cache: Path) -> Iterator[Behind]:
    """Start a cluster by a command of Python's, until its first line says that it answers, and end it."""
    variables = os.environ | {"SEEWHY_CACHE": str(cache), "RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT)}
    log = (cache / "ray.log").open("w")
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=variables, text=True, stdin=-1, stdout=-1, stderr=log
    )
    assert process.stdin
    assert process.stdout
    try:
        line = process.stdout.readline()
        while line and "answers at" not in line:
            line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the cluster did not start: {(cache / 'ray.log').read_text()[-2000:]}")
        yield Behind(process, port)
    finally:
        process.stdin.close()
        process.wait(60)


@contextmanager
def cluster(
    cache: Path, replicas: int, nodes: int = 1, stand_in: Path | None = None, device: float = 0.025
) -> Iterator[Behind]:
    """One of so many replicas, on so many machines; of stand-ins with the answers of a file, whose device takes so many
    seconds for a batch."""
    port = free_port()
    command = ["-m", "benchmarks.starting", "--port", str(port), "--replicas", str(replicas), "--nodes", str(nodes)]
    stand_ins = ["--stand-in", str(stand_in), "--device-seconds", str(device)] if stand_in else []
    with behind([*command, *stand_ins], port, cache) as found:
        yield found


@dataclass
class Asked:
    """What became of questions: how many, the seconds that each took, and those that were lost or wrong."""

    seconds: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: int = 0
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.elapsed if self.elapsed else 0.0


def ask_for(
    service: Service, picture: Picture, sessions: int, seconds: float, meanwhile: Callable[[], None] = lambda: None
) -> Asked:
    """Let so many sessions ask one question after the other, and do something `meanwhile`, which may take longer."""
    asked, usual = Asked(), service.ask(picture, Question()).explanation
    began, over = time.monotonic(), threading.Event()

    def session() -> None:
        while not over.is_set() or time.monotonic() - began < seconds:
            start = time.monotonic()
            try:
                found = service.ask(picture, Question()).explanation
            except Exception as error:
                asked.lost.append(repr(error))
                time.sleep(0.1)
                continue
            asked.seconds.append(time.monotonic() - start)
            same = [answer.index for answer in found.top] == [answer.index for answer in usual.top]
            asked.wrong += not (same and abs(found.answer.confidence - usual.answer.confidence) < 1e-4)

    threads = [threading.Thread(target=session) for _ in range(sessions)]
    for each in threads:
        each.start()
    try:
        meanwhile()
    finally:
        over.set()
        for each in threads:
            each.join()
    asked.elapsed = time.monotonic() - began
    return asked


def replicas_of(starter: int) -> list[int]:
    """The processes of the replicas that a process started, the oldest first."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (folder / "cmdline").read_text().startswith(REPLICA) and starter in _ancestors(folder):
                found.append((folder.stat().st_ctime, int(folder.name)))
    return [pid for _, pid in sorted(found)]


def _ancestors(folder: Path) -> Iterator[int]:
    pid = int(folder.name)
    while pid > 1:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        yield pid
