"""The order in which waiting requests are served: visitor by visitor, however many one of them has sent."""

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import suppress
from itertools import zip_longest
from typing import Generic, NamedTuple, TypeVar, overload

from starlette.types import Scope

Item = TypeVar("Item")
Waiting = TypeVar("Waiting", bound=Sized)


ADDRESS = "seewhy.address"  # what counts as the address of a request, where that is not the network's


class Visitor(NamedTuple):
    """Who asks: a network address, and a session behind it, whose name the client chooses."""

    address: str
    session: str = ""


def address_of(scope: Scope) -> str:
    """The address that a request came from; of IPv6 the /64 network, since one client has all of its addresses.

    No header is asked, because a visitor can write anything there; but see `page.doors.cookies`.
    """
    if ADDRESS in scope:
        return str(scope[ADDRESS])
    host = str(scope["client"][0]) if scope.get("client") else ""
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return host
    return str(address.ipv4_mapped or ipaddress.IPv6Network((int(address), 64), strict=False))


class FairTurns(Generic[Item]):
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
        """Serve an item when it is the next one, or else drop it. Raises ValueError when it does not wait."""
        self._take(item, served=bool(self) and self[0] is item)

    def pop(self) -> Item:
        """Serve the next item. Raises IndexError when none waits."""
        item = self[0]
        self.remove(item)
        return item

    def serve(self, may: Callable[[str], bool], has: Callable[[str], bool] = lambda address: False) -> Item | None:
        """Serve the next item of those addresses that `may` be served, None when none of them waits.

        Whose address `has` something that is being served waits behind all who have nothing: in a flood of several
        addresses a newcomer would be the last of them otherwise.
        """
        able = [address for address in self._waiting if may(address)]
        if not able:
            return None
        address = next((each for each in able if not has(each)), able[0])
        item = next(iter(self._waiting[address].values()))[0]
        self._take(item, served=True)
        return item

    def discard(self, item: Item) -> None:
        """Drop an item; nothing happens when it does not wait any more."""
        with suppress(ValueError):
            self.remove(item)

    def of(self, address: str) -> int:
        """How many items of an address wait."""
        return self.sessions(address).total()

    def addresses(self) -> Counter[str]:
        """How many items of each address wait."""
        return Counter({address: self.of(address) for address in self._waiting})

    def sessions(self, address: str) -> Counter[str]:
        """How many items of each session of an address wait."""
        return Counter({session: len(line) for session, line in self._waiting.get(address, {}).items()})

    def last(self, visitor: Visitor) -> Item:
        """The item of a visitor that came last. Raises KeyError when none waits."""
        return self._waiting[visitor.address][visitor.session][-1]

    def _take(self, item: Item, *, served: bool) -> None:
        address, session = self._visitor_of(item)
        sessions = self._waiting.get(address, {})
        line = sessions.get(session, [])
        line.remove(item)
        self._length -= 1
        if served or not line:
            _to_the_end(sessions, session)
        if served or not sessions:
            _to_the_end(self._waiting, address)

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


def of_most(lines: Sequence[FairTurns[Item]], newcomer: Visitor, *, among_own: bool = False) -> Item | None:
    """The item to drop from full `lines` when one more of `newcomer` comes: the last one of the visitor who has most.

    That is the address that has most, and in it the session; None where it is the newcomer, or has no more than the
    newcomer will have. With `among_own` it is one of the newcomer's own address in any case.
    """
    addresses = sum((line.addresses() for line in lines), Counter({newcomer.address: 1}))
    address = newcomer.address if among_own else _most(addresses, newcomer.address)
    own = {newcomer.session: 1} if address == newcomer.address else {}
    session = _most(sum((line.sessions(address) for line in lines), Counter(own)), newcomer.session if own else "")
    if own and session == newcomer.session:
        return None
    line = max(lines, key=lambda each: each.sessions(address)[session])
    return line.last(Visitor(address, session))


def _most(counts: Counter[str], newcomer: str) -> str:
    """The one who has most; of several with as many the newcomer, or the one who came last."""
    most = max(counts.values())
    return newcomer if counts[newcomer] == most else [name for name, count in counts.items() if count == most][-1]


def _to_the_end(lines: dict[str, Waiting], name: str) -> None:
    """Move a visitor's line to the end, or drop it when nothing waits in it."""
    if line := lines.pop(name):
        lines[name] = line


def _in_turn(lines: Iterable[Sequence[Item]]) -> list[Item]:
    """The first of each line, then the second of each, and so on."""
    ranks = zip_longest(*([(item,) for item in line] for line in lines), fillvalue=())
    return [item for rank in ranks for place in rank for item in place]
