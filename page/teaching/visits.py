"""All visits of people who teach: whose each is, and how much memory they take together."""

import threading
import time
from collections import Counter
from collections.abc import Callable

from page.doors.owners import ANYONE
from page.teaching.problems import FullPage
from page.teaching.visit import Holding, TaughtVisit

ALL_BYTES = 480 * 2**20  # of all visits together
MOST = 2_000  # visits
MOST_PROGRAMS = 60  # visits of one address that are no page's; then one of its own goes
IDLE = 3600.0  # seconds without a question, after which a browser's visit is wiped


class TaughtVisits:
    """Hands each visitor what they taught, and nobody else. Where memory is short, whoever has most loses what was used
    longest ago. Where there are too many visits, those that hold nothing go, and never one that holds pictures."""

    def __init__(
        self,
        bytes_: int = ALL_BYTES,
        most: int = MOST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep at most so many bytes and visits; `clock` tells the time in seconds."""
        self.bytes = bytes_
        self.most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._by_name: dict[str, TaughtVisit] = {}
        self._of: dict[str, str] = {}  # the name of each browser's visit, by its cookie

    def of(self, token: str) -> TaughtVisit | None:
        """A browser's visit by its cookie, None where it taught nothing."""
        with self._lock:
            return self._used(self._by_name.get(self._of.get(token, "")))

    def named(self, name: str, token: str) -> TaughtVisit | None:
        """The visit of a name, where whoever asks, with this cookie or "" without one, may use it."""
        with self._lock:
            found = self._by_name.get(name)
            return self._used(found) if found and found.owner in (token, ANYONE) else None

    def begin(self, token: str, address: str, backbone: str, page: bool = True) -> TaughtVisit:
        """A new visit of a browser: that of its `page`, in the place of its last one, or one beside it; or of anybody
        without a cookie. Raises FullPage."""
        visit = TaughtVisit(token or ANYONE, address, backbone)
        with self._lock:
            if page and token in self._of:
                self._by_name.pop(self._of.pop(token), None)
            programs = [each for each in self._by_name.values() if each.address == address and not self._of_page(each)]
            if not (page and token) and len(programs) >= MOST_PROGRAMS:
                self._drop(min(programs, key=lambda each: (each.holding, each.seen)))
            if len(self._by_name) >= self.most:
                self._make_place()
            self._by_name[visit.name] = visit
            if page and token:
                self._of[token] = visit.name
            self._used(visit)
        return visit

    def make_room(self, visit: TaughtVisit, size: int) -> None:
        """See to it that a visit may grow by so many bytes. Raises FullPage."""
        with self._lock:
            while sum(each.bytes for each in self._by_name.values()) + size > self.bytes:
                self._make_room(visit.address, visit)

    def forget(self, token: str) -> None:
        """A browser has left: all that it taught is wiped."""
        with self._lock:
            for each in [each for each in self._by_name.values() if token and each.owner == token]:
                self._drop(each)

    def wipe(self, visit: TaughtVisit) -> None:
        """Wipe one visit."""
        with self._lock:
            self._drop(visit)

    def sweep(self, seconds: float) -> None:
        """Wipe visits without a cookie that nobody used for so many seconds, and others after IDLE."""
        now = self._clock()
        with self._lock:
            for each in list(self._by_name.values()):
                if now - each.seen > (seconds if each.owner == ANYONE else max(seconds, IDLE)):
                    self._drop(each)

    def __len__(self) -> int:
        return len(self._by_name)

    def _of_page(self, visit: TaughtVisit) -> bool:
        return self._of.get(visit.owner) == visit.name

    def _used(self, visit: TaughtVisit | None) -> TaughtVisit | None:
        if visit:
            visit.seen = self._clock()
        return visit

    def _make_place(self) -> None:
        """Wipe one of the visits that hold least, of the address that has most of these, that nobody used for longest.

        Whoever begins has shown nothing yet, so nobody loses pictures by it. Raises FullPage where all hold some.
        """
        holding = {each: each.holding for each in self._by_name.values()}
        least = min(holding.values(), default=Holding.PICTURES)
        if least is Holding.PICTURES:
            raise FullPage
        least_of = [each for each, held in holding.items() if held is least]
        count = Counter(each.address for each in least_of)
        self._drop(min(least_of, key=lambda each: (-count[each.address], each.seen)))

    def _make_room(self, address: str, asking: TaughtVisit) -> None:
        """Wipe a visit with pictures of the address that has most bytes, where that is not the one which asks.

        Without pictures a visit gives next to nothing back. Raises FullPage.
        """
        taken: Counter[str] = Counter()
        for each in self._by_name.values():
            taken[each.address] += each.bytes
        richest, most = max(taken.items(), key=lambda each: each[1], default=("", 0))
        others = [
            each
            for each in self._by_name.values()
            if each.address == richest and each is not asking and each.holding is Holding.PICTURES
        ]
        if not others or richest == address or most <= taken[address]:
            raise FullPage
        self._drop(min(others, key=lambda each: each.seen))

    def _drop(self, visit: TaughtVisit) -> None:
        self._by_name.pop(visit.name, None)
        if self._of.get(visit.owner) == visit.name:
            del self._of[visit.owner]
