"""A cluster of two replicas on this machine, and what a test does to it."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.behind import replicas_of
from benchmarks.server import free_port

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Running:
    """The process that started it, and where it answers."""

    process: subprocess.Popen[str]
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def replicas(self) -> list[int]:
        """The numbers of the processes of its replicas."""
        return replicas_of(self.process.pid)


@contextmanager
def running(cache: Path, *options: str, **variables: str) -> Iterator[Running]:
    """Start it, wait until it answers, and end it."""
    port = free_port()
    command = [sys.executable, "-m", "cluster", "--attached", "--port", str(port), *options]
    environment = os.environ | {"SEEWHY_CACHE": str(cache)} | variables
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    said: list[str] = []
    threading.Thread(target=lambda stream: said.extend(stream), args=(process.stderr,), daemon=True).start()
    try:
        line = process.stdout.readline()
        while line and "answers at" not in line:
            line = process.stdout.readline()
        assert line, "".join(said)
        yield Running(process, port)
    finally:
        process.stdin.close()
        process.wait(60)


class Gate:
    """What a page sees of a cluster: connections go through until it is shut, and again once it is open."""

    def __init__(self, port: int) -> None:
        self._beyond = port
        self._ends: set[socket.socket] = set()
        self.port = free_port()
        self._listening: socket.socket | None = None
        self.open()

    def open(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._let_in, args=(self._listening,), daemon=True).start()

    def shut(self) -> None:
        assert self._listening
        for each in (self._listening, *self._ends):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._ends.clear()

    def _let_in(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                here, _ = listening.accept()
                there = socket.create_connection(("127.0.0.1", self._beyond))
                self._ends |= {here, there}
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
