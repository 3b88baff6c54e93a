"""What the system tells about a page and all the processes that it has started."""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
PIECE = 16 * 2**20  # bytes of memory that are looked at together
MB = 1024 * 1024


@dataclass(frozen=True)
class Tree:
    """A process and what it has started, and what those have started in turn."""

    pid: int

    def pids(self) -> list[int]:
        """Whoever runs now."""
        found, pending = [], [self.pid]
        while pending:
            pid = pending.pop()
            found.append(pid)
            for listed in Path(f"/proc/{pid}/task").glob("*/children"):
                with suppress(OSError):
                    pending += map(int, listed.read_text().split())
        return found

    def cpu_seconds(self) -> float:
        """Processor time so far, of those that have ended and were waited for, too."""
        return sum(self._ticks(pid) for pid in self.pids()) / TICK

    def holds(self, *marks: bytes) -> list[int]:
        """How often each of some bytes lie in what their memory holds now, where they may write. Raises PermissionError
        where the system lets nobody look."""
        found = [_found(pid, marks) for pid in self.pids()]
        return [sum(counts) for counts in zip(*found, strict=True)]

    def memory(self) -> int:
        """Megabytes that are theirs alone, or shared between them without a file."""
        return sum(self._kilobytes(pid) for pid in self.pids()) // 1024

    def _ticks(self, pid: int) -> int:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            return sum(map(int, fields[11:15]))
        return 0

    def _kilobytes(self, pid: int) -> int:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            return sum(int(line.split()[1]) for line in lines if line.startswith(("RssAnon:", "RssShmem:")))
        return 0


def _found(pid: int, marks: Sequence[bytes]) -> list[int]:
    """The same of one process, also across two stretches of its memory."""
    counts, before, end, most = [0] * len(marks), b"", 0, max(map(len, marks)) - 1
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory, suppress(ProcessLookupError):
        for start, length in _written(pid):
            try:
                memory.seek(start)
                piece = memory.read(length)
            except OSError:  # it was given back just now
                continue
            for number, mark in enumerate(marks):
                held = before[len(before) + 1 - len(mark) :] + piece if start == end else piece
                counts[number] += held.count(mark)
            before, end = piece[-most:], start + len(piece)
    return counts


def _written(pid: int) -> Iterator[tuple[int, int]]:
    """Where memory lies that a process may write to and that it has: starts and lengths of at most PIECE bytes."""
    with open(f"/proc/{pid}/pagemap", "rb", buffering=0) as pages:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if "rw" not in rights:
                continue
            first, last = (int(each, 16) // PAGE for each in span.split("-"))
            for start in range(first, last, PIECE // PAGE):
                pages.seek(8 * start)
                told = pages.read(8 * min(PIECE // PAGE, last - start))
                # The uppermost bit says that the page is there, the next one that it was put away; the rest is zero.
                flags = [each >= 0x40 for each in told[7::8]]
                for there, group in groupby(range(len(flags)), flags.__getitem__):
                    if there:
                        numbers = list(group)
                        yield (start + numbers[0]) * PAGE, len(numbers) * PAGE


class Watch:
    """The most memory that a tree has had since the watch began."""

    def __init__(self, tree: Tree) -> None:
        """Begin with what it has now."""
        self.tree = tree
        self.most = tree.memory()
        self._done = threading.Event()

    def look(self, every: float) -> None:
        """Look every so many seconds, until it is over."""
        while not self._done.wait(every):
            self.most = max(self.most, self.tree.memory())

    def end(self) -> None:
        """Look once more, and no more."""
        self._done.set()
        self.most = max(self.most, self.tree.memory())


@contextmanager
def watching(tree: Tree, every: float = 0.03) -> Iterator[Watch]:
    """Watch while the block runs."""
    watch = Watch(tree)
    looking = threading.Thread(target=watch.look, args=(every,), daemon=True)
    looking.start()
    try:
        yield watch
    finally:
        watch.end()
        looking.join()
