"""A page's connections to the cluster: kept open, tried elsewhere once, and never waited for in vain."""

import http.client
import socket
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

from page.doors.line import Busy
from page.place import Away

CONNECTING = 2.0  # seconds
RESTS = 3.0  # seconds for which an address that failed is asked last
IDLE = 20.0  # seconds after which a connection is not used again: the other side may be about to close it
TRIES = 2  # a question is asked again once
BEGUN = 0.02  # seconds; what fails sooner never reached a replica, and counts as not asked
HOLDS = 4.0  # seconds for which somebody who could answer is waited for
PAUSE = 0.1  # seconds until the next look
DROPPED = b"backpressure"  # what Ray Serve says when as many wait as may


class Address(NamedTuple):
    """Where Ray Serve listens on one of the cluster's machines."""

    host: str
    port: int


class _Open(NamedTuple):
    connection: http.client.HTTPConnection
    since: float


class Link:
    """Asks the machines of a cluster in turn, from many threads. `heard` is when the last answer came."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        """Nothing is connected yet."""
        self.addresses = tuple(addresses)
        self.away = False  # nothing is asked then, but for what is `urgent`
        self.heard = float("-inf")
        self._lock = threading.Lock()
        self._idle: dict[Address, list[_Open]] = {each: [] for each in self.addresses}
        self._failed: dict[Address, float] = {}
        self._busy: set[http.client.HTTPConnection] = set()
        self._turn = 0

    def ask(
        self,
        path: str,
        body: bytes | None,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        urgent: bool = False,
    ) -> bytes:
        """What the cluster answers to a question, which may be asked twice.

        Args:
            path: which question.
            body: what is sent; None only asks.
            seconds: for all of it.
            headers: sent with it.
            urgent: ask even where nobody answered before.

        Raises:
            page.place.Away: nobody answered.
            page.doors.line.Busy: there are as many questions as may be.
        """
        began = time.monotonic()
        last: Address | None = None
        asked = 0
        while asked < TRIES and (urgent or not self.away):
            last = self._chosen(last)
            start = time.monotonic()
            if start >= began + seconds:
                break
            try:
                status, answer = self._asked(last, path, body, headers or {}, began + seconds - start)
            except (OSError, http.client.HTTPException):
                self._failed[last] = time.monotonic()
            else:
                if status == HTTPStatus.OK:
                    self._failed.pop(last, None)
                    self.heard = time.monotonic()
                    return answer
                if status == HTTPStatus.SERVICE_UNAVAILABLE and DROPPED in answer.lower():
                    raise Busy
                # Anything else is said of a replica that died while it computed: it is asked again elsewhere.
            now = time.monotonic()
            asked += now - start >= BEGUN or now - began >= HOLDS or urgent
            if asked < TRIES and not asked:
                time.sleep(PAUSE)
        raise Away

    def cut(self) -> None:
        """Nobody is there any more: whoever waits for an answer is told so now."""
        self.away = True
        with self._lock:
            for each in self._busy:
                if each.sock:
                    with suppress(OSError):
                        each.sock.shutdown(socket.SHUT_RDWR)

    def _chosen(self, last: Address | None) -> Address:
        """The next address in turn, of those that have not failed just now, and another one than the last."""
        now = time.monotonic()
        with self._lock:
            self._turn += 1
            order = [self.addresses[(self._turn + each) % len(self.addresses)] for each in range(len(self.addresses))]
        return min(order, key=lambda each: (now - self._failed.get(each, float("-inf")) < RESTS, each == last))

    def _asked(
        self, address: Address, path: str, body: bytes | None, headers: Mapping[str, str], seconds: float
    ) -> tuple[int, bytes]:
        kept = self._kept(address)
        if kept:
            try:
                return self._exchange(kept, address, path, body, headers, seconds)
            except (ConnectionError, http.client.RemoteDisconnected):  # closed since it was used last
                if self.away:
                    raise
        fresh = http.client.HTTPConnection(address.host, address.port, timeout=min(CONNECTING, seconds))
        fresh.connect()
        assert fresh.sock
        fresh.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._exchange(fresh, address, path, body, headers, seconds)

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        address: Address,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        seconds: float,
    ) -> tuple[int, bytes]:
        with self._lock:
            self._busy.add(connection)
        try:
            assert connection.sock
            connection.sock.settimeout(seconds)
            connection.request("GET" if body is None else "POST", path, body, dict(headers))
            answer = connection.getresponse()
            data = answer.read()
        except BaseException:
            connection.close()
            raise
        finally:
            with self._lock:
                self._busy.discard(connection)
        if answer.will_close:
            connection.close()
        else:
            with self._lock:
                self._idle[address].append(_Open(connection, time.monotonic()))
        return answer.status, data

    def _kept(self, address: Address) -> http.client.HTTPConnection | None:
        """An open connection that was used a moment ago."""
        now = time.monotonic()
        with self._lock:
            idle = self._idle[address]
            while idle and now - idle[0].since > IDLE:
                idle.pop(0).connection.close()
            return idle.pop().connection if idle else None


def addresses_of(told: str) -> tuple[Address, ...]:
    """Addresses such as "http://10.0.0.5:8000" with commas between. Raises ValueError for anything else."""
    found = []
    for each in filter(None, (part.strip() for part in told.split(","))):
        parts = urlsplit(each if "//" in each else f"//{each}")
        if parts.scheme not in ("", "http") or not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise ValueError("write addresses such as http://10.0.0.5:8000, with commas between")
        found.append(Address(parts.hostname, parts.port or 8000))
    if not found:
        raise ValueError("write addresses such as http://10.0.0.5:8000, with commas between")
    return tuple(dict.fromkeys(found))
