"""How many connections there may be, and for how long one may be silent: bounds below those of the web server."""

import asyncio
import ipaddress
import logging
import resource
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import get_remote_addr

from page.doors.fair_turns import address_of
from page.doors.headers import KB, LONGEST_ADDRESS, MOST_BYTES

log = logging.getLogger("seewhy")

FILES = 65_536  # that may be open, where the system allows as many
SPARE = 512  # of them for files, models and what is on its way
MOST = 2000  # connections in all: each has some hundred KB at most
LONGEST_HEAD = LONGEST_ADDRESS + MOST_BYTES
PIECE = 32 * KB  # read at once, so that what comes with one piece is cheap to read
HEAD_SECONDS = 20.0  # for the whole head of a request to come, from the first moment
DEAF_SECONDS = 60.0  # for an answer that the client does not read
UNREAD = 64 * KB * KB  # bytes of such answers, of all clients together
# A body in pieces has two line ends for each; what comes letter by letter costs a thousand times its size.
FREE_ENDS, BYTES_AN_END = 20_000, 64

TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
TOO_MANY = b"HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: 10\r\ncontent-length: 0\r\n\r\n"


class Guest(Protocol):
    """What counting needs of a connection."""

    @property
    def idle(self) -> bool:
        """Whether it has had an answer and asks for nothing."""

    @property
    def unread(self) -> int:
        """Bytes of answers that its client has not taken yet."""

    def serve(self) -> None:
        """Begin to read its requests."""

    def part(self) -> None:
        """End it after the answer that is being sent."""

    def drop(self) -> None:
        """End it now."""


