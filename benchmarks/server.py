"""A server in a process of its own, as a host starts it, and what the system tells about that process."""

import json
import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parent.parent
APP = (str(ROOT / "app.py"),)
# Seconds of a processor that a start may take: on the clock that depends on what else this machine does, so only a
# server that does nothing is given up by it.
READY_WITHIN, GIVEN_UP_AFTER = 120.0, 900.0
PATIENCE = 60.0  # seconds for one look
# Below those that the system gives to connections, and above those that Ray gives to its processes: either would take
# one between the choice and the moment in which a server listens there, which is long on a busy machine.
PORTS = range(20_000, 32_000)

HELPER = b"page.pictures.helper"


@dataclass(frozen=True)
class Server:
    """A running page: its address, its process, the folder that uploads go to, and its log."""

    url: str
    process: subprocess.Popen[bytes]
    uploads: Path
    log_file: Path

    def log(self) -> str:
        """What the server has written so far."""
        return self.log_file.read_text(errors="replace")

    def memory(self, field: str = "RssAnon") -> int:
        """Megabytes of the process now (RssAnon, VmRSS) or at its peak (VmHWM)."""
        return self._status(field) // 1024

    def threads(self) -> int:
        """How many threads it has."""
        return self._status("Threads")

    def handles(self) -> int:
        """How many files and sockets it holds open."""
        return len(list((self._proc / "fd").iterdir()))

    def files(self) -> int:
        """How many files lie in its upload folder."""
        return sum(path.is_file() for path in self.uploads.rglob("*")) if self.uploads.is_dir() else 0

    def cpu_seconds(self) -> float:
        """Processor time so far, of the process alone and all its threads."""
        fields = (self._proc / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def children(self) -> list[int]:
        """The processes it has started and that still run, but for Python's own bookkeeper of shared memory."""
        listed = [path.read_text().split() for path in (self._proc / "task").glob("*/children")]
        return [int(pid) for pids in listed for pid in pids if b"resource_tracker" not in _command_line(pid)]

    def helpers(self) -> list[int]:
        """Those of them that decode pictures, which stay as long as the page."""
        return [pid for pid in self.children() if HELPER in _command_line(str(pid))]

    def anonymous(self) -> int:
        """Megabytes (RssAnon) of the process and its helpers together."""
        return self.memory() + sum(_status(Path(f"/proc/{pid}"), "RssAnon") for pid in self.helpers()) // 1024

    def wait_until_settled(self, seconds: float = 90) -> None:
        """Wait for what it does beside answering, such as building an engine's graph, or at most so long."""
        deadline = time.monotonic() + seconds
        quiet = 0
        while quiet < 4 and time.monotonic() < deadline:
            quiet = 0 if set(self.children()) - set(self.helpers()) else quiet + 1
            time.sleep(0.5)

    @property
    def _proc(self) -> Path:
        return Path(f"/proc/{self.process.pid}")

    def _status(self, field: str) -> int:
        return _status(self._proc, field)


def begin(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str], log: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """Start a script of Python's, with its flags, whose environment is `environment` alone."""
    started = [sys.executable, *command]
    return subprocess.Popen(started, cwd=cwd, env=environment, stdout=log, stderr=subprocess.STDOUT)


@contextmanager
def running(folder: Path, *flags: str, cwd: Path = ROOT, **environment: str) -> Iterator[Server]:
    """Start `app.py` with `flags`, wait until it is warm, and stop it afterwards. Files go below `folder`."""
    with started(APP, folder, *flags, cwd=cwd, **environment) as server:
        wait_until_warm(server, "/healthz")
        yield server


@contextmanager
def started(
    command: Sequence[str], folder: Path, *flags: str, cwd: Path = ROOT, **environment: str
) -> Iterator[Server]:
    """Start Python with `command`, a free `--port` and `flags`, and stop it afterwards; it need not be ready yet."""
    port = int(environment.get("SEEWHY_PORT", 0)) or free_port()
    uploads, log_file = folder / "uploads", folder / "server.log"
    with log_file.open("wb") as log:
        variables = {**os.environ, "GRADIO_TEMP_DIR": str(uploads), **environment}
        process = begin([*command, "--port", str(port), *flags], cwd, variables, log)
    try:
        yield Server(f"http://127.0.0.1:{port}", process, uploads, log_file)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_until_warm(server: Server, path: str, pause: float = 0.2) -> None:
    """Return when `path` answers 200. Raises RuntimeError with the log when the server stops, or takes too long."""
    deadline = time.monotonic() + GIVEN_UP_AFTER
    while True:
        if server.process.poll() is not None:
            raise RuntimeError(f"the app stopped:\n{server.log()}")
        if server.cpu_seconds() > READY_WITHIN or time.monotonic() > deadline:
            raise RuntimeError(f"the app was not ready after {server.cpu_seconds():.0f} s of work:\n{server.log()}")
        try:
            with urllib.request.urlopen(f"{server.url}{path}", timeout=PATIENCE):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(pause)


def has_plain_route(server: Server) -> bool:
    """Whether the server answers at `/api/explain`, even if only to refuse an empty picture."""
    try:
        with urllib.request.urlopen(f"{server.url}/api/explain", data=b"", timeout=30):
            return True
    except urllib.error.HTTPError as refusal:
        try:
            return refusal.code != 404 and "error" in json.load(refusal)
        except ValueError:
            return False


def _status(process: Path, field: str) -> int:
    lines = (process / "status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{field}:")).split()[1])


def _command_line(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


def free_port() -> int:
    """A port of this machine that nobody has, and that nobody gets by accident before it is used."""
    while True:
        port = random.choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
