"""Deletes old uploads, also those that Gradio has lost track of."""

import fcntl
import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from page.doors.intake import MADE

log = logging.getLogger("seewhy")

# What Gradio and this page write into the upload folder: a folder for each hash, an upload on its way, our own files.
# Anything else in it belongs to somebody else.
OURS = re.compile(rf"[0-9a-f]{{64}}|tmp[a-z0-9_]{{8}}|{MADE}")


class Janitor:
    """Deletes files of the upload folder that are older than `seconds`.

    Gradio sweeps too, but only what the running process remembers: an upload that was broken off, and all that a
    process left behind when it was killed, would stay for ever.
    """

    def __init__(self, folder: Path, seconds: float, swept: Callable[[], None] = lambda: None) -> None:
        """Sweep `folder`, which need not exist yet; `swept` is called after each time."""
        self.folder = folder
        self.seconds = seconds
        self.swept = swept

    def start(self, every: float) -> None:
        """Sweep now and then every so many seconds, in a thread that ends with the process.

        What would be too old by the next time goes now.
        """
        self.seconds -= every
        threading.Thread(target=self._keep_sweeping, args=(every,), daemon=True).start()

    def clear(self) -> None:
        """Delete all that another process left behind, unless one that still runs shares the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Held for as long as this process lives, whatever ends it.
        self._lock = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            log.info("another page uses the same folder for uploads")
        else:
            Janitor(self.folder, -1).sweep()
        fcntl.flock(self._lock, fcntl.LOCK_SH)

    def sweep(self) -> int:
        """Delete files that are too old, and empty folders that are; gives the number of files deleted."""
        before = time.time() - self.seconds
        deleted = 0
        for path in self._old(before):
            try:
                if path.is_dir() and not path.is_symlink():
                    path.rmdir()
                else:
                    path.unlink()
                    deleted += 1
            except OSError:  # gone meanwhile, or a folder that is in use again
                continue
        return deleted

    def _old(self, before: float) -> Iterator[Path]:
        """Old files and folders, the deepest first."""
        if not self.folder.is_dir():
            return
        tops = [path for path in self.folder.iterdir() if OURS.fullmatch(path.name)]
        for top in tops:
            inside = top.rglob("*") if top.is_dir() and not top.is_symlink() else ()
            for path in [*sorted(inside, key=lambda path: -len(path.parts)), top]:
                if _changed(path) < before:
                    yield path

    def _keep_sweeping(self, every: float) -> None:
        while True:
            try:
                self.sweep()
                self.swept()
            except Exception:
                log.exception("sweeping failed")
            time.sleep(every)


def _changed(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0
