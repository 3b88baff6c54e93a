"""A question is asked again once elsewhere, and nobody waits for those who are gone."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cluster import link as links
from cluster.link import Address, Link, addresses_of
from page.doors.line import Busy
from page.place import Away

Answer = Callable[[int], tuple[int, bytes]]


class Server:
    """A machine of a cluster that answers its so-manieth question as told."""

    def __init__(self, answer: Answer) -> None:
        self.asked = 0
        self.connections = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                outer.connections += 1
                super().setup()

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                outer.asked += 1
                status, body = answer(outer.asked)
                if status == 0:  # it dies
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.address = Address("127.0.0.1", self.http.server_address[1])
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    servers: list[Server] = []

    def start(answer: Answer) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for each in servers:
        each.http.shutdown()
        each.http.server_close()


def nobody() -> Address:
    """An address at which nobody listens."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.server_close()
    return Address("127.0.0.1", server.server_address[1])


def test_connection_is_kept_open(serve: Any) -> None:
    server = serve(lambda _: (200, b"yes"))
    link = Link([server.address])
    assert [link.ask("/call", b"?", 5) for _ in range(3)] == [b"yes"] * 3
    assert (server.asked, server.connections) == (3, 1)


@pytest.mark.parametrize("status", [500, 0])
def test_question_of_a_replica_that_dies_is_asked_again_once(serve: Any, status: int) -> None:
    server = serve(lambda number: (status, b"ActorDiedError") if number == 1 else (200, b"yes"))
    assert Link([server.address]).ask("/call", b"?", 5) == b"yes"
    assert server.asked == 2


def test_after_a_second_failure_nobody_asks_on(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever kills those who look at it kills two of them, and no more."""
    monkeypatch.setattr(links, "BEGUN", 0.0)
    server = serve(lambda _: (500, b"dead"))
    with pytest.raises(Away):
        Link([server.address]).ask("/call", b"?", 5)
    assert server.asked == 2


def test_while_no_replica_is_there_a_question_waits_for_one(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "BEGUN", 5.0)
    server = serve(lambda number: (500, b"no server is available") if number < 5 else (200, b"yes"))
    assert Link([server.address]).ask("/call", b"?", 5) == b"yes"
    assert server.asked == 5


def test_it_does_not_wait_for_ever(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "HOLDS", 0.2)
    link = Link([nobody()])
    with pytest.raises(Away):
        link.ask("/call", b"?", 60)


def test_other_machine_answers_for_one_that_is_gone(serve: Any) -> None:
    server = serve(lambda _: (200, b"yes"))
    link = Link([nobody(), server.address])
    assert [link.ask("/call", b"?", 5) for _ in range(4)] == [b"yes"] * 4


def test_full_cluster_is_busy_and_is_not_asked_twice(serve: Any) -> None:
    server = serve(lambda _: (503, b"Request dropped due to backpressure (num_queued_requests=128)"))
    with pytest.raises(Busy):
        Link([server.address]).ask("/call", b"?", 5)
    assert server.asked == 1


def test_whoever_waits_is_told_when_nobody_is_there_any_more(serve: Any) -> None:
    begun, never = threading.Event(), threading.Event()

    def hang(_: int) -> tuple[int, bytes]:
        begun.set()
        never.wait(30)
        return 200, b"late"

    link = Link([serve(hang).address])
    raised: list[BaseException] = []

    def ask() -> None:
        try:
            link.ask("/call", b"?", 60)
        except Away as away:
            raised.append(away)

    waiting = threading.Thread(target=ask)
    waiting.start()
    assert begun.wait(10)
    link.cut()
    waiting.join(10)
    never.set()
    assert [type(each) for each in raised] == [Away]
    with pytest.raises(Away):  # and whoever comes now need not wait at all
        link.ask("/call", b"?", 60)


def test_urgent_question_is_asked_where_nobody_was(serve: Any) -> None:
    link = Link([serve(lambda _: (200, b"back")).address])
    link.cut()
    assert link.ask("/hello", b"", 5, urgent=True) == b"back"


def test_no_more_seconds_are_waited_than_told(serve: Any) -> None:
    never = threading.Event()
    link = Link([serve(lambda _: (never.wait(30), (200, b""))[1]).address])
    with pytest.raises(Away):
        link.ask("/call", b"?", 0.3)
    assert not never.is_set()
    never.set()


def test_addresses() -> None:
    assert addresses_of("http://10.0.0.5:8000, http://b/") == (Address("10.0.0.5", 8000), Address("b", 8000))
    assert addresses_of("http://[::1]:9") == (Address("::1", 9),)
    for wrong in ("", "https://a", "http://a/b", "http://", "ftp://a"):
        with pytest.raises(ValueError, match="write addresses"):
            addresses_of(wrong)
