"""Files that the page made for a client to fetch: one for each session, within the disk space of its owner."""

import threading
from collections import OrderedDict
from pathlib import Path

import gradio as gr

from page.doors.uploads import holders_of
from page.room import Room

MOST = 2_000  # sessions of which is remembered what was made for them


class Made:
    """Keeps the last file of each session; the one before it is deleted."""

    def __init__(self, room: Room, shared: bool = False, most: int = MOST) -> None:
        """Count the files in `room`; `shared` as in `page.doors.uploads.holders_of`."""
        self.room = room
        self.shared = shared
        self.most = most
        self._last: OrderedDict[str, Path] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, path: Path, request: gr.Request | None) -> None:
        """Note a file that was made for a request."""
        if request is None or request.request is None:
            return
        with self._lock:
            before = self._last.pop(str(request.session_hash), None)
            self._last[str(request.session_hash)] = path
            if len(self._last) > self.most:
                self._last.popitem(last=False)
        if before:
            self.room.drop(before)
        self.room.add(path, path.stat().st_size, holders_of(request.request.scope, self.shared))

    def __len__(self) -> int:
        return len(self._last)
