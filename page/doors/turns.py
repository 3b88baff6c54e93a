"""Whose turn it is: what waits is served visitor by visitor, however much one of them asks for."""

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from itertools import zip_longest
from typing import Generic, NamedTuple, TypeVar, overload

from starlette.types import Scope

Item = TypeVar("Item")
Line = TypeVar("Line", bound=Sized)


class Visitor(NamedTuple):
    """Who asks: an address of the network, and one of the sessions behind it, which anyone may make up."""

    address: str
    session: str = ""


def address_of(scope: Scope) -> str:
    """The address that a request came from; of IPv6 the network, since whoever has one address there has them all.

    No header is asked, because a visitor can write anything there.
    """
    host = str(scope["client"][0]) if scope.get("client") else ""
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return host
    return str(address.ipv4_mapped or ipaddress.IPv6Network((int(address), 64), strict=False))


class Turns(Generic[Item]):
    """Items that wait, in the order in which they will be served.

    Addresses take turns, and so do the sessions of one address: whoever makes up sessions gains nothing on others'
    addresses, and a classroom behind one address shares its turns. It has of a list what Gradio's queue needs.
    """

    def __init__(self, visitor_of: Callable[[Item], Visitor]) -> None:
        """`visitor_of` tells whose an item is, always the same for the same item."""
        self._visitor_of = visitor_of
        # Whoever is first in a dict is next, and goes to its end after that.
        self._waiting: dict[str, dict[str, list[Item]]] = {}
        self._length = 0

    def append(self, item: Item) -> None:
        """Let an item wait."""
        visitor = self._visitor_of(item)
        self._waiting.setdefault(visitor.address, {}).setdefault(visitor.session, []).append(item)
        self._length += 1

    def remove(self, item: Item) -> None:
        """Serve an item, or drop it. Raises ValueError when it does not wait."""
        address, session = self._visitor_of(item)
        sessions = self._waiting.get(address, {})
        line = sessions.get(session, [])
        served = bool(line) and self[0] is item
        line.remove(item)
        self._length -= 1
        if served or not line:
            _to_the_end(sessions, session)
        if served or not sessions:
            _to_the_end(self._waiting, address)

    def pop(self) -> Item:
        """Serve the next item. Raises IndexError when none waits."""
        item = self[0]
        self.remove(item)
        return item

    def of(self, address: str) -> int:
        """How many items of an address wait."""
        return sum(map(len, self._waiting.get(address, {}).values()))

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Item]:
        return iter(_in_turn([_in_turn(sessions.values()) for sessions in self._waiting.values()]))

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if index == 0 and self._waiting:
            return next(iter(next(iter(self._waiting.values())).values()))[0]
        return list(self)[index]


def _to_the_end(lines: dict[str, Line], name: str) -> None:
    """Let a line be the last one, or go when nothing waits in it."""
    if line := lines.pop(name):
        lines[name] = line


def _in_turn(lines: Iterable[Sequence[Item]]) -> list[Item]:
    """The first of each line, then the second of each, and so on."""
    ranks = zip_longest(*([(item,) for item in line] for line in lines), fillvalue=())
    return [item for rank in ranks for place in rank for item in place]
