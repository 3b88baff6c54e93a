"""Who has a mirror: so many at once, each with one frame on its way."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from models.problems import Problem
from page.doors.fair_turns import Visitor

IDLE = 3.0  # seconds without a frame, after which a mirror is free for somebody else


class MirrorsTaken(Problem):
    """All mirrors are somebody's, and nobody has more of them than others."""

    key = "mirror.taken"


class FrameTooSoon(Problem):
    """A frame that came before the one before it was answered."""

    key = "mirror.too_soon"


@dataclass(eq=False)
class _Mirror:
    address: str
    seen: float
    waiting: bool = False  # a frame of it is on its way


class Mirrors:
    """Hands out mirrors to visitors, for one event loop.

    A visitor's mirror is theirs while frames come. Where all are taken, one of the address that has most goes to an
    address that has fewer, so that nobody can take all of them away from the others.
    """

    def __init__(self, most: int, idle: float = IDLE, clock: Callable[[], float] = time.monotonic) -> None:
        """At most so many mirrors, each free again after so many `idle` seconds; `clock` tells the time in seconds."""
        self.most = most
        self.idle = idle
        self._clock = clock
        self._mirrors: dict[Visitor, _Mirror] = {}  # the one that was handed out last stands last

    @contextmanager
    def frame(self, visitor: Visitor) -> Iterator[None]:
        """A frame of this visitor is on its way meanwhile. Raises MirrorsTaken, or FrameTooSoon."""
        mirror = self._mirror_of(visitor)
        if mirror.waiting:
            raise FrameTooSoon
        mirror.waiting = True
        try:
            yield
        finally:
            mirror.waiting, mirror.seen = False, self._clock()

    @property
    def taken(self) -> int:
        """How many are somebody's."""
        self._forget_idle()
        return len(self._mirrors)

    def _mirror_of(self, visitor: Visitor) -> _Mirror:
        self._forget_idle()
        if visitor not in self._mirrors:
            if len(self._mirrors) >= self.most:
                self._take_away(visitor.address)
            self._mirrors[visitor] = _Mirror(visitor.address, self._clock())
        return self._mirrors[visitor]

    def _take_away(self, address: str) -> None:
        """Make room for one more of an address. Raises MirrorsTaken where none has at least two more than it."""
        counts = Counter(each.address for each in self._mirrors.values())
        richest, most = max(counts.items(), key=lambda each: each[1], default=("", 0))
        if most < counts[address] + 2:
            raise MirrorsTaken
        last = next(each for each in reversed(self._mirrors) if each.address == richest)
        del self._mirrors[last]

    def _forget_idle(self) -> None:
        since = self._clock() - self.idle
        for visitor, mirror in list(self._mirrors.items()):
            if not mirror.waiting and mirror.seen < since:
                del self._mirrors[visitor]
