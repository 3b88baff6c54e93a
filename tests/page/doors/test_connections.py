"""How many connections are served, which end, and what the web server lets in before anything is read."""

import asyncio
import errno
import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from page.doors import connections as module
from page.doors.connections import (
    LONGEST_HEAD,
    MOST,
    Connections,
    Overheard,
    counted,
    most_connections,
    raise_file_limit,
)

HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


class Guest:
    """Somebody who is connected to nothing."""

    def __init__(self) -> None:
        self.idle = False
        self.unread = 0
        self.served = self.parted = self.dropped = False

    def serve(self) -> None:
        self.served = True

    def part(self) -> None:
        self.parted = True

    def drop(self) -> None:
        self.dropped = True


def coming(connections: Connections, address: str, count: int) -> list[Guest]:
    """So many come; those who were let in."""
    guests = [Guest() for _ in range(count)]
    return [guest for guest in guests if connections.come(guest, address)]


# --- counting ---


def test_some_are_served_twice_as_many_wait_and_no_more_come_in() -> None:
    guests = coming(Connections(each=3), "a", 20)
    assert [guest.served for guest in guests] == [True] * 3 + [False] * 6


def test_each_address_has_its_own_places() -> None:
    connections = Connections(each=3)
    coming(connections, "a", 20)
    assert all(guest.served for guest in coming(connections, "b", 3))


def test_first_of_those_who_wait_is_served_when_one_has_gone() -> None:
    connections = Connections(each=2)
    one, two, three, four = coming(connections, "a", 4)
    connections.go(three, "a")  # who waits may go, too
    connections.go(one, "a")
    assert (two.served, four.served, three.served) == (True, True, False)
    connections.go(two, "a")
    connections.go(four, "a")
    assert len(connections) == 0
    assert not connections.awaited("a")


def test_who_is_idle_makes_place_for_who_waits() -> None:
    connections = Connections(each=2)
    busy, idle = coming(connections, "a", 2)
    idle.idle = True
    coming(connections, "a", 1)
    assert (busy.parted, idle.parted) == (False, True)
    assert connections.awaited("a")


def test_full_house_sends_away_the_last_of_whoever_has_most() -> None:
    connections = Connections(each=4, most=10)
    first = coming(connections, "a", 10)  # four are served, six wait
    (newcomer,) = coming(connections, "b", 1)
    assert newcomer.served
    assert [guest.dropped for guest in first] == [False] * 9 + [True]
    assert len(connections) == 10


def test_whoever_has_most_gets_no_more_of_a_full_house() -> None:
    connections = Connections(each=10, most=6)
    coming(connections, "a", 3)
    coming(connections, "b", 3)
    assert coming(connections, "a", 1) == []
    assert len(connections) == 6


def test_of_answers_that_nobody_takes_the_largest_of_whoever_lets_most_wait_goes() -> None:
    connections = Connections(each=9, unread=1000)
    (large, larger, small), (other,) = coming(connections, "a", 3), coming(connections, "b", 1)
    for guest, address, size in ((large, "a", 300), (larger, "a", 350), (small, "a", 50), (other, "b", 320)):
        guest.unread = size
        connections.takes_nothing(guest, address)
    assert [each.dropped for each in (large, larger, small, other)] == [False, True, False, False]
    connections.takes(large)
    (newcomer,) = coming(connections, "c", 1)
    newcomer.unread = 600
    connections.takes_nothing(newcomer, "c")
    assert not newcomer.dropped


@pytest.mark.parametrize("proxy", ["10.0.0.7", "10.0.0.0/8", "127.0.0.1, 10.0.0.7"])
def test_proxy_speaks_for_many(proxy: str) -> None:
    connections = Connections(each=2, proxies=proxy)
    assert all(guest.served for guest in coming(connections, "10.0.0.7", 50))
    assert sum(guest.served for guest in coming(connections, "11.0.0.7", 50)) == 2


def test_proxy_may_have_an_address_of_ipv6() -> None:
    connections = Connections(each=2, proxies="2001:db8::7")
    assert all(guest.served for guest in coming(connections, "2001:db8::/64", 50))
    assert sum(guest.served for guest in coming(connections, "2001:db9::/64", 50)) == 2


