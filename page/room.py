"""Room on the disk: how much of it one visitor, one address and all together may take, also while bodies arrive."""

import contextlib
import os
import shutil
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.problems import Problem

MB = 1024 * 1024
EACH, ALL = 100 * MB, 1024 * MB  # bytes of files, of one visitor or address and of all
LEAST = 8 * 1024  # bytes that any file takes, with the folder that it lies in

SHARE = 2  # of the disk, at most one part in so many
FEW = 64 * MB  # where that is less, the disk itself says when it is full

Holders = tuple[str, ...]


class NoRoom(Problem):
    """More is on its way at once than there is room for."""

    key = "server.no_room"


@dataclass(eq=False)
class Arriving:
    """What one request has brought so far, and for whom. Its room is free again when the request is over."""

    room: "Room"
    holders: Holders
    bytes: int = 0

    def more(self, count: int) -> None:
        """Count so many more bytes. Raises NoRoom when they may not be kept."""
        self.bytes += count
        self.room.reserve(self)

    def settle(self, path: str | os.PathLike[str], size: int) -> None:
        """Note that a file of the request is complete, and where it lies."""
        self.bytes = max(0, self.bytes - size)
        self.room.add(path, size, self.holders)


@dataclass(frozen=True, eq=False)
class _Beside:
    """What was made of a file for the next question about it."""

    bytes: int
    end: Callable[[], None]


