"""The test's side of `tests.forking`: starts servers there, and hands each out as `subprocess.Popen` would."""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

from benchmarks import server

ROOT = Path(__file__).parents[1]
BEGIN = server.begin
STARTS_WITHIN = 240  # seconds; generous, for a busy machine


class Forks:
    """The process that servers are forked off, and what it told of them."""

    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.forking", str(theirs.fileno())]
        single = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # a fork has no others
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=single, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
        )
        theirs.close()
        self._lock = threading.RLock()
        self._started: list[int] = []
        self._ended: dict[int, int] = {}
        atexit.register(self._close)

    def start(self, command: Sequence[str], cwd: Path, environment: Mapping[str, str], log: IO[bytes]) -> int:
        """The number of a new process."""
        asked = {"command": list(command), "cwd": str(cwd), "environment": dict(environment)}
        with self._lock:
            socket.send_fds(self._channel, [json.dumps(asked).encode()], [log.fileno()])
            while not self._started:
                if not self._hear(STARTS_WITHIN):
                    raise RuntimeError("no process was forked off")
            return self._started.pop()

    def code(self, number: int, seconds: float = 0) -> int | None:
        """How a process has ended; None where it has not within so many seconds."""
        until = time.monotonic() + seconds
        with self._lock:
            while number not in self._ended:
                if not self._hear(max(0.0, until - time.monotonic())):
                    return None
            return self._ended[number]

    def _hear(self, seconds: float) -> bool:
        if not select.select([self._channel], [], [], seconds)[0]:
            return False
        said = self._channel.recv(4096)
        if not said:
            raise RuntimeError("what servers are forked off has ended")
        told = json.loads(said)
        if "started" in told:
            self._started.append(told["started"])
        else:
            self._ended[told["ended"]] = told["code"]
        return True

    def _close(self) -> None:
        self._channel.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)


class Forked:
    """One process that was forked off, with what tests ask of a `subprocess.Popen`."""

    def __init__(self, forks: Forks, command: Sequence[str], number: int) -> None:
        self._forks = forks
        self.args = command
        self.pid = number

    @property
    def returncode(self) -> int | None:
        """How it ended, None while it runs."""
        return self._forks.code(self.pid)

    def poll(self) -> int | None:
        """How it ended, None while it runs."""
        return self.returncode

    def wait(self, timeout: float = 1e6) -> int:
        """Wait until it has ended. Raises TimeoutExpired."""
        code = self._forks.code(self.pid, timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


@cache
def forks() -> Forks:
    """Started when the first server is asked for."""
    return Forks()


def begin(command: Sequence[str], cwd: Path, environment: Mapping[str, str], log: IO[bytes]) -> Any:
    """As `benchmarks.server.begin`. What changes how Python begins, or what it loads, gets a Python of its own."""
    if Path(command[0]).name != "app.py" or environment.get("PYTHONPATH") != os.environ.get("PYTHONPATH"):
        return BEGIN(command, cwd, environment, log)
    number = forks().start(command, cwd, environment, log)
    return Forked(forks(), command, number)
