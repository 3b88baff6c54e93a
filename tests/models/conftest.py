"""A small web server with good and bad manners, and a cache folder of the test's own."""

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """Answers on 127.0.0.1 by path; `requests` lists the paths that were asked for."""

    address: str
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"{self.address}/{path}"

    def serve(self, path: str, body: bytes) -> str:
        self.answers[f"/{path}"] = lambda request: _send(request, body, len(body))
        return self.url(path)

    def cut_off(self, path: str, body: bytes) -> str:
        """Promise twice as many bytes as come."""
        self.answers[f"/{path}"] = lambda request: _send(request, body, 2 * len(body))
        return self.url(path)

    def stall(self, path: str, body: bytes) -> str:
        """Send the first bytes, then nothing until the test ends."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            _send(request, body, 2 * len(body))
            self.closing.wait()

        self.answers[f"/{path}"] = answer
        return self.url(path)


def _send(request: BaseHTTPRequestHandler, body: bytes, promised: int) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(promised))
    request.end_headers()
    request.wfile.write(body)
    request.wfile.flush()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.requests.append(self.path)
            answer = made.answers.get(self.path)
            if answer is None:
                self.send_error(404)
            else:
                answer(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    made = Server(f"http://127.0.0.1:{http.server_address[1]}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.closing.set()
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder where torchvision keeps weights, empty and the test's own."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch home"))
    monkeypatch.setattr("torch.hub._hub_dir", None)
    return tmp_path / "torch home" / "hub" / "checkpoints"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every attempt to reach anything fail the test."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def hashed_name(stem: str, body: bytes) -> str:
    return f"{stem}-{hashlib.sha256(body).hexdigest()[:8]}.pth"


def put(folder: Path, stem: str, body: bytes) -> str:
    """Write a file under its hash-carrying name into `folder`; return the name."""
    folder.mkdir(parents=True, exist_ok=True)
    name = hashed_name(stem, body)
    (folder / name).write_bytes(body)
    return name


@pytest.fixture
def seeded() -> Iterator[None]:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        yield
