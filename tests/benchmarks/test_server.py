"""What the system tells about a server's process, against what this process knows about itself."""

import io
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from benchmarks import server
from benchmarks.server import Server, free_port, has_plain_route, started, wait_until_warm
from page.pictures.helpers import Helpers
from page.pictures.picture import Limits


@pytest.fixture
def myself(tmp_path: Path) -> Server:
    return Server("http://127.0.0.1:1", SimpleNamespace(pid=os.getpid()), tmp_path / "uploads", tmp_path / "log")  # type: ignore[arg-type]


def test_processor_time_is_what_the_process_has_used(myself: Server) -> None:
    used = os.times()
    assert myself.cpu_seconds() == pytest.approx(used.user + used.system, abs=0.1)


def test_a_thread_a_handle_and_a_file_more_are_seen(myself: Server, tmp_path: Path) -> None:
    threads, handles = myself.threads(), myself.handles()
    assert myself.files() == 0
    (tmp_path / "uploads" / "deep").mkdir(parents=True)
    (tmp_path / "uploads" / "deep" / "picture.jpg").touch()
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with (tmp_path / "open").open("w"):
            assert (myself.threads(), myself.handles(), myself.files()) == (threads + 1, handles + 1, 1)
    finally:
        done.set()
        thread.join()


def test_process_of_its_own_is_seen_while_it_runs(myself: Server) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True) as child:
        assert child.pid in myself.children()
        child.communicate("\n")
    assert child.pid not in myself.children()


def test_helpers_are_counted_with_the_page_and_are_nothing_to_wait_for(
    myself: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = set(myself.helpers())
    decoders = Helpers(1)
    file = io.BytesIO()
    Image.new("RGB", (3, 2)).save(file, "PNG")
    decoders.decode(file.getvalue(), Limits())
    mine = decoders.pids
    assert mine == list(set(myself.helpers()) - others)
    assert set(mine) <= set(myself.children())
    assert myself.anonymous() > myself.memory()
    looks: list[float] = []
    monkeypatch.setattr("benchmarks.server.time.sleep", looks.append)
    monkeypatch.setattr(Server, "children", lambda self: mine)
    myself.wait_until_settled(600)
    assert len(looks) == 4
    monkeypatch.undo()
    decoders.close()
    assert not set(mine) & set(myself.helpers())


def test_waiting_for_a_server_to_settle_ends_in_any_case(myself: Server) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True) as child:
        began = time.monotonic()
        myself.wait_until_settled(0.2)
        assert time.monotonic() > began
        child.communicate("\n")


def test_server_that_stops_is_reported_with_its_log(tmp_path: Path) -> None:
    with (
        started(("-c", "raise SystemExit('no such model')"), tmp_path) as server,
        pytest.raises(RuntimeError, match="no such model"),
    ):
        wait_until_warm(server, "/healthz")


class Route(BaseHTTPRequestHandler):
    """Answers a post with the status and body that its class says."""

    status, body = 200, b""

    def do_POST(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(
    params=[(400, b'{"error": "No picture."}', True), (404, b'{"error": "Not found."}', False), (405, b"no", False)]
)
def answering(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Server, bool]]:
    status, body, there = request.param
    handler = type("Handler", (Route,), {"status": status, "body": body})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        yield Server(url, SimpleNamespace(pid=os.getpid()), tmp_path, tmp_path), there  # type: ignore[arg-type]
        server.shutdown()


def test_route_is_there_when_it_refuses_an_empty_picture_with_a_sentence(answering: tuple[Server, bool]) -> None:
    server, there = answering
    assert has_plain_route(server) is there


def test_port_is_none_that_connections_or_clusters_get_by_accident() -> None:
    first, _ = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    ports = [free_port() for _ in range(20)]
    assert max(ports) < first
    assert min(ports) >= 20_000
    for port in ports:
        with socket.create_server(("127.0.0.1", port)):
            pass


def test_server_that_works_for_too_long_is_given_up_and_so_is_one_that_does_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "READY_WITHIN", 0.3)
    with started(("-c", "while True: pass"), tmp_path) as busy, pytest.raises(RuntimeError, match="not ready"):
        wait_until_warm(busy, "/healthz")
    monkeypatch.setattr(server, "READY_WITHIN", 300.0)
    monkeypatch.setattr(server, "GIVEN_UP_AFTER", 0.1)
    with (
        started(("-c", "import time; time.sleep(600)"), tmp_path) as idle,
        pytest.raises(RuntimeError, match="not ready"),
    ):
        wait_until_warm(idle, "/healthz")
