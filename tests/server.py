"""The real app in a process of its own, as a host starts it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
READY_WITHIN = 120  # seconds; generous, for a busy machine


@dataclass(frozen=True)
class Server:
    """A running page: its address, its process, the folder that uploads go to, and its log."""

    url: str
    process: subprocess.Popen[bytes]
    uploads: Path
    log_file: Path

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def memory(self, field: str = "RssAnon") -> int:
        """Megabytes of the process now (RssAnon) or at its peak (VmHWM)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith(f"{field}:"))
        return int(line.split()[1]) // 1024


@contextmanager
def running(folder: Path, *flags: str, cwd: Path = ROOT, **environment: str) -> Iterator[Server]:
    """Start `app.py` with `flags`, wait until it is warm, and stop it afterwards. Files go below `folder`."""
    port = _free_port()
    uploads, log_file = folder / "uploads", folder / "server.log"
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "app.py"), "--port", str(port), *flags],
            cwd=cwd,
            env={**os.environ, "GRADIO_TEMP_DIR": str(uploads), **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", process, uploads, log_file)
    try:
        _wait_until_warm(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait_until_warm(server: Server) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise RuntimeError(f"the app stopped:\n{server.log()}")
        try:
            with urllib.request.urlopen(f"{server.url}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"the app was not ready within {READY_WITHIN} s:\n{server.log()}")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
