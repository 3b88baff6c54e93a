"""What the system tells about a page and all the processes that it has started."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
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