@dataclass
class Connections:
    """Counts them. Of one address, `each` are served at a time; twice as many more wait until one of them ends.

    Nobody is turned away for a moment's crowd: a browser opens six, and a class behind one address many times that.
    Where there are `most` in all, the last one of whoever has most goes; where more than `unread` bytes of answers wait
    to be taken, the one to which most of them go, of the address that lets most wait. Addresses of the networks
    `proxies`, with commas between, speak for many visitors and have no bound of their own.
    """

    each: int
    most: int = MOST
    proxies: str = ""
    unread: int = UNREAD
    _deaf: dict[Guest, str] = field(default_factory=dict)
    _served: dict[str, dict[Guest, None]] = field(default_factory=dict)
    _waiting: dict[str, dict[Guest, None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        networks = filter(None, (each.strip() for each in self.proxies.split(",")))
        self._networks = [ipaddress.ip_network(network, strict=False) for network in networks]

    def come(self, guest: Guest, address: str) -> bool:
        """Take a new connection, to be served now or later; False where there is no room for it."""
        if len(self) >= self.most and not self._make_room(address):
            return False
        served = self._served.setdefault(address, {})
        if len(served) < self.each or self._speaks_for_many(address):
            served[guest] = None
            guest.serve()
            return True
        waiting = self._waiting.setdefault(address, {})
        if len(waiting) >= 2 * self.each:
            return False
        waiting[guest] = None
        for one in served:
            if one.idle:
                one.part()
                break
        return True

    def go(self, guest: Guest, address: str) -> None:
        """Note that a connection has ended; the first that waits is served in its place."""
        self._waiting.get(address, {}).pop(guest, None)
        served = self._served.get(address, {})
        if guest in served:
            del served[guest]
            if waiting := self._waiting.get(address):
                following = next(iter(waiting))
                del waiting[following]
                served[following] = None
                following.serve()
        for lines in (self._served, self._waiting):
            if not lines.get(address, True):
                del lines[address]

    def takes_nothing(self, guest: Guest, address: str) -> None:
        """Note that a client does not take its answer at the moment."""
        self._deaf[guest] = address
        while sum(each.unread for each in self._deaf) > self.unread:
            waiting: Counter[str] = Counter()
            for each, own in self._deaf.items():
                waiting[own] += each.unread
            most = waiting.most_common(1)[0][0]
            gone = max((each for each, own in self._deaf.items() if own == most), key=lambda each: each.unread)
            del self._deaf[gone]
            gone.drop()

    def takes(self, guest: Guest) -> None:
        """Note that it takes its answer again, or has gone."""
        self._deaf.pop(guest, None)

    def awaited(self, address: str) -> bool:
        """Whether another connection of this address waits to be served."""
        return bool(self._waiting.get(address))

    def __len__(self) -> int:
        return sum(len(guests) for lines in (self._served, self._waiting) for guests in lines.values())

    def _make_room(self, address: str) -> bool:
        counts = Counter({each: len(self._served.get(each, ())) for each in self._served})
        counts.update({each: len(guests) for each, guests in self._waiting.items()})
        (busiest, count), *_ = counts.most_common(1)
        if count <= counts[address] + 1:
            return False
        last = next(self._from_the_last(busiest))
        last.drop()
        self.go(last, busiest)
        return True

    def _from_the_last(self, address: str) -> Iterator[Guest]:
        for lines in (self._waiting, self._served):
            yield from reversed(lines.get(address, {}))

    def _speaks_for_many(self, address: str) -> bool:
        if not self._networks or not address:
            return False
        mine = ipaddress.ip_network(address)  # of IPv6, all of the visitor's network
        return any(mine.version == one.version and mine.overlaps(one) for one in self._networks)


class Connection(H11Protocol):
    """A connection of uvicorn's that is counted, and ended when it is silent for too long."""

    guests: Connections  # among whom it is counted

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection was made."""
        # Asyncio reads a quarter of a megabyte at once otherwise, and h11 bounds only what is not complete.
        transport.max_size = PIECE  # type: ignore[attr-defined]
        self.transport = transport
        self._address = address_of({"client": get_remote_addr(transport)})
        self._heard = self._ends = self._body = 0
        self._begun = False
        self._late: asyncio.TimerHandle | None = None
        self._deaf: asyncio.TimerHandle | None = None
        transport.pause_reading()
        if self.guests.come(self, self._address):
            self._wait_for_head()
        else:
            self._end(TOO_MANY)

    def serve(self) -> None:
        """Begin to read its requests."""
        self._begun = True
        super().connection_made(self.transport)
        self.transport.resume_reading()

    @property
    def idle(self) -> bool:
        """Whether it has had an answer and asks for nothing."""
        return self.cycle is not None and self.cycle.response_complete and not self._heard

    @property
    def unread(self) -> int:
        """Bytes of answers that its client has not taken yet."""
        return self.transport.get_write_buffer_size()

    def part(self) -> None:
        """End it after the answer that is being sent."""
        self.shutdown()

    def drop(self) -> None:
        """End it now."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Data has come: the head of a request, or a piece of its body."""
        if self.conn.their_state is h11.IDLE:
            self._heard += len(data)
        elif self._is_in_pieces():
            self._body += len(data)
            self._ends += data.count(b"\r\n")
            if self._ends > FREE_ENDS + self._body / BYTES_AN_END:
                self.drop()
                return
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._heard = 0
            self._hurry()
        elif self._heard > LONGEST_HEAD:
            self._end(TOO_LONG)
        elif self._heard:
            self._wait_for_head()

    def on_response_complete(self) -> None:
        """An answer has been given; the next request may follow, unless others wait for the place."""
        self._ends = self._body = 0
        super().on_response_complete()
        if self.guests.awaited(self._address):
            self.part()

    def pause_writing(self) -> None:
        """The client does not take the answer any more: start to count the time."""
        super().pause_writing()
        self._deaf = self._deaf or self.loop.call_later(DEAF_SECONDS, self.drop)
        self.guests.takes_nothing(self, self._address)

    def resume_writing(self) -> None:
        """The client takes the answer again."""
        super().resume_writing()
        self.guests.takes(self)
        if self._deaf:
            self._deaf.cancel()
            self._deaf = None

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._hurry()
        if self._deaf:
            self._deaf.cancel()
        self.guests.takes(self)
        self.guests.go(self, self._address)
        if self._begun:
            super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What has come is no request of HTTP."""
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def _is_in_pieces(self) -> bool:
        return any(name == b"transfer-encoding" for name, _ in self.headers or ())

    def _wait_for_head(self) -> None:
        self._late = self._late or self.loop.call_later(HEAD_SECONDS, self._end, TOO_LATE)

    def _hurry(self) -> None:
        """Stop the timer: no data is expected."""
        if self._late:
            self._late.cancel()
            self._late = None

    def _end(self, answer: bytes) -> None:
        if not self.cycle or self.cycle.response_complete:
            self.transport.write(answer)
        self.transport.close()


def counted(connections: Connections) -> type[Connection]:
    """The protocol that a server speaks when its connections are counted so."""
    return type("Counted", (Connection,), {"guests": connections})


def raise_file_limit() -> int:
    """Let this process open as many files as the system lets it, and say how many."""
    soft, hard = (
        FILES if limit == resource.RLIM_INFINITY else limit for limit in resource.getrlimit(resource.RLIMIT_NOFILE)
    )
    if soft >= min(FILES, hard):
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return min(FILES, hard)


def most_connections(files: int) -> int:
    """How many connections a process may have that may open so many files."""
    return max(1, min(MOST, files - SPARE if files > 2 * SPARE else files // 2))


class Overheard:
    """Handles errors of the event loop: that no more files can be opened is logged once in a while, in one line."""

    PAUSE = 60.0  # seconds

    def __init__(self) -> None:
        self._told = float("-inf")

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The loop's exception handler."""
        error = context.get("exception")
        if not (isinstance(error, OSError) and "accept" in str(context.get("message"))):
            loop.default_exception_handler(context)
        elif loop.time() > self._told + self.PAUSE:
            self._told = loop.time()
            log.error("nobody new can connect: %s", error.strerror)
