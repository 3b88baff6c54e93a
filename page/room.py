"""Room on the disk: how much of it one visitor, one address and all together may take, also while bodies arrive."""

import contextlib
import os
import shutil
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
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


class Room:
    """Which files of visitors there are, how large they are, and who holds them: a browser, an address, or both.

    Whoever has too much loses the file that came first. When all together have too much, whoever has most does.
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
                coming = sum(each.bytes for each in self._arriving if holder in each.holders)
                while self._bytes[holder] + coming > self.each:
                    self._drop_oldest(holder)
            coming = sum(each.bytes for each in self._arriving)
            while self._all + coming > self.all:
                self._drop_oldest(max(self._files, key=lambda holder: self._bytes[holder], default=""))

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
                    self._bytes[holder] += self._sizes[name]
                files[name] = None
                files.move_to_end(name)
            with contextlib.suppress(NoRoom):
                self.reserve(Arriving(self, sender))

    def of(self, holder: str) -> int:
        """The bytes of a holder's files."""
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
        """The bytes of all files."""
        return self._all

    def _drop_oldest(self, holder: str) -> None:
        """Delete the oldest file of a holder, unless somebody else sent it, too."""
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
        for holder in [each for each, files in self._files.items() if name in files]:
            self._release(name, holder)
        self._senders.pop(name, None)
        self._all -= self._sizes.pop(name, 0)

    def _release(self, name: str, holder: str) -> None:
        del self._files[holder][name]
        self._bytes[holder] -= self._sizes[name]
        if not self._files[holder]:
            del self._files[holder], self._bytes[holder]


def _delete(path: str | os.PathLike[str]) -> None:
    with contextlib.suppress(OSError):
        Path(path).unlink(missing_ok=True)