class Room:
    """Which files of visitors there are, how large they are, and who holds them: a browser, an address, or both.

    Whoever has too much loses what was kept beside their files, and then the file that came first. When all together
    have too much, whoever has most does.
    """

    def __init__(self, each: int = EACH, all_: int = ALL) -> None:
        """At most `each` bytes for one holder, `all_` for all."""
        self.each = each
        self.all = all_
        self._lock = threading.RLock()
        self._sizes: dict[str, int] = {}
        # Several may have sent the same bytes, which are one file then.
        self._senders: dict[str, set[Holders]] = {}
        self._files: dict[str, OrderedDict[str, None]] = {}  # of each holder, the oldest first
        self._beside: OrderedDict[str, _Beside] = OrderedDict()  # by the file, the one used last at the end
        self._bytes: Counter[str] = Counter()  # of each holder
        self._all = 0
        self._arriving: set[Arriving] = set()

    @classmethod
    def on_disk(cls, folder: Path) -> "Room":
        """The usual room, or less where the disk of a folder, which need not be there yet, is small."""
        there = next(each for each in (folder, *folder.parents) if each.is_dir())
        return cls(all_=min(ALL, max(FEW, shutil.disk_usage(there).total // SHARE)))

    @contextmanager
    def arrive(self, holders: Sequence[str]) -> Iterator[Arriving]:
        """Count what a request of these holders brings, inside the `with`."""
        arriving = Arriving(self, tuple(dict.fromkeys(holders)))
        with self._lock:
            self._arriving.add(arriving)
        try:
            yield arriving
        finally:
            with self._lock:
                self._arriving.discard(arriving)

    def reserve(self, asking: Arriving) -> None:
        """Make room for what arrives. Raises NoRoom when there is none, since what still arrives takes it."""
        with self._lock:
            for holder in asking.holders:
                while self._bytes[holder] + self._coming(holder) > self.each:
                    self._drop_oldest(holder)
            while self._all + self._coming() > self.all:
                self._drop_oldest(self._largest())

    def add(self, path: str | os.PathLike[str], size: int, holders: Sequence[str]) -> None:
        """Note a file of these holders; older ones are deleted where the holders have too much now."""
        name, sender = os.path.realpath(path), tuple(dict.fromkeys(holders))
        with self._lock:
            if name not in self._sizes:
                self._sizes[name] = max(size, LEAST)
                self._all += self._sizes[name]
            self._senders.setdefault(name, set()).add(sender)
            for holder in sender:
                files = self._files.setdefault(holder, OrderedDict())
                if name not in files:
                    self._bytes[holder] += self._size(name)
                files[name] = None
                files.move_to_end(name)
            with contextlib.suppress(NoRoom):
                self.reserve(Arriving(self, sender))

    def keep_beside(self, path: str | os.PathLike[str], size: int, end: Callable[[], None]) -> bool:
        """Count what was made of a file, of `size` bytes, in place of what was made before.

        It goes with the file, and before any file does where room gets short: `end` is called then, in any thread.
        False where the file is gone, or where there is only room that files take.
        """
        name = os.path.realpath(path)
        with self._lock:
            self._end_beside(name)
            if name not in self._sizes or not self._has_room_beside(name, size):
                return False
            self._beside[name] = _Beside(size, end)
            self._count(name, size)
            return True

    def used(self, path: str | os.PathLike[str]) -> None:
        """What is kept beside a file was of use just now: others go before it."""
        name = os.path.realpath(path)
        with self._lock:
            if name in self._beside:
                self._beside.move_to_end(name)

    def end_beside(self, path: str | os.PathLike[str]) -> None:
        """Let go of what is kept beside a file, if anything is."""
        with self._lock:
            self._end_beside(os.path.realpath(path))

    def of(self, holder: str) -> int:
        """The bytes of a holder's files, and of what is kept beside them."""
        return self._bytes[holder]

    def drop(self, path: str | os.PathLike[str]) -> None:
        """Delete a file of any holder."""
        with self._lock:
            self._forget(os.path.realpath(path))
        _delete(path)

    def forget_gone(self) -> None:
        """Forget the files that have been deleted meanwhile."""
        with self._lock:
            for name in [each for each in self._sizes if not os.path.exists(each)]:
                self._forget(name)

    def __len__(self) -> int:
        return len(self._sizes)

    @property
    def bytes(self) -> int:
        """The bytes of all files, and of what is kept beside them."""
        return self._all

    def _size(self, name: str) -> int:
        beside = self._beside.get(name)
        return self._sizes[name] + (beside.bytes if beside else 0)

    def _count(self, name: str, more: int) -> None:
        self._all += more
        for holder in [each for each, files in self._files.items() if name in files]:
            self._bytes[holder] += more

    def _has_room_beside(self, name: str, size: int) -> bool:
        """Whether there is room beside the files, once what was of use to its holders longest ago is let go of."""
        for holder in [each for each, files in self._files.items() if name in files]:
            while self._bytes[holder] + self._coming(holder) + size > self.each:
                if not self._end_oldest_beside(holder):
                    return False
        while self._all + self._coming() + size > self.all:
            if not self._end_oldest_beside(self._largest()):
                return False
        return True

    def _end_oldest_beside(self, holder: str) -> bool:
        """Whether there was anything beside a holder's files to let go of."""
        files = self._files.get(holder, ())
        name = next((each for each in self._beside if each in files), None)
        if name is None:
            return False
        self._end_beside(name)
        return True

    def _end_beside(self, name: str) -> None:
        if beside := self._beside.pop(name, None):
            self._count(name, -beside.bytes)
            beside.end()

    def _coming(self, holder: str | None = None) -> int:
        """The bytes that still arrive, of one holder or of all."""
        return sum(each.bytes for each in self._arriving if holder is None or holder in each.holders)

    def _largest(self) -> str:
        return max(self._files, key=lambda holder: self._bytes[holder], default="")

    def _drop_oldest(self, holder: str) -> None:
        """What is beside a holder's files goes, then the oldest of them, unless somebody else sent it, too."""
        if self._end_oldest_beside(holder):
            return
        name = next(iter(self._files.get(holder, ())), None)
        if name is None:
            raise NoRoom
        senders = self._senders[name]
        senders -= {each for each in senders if holder in each}
        if not senders:
            self._forget(name)
            _delete(name)
            return
        left = {each for sender in senders for each in sender}
        for each in [each for each, files in self._files.items() if name in files and each not in left]:
            self._release(name, each)

    def _forget(self, name: str) -> None:
        self._end_beside(name)
        for holder in [each for each, files in self._files.items() if name in files]:
            self._release(name, holder)
        self._senders.pop(name, None)
        self._all -= self._sizes.pop(name, 0)

    def _release(self, name: str, holder: str) -> None:
        del self._files[holder][name]
        self._bytes[holder] -= self._size(name)
        if not self._files[holder]:
            del self._files[holder], self._bytes[holder]


def _delete(path: str | os.PathLike[str]) -> None:
    with contextlib.suppress(OSError):
        Path(path).unlink(missing_ok=True)