# --- files ---


def test_files_are_as_many_as_the_system_allows_and_connections_are_fewer() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, before[0]), before[1]))
        files = raise_file_limit()
        assert files == resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 256
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] == before[1]
        assert raise_file_limit() == files
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize(("files", "most"), [(256, 128), (1024, 512), (2000, 1488), (65_536, MOST)])
def test_some_files_are_left_for_the_page(files: int, most: int) -> None:
    assert most_connections(files) == most


def test_want_of_files_is_told_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    overheard = Overheard()
    loop = asyncio.new_event_loop()
    context = {"message": "socket.accept() out of system resource", "exception": OSError(errno.EMFILE, "Too many")}
    for _ in range(500):
        overheard(loop, context)
    overheard(loop, {"message": "something else", "exception": ValueError("a")})
    loop.close()
    assert [record.name for record in caplog.records] == ["seewhy", "asyncio"]
    assert not caplog.records[0].exc_info


# --- the web server ---


async def says_hello(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@contextmanager
def serving(connections: Connections) -> Iterator[int]:
    """A web server with these connections; its port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(
            says_hello, http=counted(connections), loop="asyncio", ws="none", log_config=None, lifespan="off"
        )
        config.h11_max_incomplete_event_size = 4 * LONGEST_HEAD
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(20)


def told(port: int, *said: bytes) -> bytes:
    """All that comes back until the end of a connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        return listened(connection, *said)


def listened(connection: socket.socket, *said: bytes) -> bytes:
    heard = b""
    try:
        for each in said:
            connection.sendall(each)
        while piece := connection.recv(4096):
            heard += piece
    except ConnectionError:
        pass
    return heard


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"a:\r\n" * 60_000, b"431"),
        (b"GET / HTTP/1.1\r\nHost: a\r\ncookie: " + b"a" * 200_000, b"431"),
        (b"GET /" + b"a" * 200_000, b"431"),
        (b"a" * 200_000, b"431"),
        (b"\0\1\2\r\n\r\n", b"400"),
    ],
)
def test_long_head_is_refused_before_it_is_read(said: bytes, status: bytes) -> None:
    with serving(Connections(each=5)) as port:
        assert told(port, said).startswith(b"HTTP/1.1 " + status)
        assert b"hello" in told(port, HEAD.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHo", HEAD + b"GET"])
def test_what_sends_no_whole_head_is_ended(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HEAD_SECONDS", 0.2)
    with serving(Connections(each=5)) as port:
        heard = told(port, said)
        assert heard.count(b"hello") == said.count(HEAD)
        assert (b"HTTP/1.1 408" in heard) is not said.startswith(HEAD)


def test_what_waits_for_a_place_is_served_in_the_end() -> None:
    connections = Connections(each=1)
    with serving(connections) as port:
        idle = socket.create_connection(("127.0.0.1", port), timeout=30)
        idle.sendall(HEAD)
        heard = b""
        while b"hello" not in heard:
            heard += idle.recv(4096)
        assert b"hello" in told(port, HEAD.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
        assert idle.recv(1) == b""  # it had nothing to ask, and has made place
        idle.close()


def test_more_than_may_wait_are_turned_away() -> None:
    with serving(Connections(each=1)) as port:
        inside = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(3)]
        for each in inside:
            each.sendall(b"GET / HT")
        assert told(port).startswith(b"HTTP/1.1 429")
        for each in inside:
            each.close()


def test_body_in_ten_thousands_of_pieces_is_not_read_to_its_end() -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    with serving(Connections(each=5)) as port:
        assert b"hello" not in told(port, head, b"1\r\nx\r\n" * 200_000, b"0\r\n\r\n")
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(head + (b"1000\r\n" + b"\r\n" * 2048 + b"\r\n") * 4 + b"0\r\n\r\n")
            heard = b""
            while b"hello" not in heard:
                heard += connection.recv(4096)


def test_many_requests_in_one_go_are_answered_one_by_one() -> None:
    with serving(Connections(each=5)) as port:
        heard = told(port, HEAD * 300, HEAD.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"))
        assert heard.count(b"hello") == 301
