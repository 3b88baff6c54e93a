"""How much may be decoded at a time: so many pictures, and so many pixels in all of them together."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LIGHT = 1_000_000  # pixels; a smaller picture weighs nothing, and does not wait for the room of a large one
HEAVY = 1e-7  # seconds for a pixel: a picture of 40 megapixels lets those pass that come up to four seconds later


@dataclass(eq=False)
class _Waiting:
    turn: float
    number: int
    weight: int
    who: str
    granted: threading.Event = field(default_factory=threading.Event)


class Share:
    """Shared by the threads of all doors. Addresses take turns: whoever sends many pictures waits behind who sends one.

    Of one address small pictures go before large ones, but none waits for ever.
    """

    def __init__(self, places: int, pixels: int, clock: Callable[[], float] = time.monotonic) -> None:
        """At most `places` pictures at a time, of at most `pixels` together; one that is larger goes alone."""
        self._places, self._room, self._most = places, pixels, pixels
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._count = 0
        self._running: Counter[str] = Counter()
        self._last: dict[str, int] = {}  # of each address that waits, when it was served last

    @contextmanager
    def of(self, pixels: int, who: str = "") -> Iterator[None]:
        """Wait until there is room for a picture of `who`, and keep it. In a thread, never in an event loop."""
        weight = min(pixels, self._most) if pixels > LIGHT else 0
        with self._lock:
            self._count += 1
            mine = _Waiting(self._clock() + HEAVY * weight, self._count, weight, who)
            self._waiting.append(mine)
            self._grant()
        mine.granted.wait()
        try:
            yield
        finally:
            with self._lock:
                self._places += 1
                self._room += weight
                self._running[who] -= 1
                self._running += Counter()  # forgets who has none
                self._grant()

    @property
    def waiting(self) -> int:
        """How many pictures wait for room."""
        return len(self._waiting)

    def _grant(self) -> None:
        while self._places and (next_one := self._next()):
            self._waiting.remove(next_one)
            self._places -= 1
            self._room -= next_one.weight
            self._running[next_one.who] += 1
            self._count += 1
            self._last[next_one.who] = self._count
            next_one.granted.set()
        waiting = {each.who for each in self._waiting}
        self._last = {who: when for who, when in self._last.items() if who in waiting or who in self._running}

    def _next(self) -> _Waiting | None:
        """The first in line. Where there is no room for it, one that needs none: it holds nobody up."""
        line = sorted(self._waiting, key=self._rank)
        if line and line[0].weight <= self._room:
            return line[0]
        return next((each for each in line if not each.weight), None)

    def _rank(self, one: _Waiting) -> tuple[int, int, float, int]:
        return self._running[one.who], self._last.get(one.who, 0), one.turn, one.number
