"""Sessions that count what they get: answers, refusals, and what never came."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks import clients
from benchmarks.clients import Crowd, Load, Order, Refused, picture_source, plain_session, serve_order, shares

ANSWER = b'{"label": "cat"}'


class Moody(BaseHTTPRequestHandler):
    """Does what the posted picture says: answers, refuses, answers with something else, or hangs up."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["content-length"]))
        if said == b"drop":
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = b"<html>" if said == b"odd" else ANSWER
        self.send_response(500 if said == b"fail" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def moody() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Moody) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def sent(url: str, *contents: bytes, sessions: int = 1) -> Load:
    asks = [plain_session(url) for _ in range(sessions)]
    order = Order(sessions, count=len(contents))
    return serve_order(order, asks, lambda number: (Path("unused"), contents[number]))


def test_answers_refusals_and_losses_are_counted_apart(moody: str) -> None:
    load = sent(moody, b"fine", b"fail", b"drop", b"fine", b"odd", b"fine")
    assert (len(load.latencies), load.errors, load.lost) == (3, 2, 1)
    assert load.elapsed >= max(load.latencies) > 0


def test_connection_that_broke_is_opened_again(moody: str) -> None:
    ask = plain_session(moody)
    with pytest.raises((ConnectionError, OSError)):
        ask(Path("unused"), b"drop")
    ask(Path("unused"), b"fine")


def test_refusal_tells_what_the_server_said(moody: str) -> None:
    with pytest.raises(Refused, match="html"):
        plain_session(moody)(Path("unused"), b"odd")


def test_server_that_never_answers_loses_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        load = sent(f"http://127.0.0.1:{silent.getsockname()[1]}", b"one", b"two", sessions=2)
    assert (load.latencies, load.errors, load.lost) == ([], 0, 2)
    assert load.rate == 0
    assert load.milliseconds(95) == float("inf")


def test_an_order_is_filled_exactly_by_all_sessions_together(moody: str) -> None:
    load = sent(moody, *[b"fine"] * 30, sessions=4)
    assert (len(load.latencies), load.errors, load.lost) == (30, 0, 0)


def test_loads_side_by_side_last_as_long_as_the_longer() -> None:
    both = Load([0.1, 0.3], 2.0, 1, 0).add(Load([0.2] * 4, 3.0, 0, 2))
    assert both == Load([0.1, 0.3, 0.2, 0.2, 0.2, 0.2], 3.0, 1, 2)
    assert both.rate == 2.0
    assert both.milliseconds(50) == 200.0
    assert Load([0.1, 0.2, 0.3, 0.4, 0.5], 1.0).milliseconds(95) == pytest.approx(480)


@pytest.mark.parametrize(("whole", "parts", "split"), [(32, 4, [8] * 4), (1, 3, [1, 0, 0]), (8, 3, [3, 3, 2])])
def test_sessions_are_spread_evenly(whole: int, parts: int, split: list[int]) -> None:
    assert shares(whole, parts) == split


def test_crowd_in_processes_of_its_own_takes_orders_one_after_another(moody: str, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a", "b")]
    for path, content in zip(files, (b"fine", b"fail"), strict=True):
        path.write_bytes(content)
    with Crowd("plain", moody, 2, files) as crowd:
        crowd.wait_until_ready()
        loads = [crowd.go(Order(2, count=8)), crowd.go(Order(1, count=4))]
    # Each of two processes starts with the file that is answered; the second order leaves one of them without work.
    assert [len(load.latencies) + load.errors for load in loads] == [8, 2]
    assert all(load.latencies and load.errors and not load.lost for load in loads)


def test_crowd_that_can_not_connect_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with Crowd("gradio", url, 1, [Path(__file__)]) as crowd, pytest.raises(RuntimeError, match="could not reach"):
        crowd.wait_until_ready()


def test_pictures_are_sent_in_turn_or_each_as_a_new_file(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.jpg", "b.jpg")]
    for path in files:
        path.write_bytes(b"\xff\xd8" + path.name.encode())
    again = picture_source(files, None)
    assert [again(number)[0] for number in range(3)] == [files[0], files[1], files[0]]
    anew = picture_source(files, tmp_path)
    seen = {anew(number)[1] for number in range(4)}
    assert len(seen) == 4
    path, data = anew(0)
    assert path.read_bytes() == data
