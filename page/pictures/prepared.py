"""Pictures that are ready to be asked about, kept for the next question: each file is decoded once.

The pixels lie in a file without a name, on the disk of the uploads. No address and no path leads to it, so whoever gets
a picture has passed the door of its upload just now; and nothing is left of it when the process ends, whatever ends it.
"""

import mmap
import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from page.disk import trouble_of
from page.pictures.passing import PassingPicture
from page.pictures.picture import Limits, Picture
from page.room import Room

if TYPE_CHECKING:
    from models.preprocess import Preprocess

MOST = 256  # pictures; each holds a file open, and has 150 KB in memory that a model got of it
OWN = 64 * 2**20  # bytes for pictures of the page's own, which are no visitor's
BYTES = 3  # a pixel


@dataclass(frozen=True)
class Stamp:
    """What tells a file from one that has taken its place, and a picture from one that other limits would refuse."""

    device: int
    number: int
    changed: int
    bytes: int
    limits: Limits

    @classmethod
    def of(cls, path: Path, limits: Limits) -> "Stamp":
        """That of a file as it is now. Raises OSError when there is none."""
        found = path.stat()
        return cls(found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size, limits)


@dataclass(frozen=True, eq=False)
class _Kept:
    """A prepared picture on the disk. `visitors` says whether it is of an upload."""

    stamp: Stamp
    size: tuple[int, int]
    name: str
    seen: "dict[Preprocess, NDArray[np.uint8]]"
    file: IO[bytes]
    visitors: bool

    @property
    def bytes(self) -> int:
        return BYTES * self.size[0] * self.size[1]


class Prepared:
    """The prepared pictures of one process, for all its doors and threads."""

    def __init__(self, most: int = MOST, own: int = OWN) -> None:
        """Keep at most so many pictures, and so many bytes of the page's own; nothing before `settle`."""
        self.most = most
        self.own = own
        self._folder: Path | None = None
        self._room = Room()
        self._lock = threading.Lock()  # never held while the room is asked, which holds its own and calls back
        self._kept: OrderedDict[Path, _Kept] = OrderedDict()  # the one asked about last stands last
        self._coming: dict[tuple[Path, Stamp], Future[Picture]] = {}

    def settle(self, folder: Path, room: Room) -> None:
        """From now on keep pictures on the disk of `folder`, where uploads lie, and count theirs in `room`."""
        self._folder, self._room = Path(os.path.realpath(folder)), room

    def get(self, path: Path, limits: Limits, decode: Callable[[], Picture]) -> Picture:
        """The picture in a file: as it is kept, or as `decode` gives it, which is called once for all who ask at once.

        What was refused is not kept: whoever asks, decodes. Raises what `decode` raises, and OSError without a file.
        """
        stamp = Stamp.of(path, limits)
        while True:
            with self._lock:
                mapped = self._mapped(path, stamp)
                others = self._coming.get((path, stamp))
                if not (mapped or others):
                    self._coming[path, stamp] = mine = Future[Picture]()
            if mapped:
                self._room.used(path)
                return _passing(*mapped)
            if others is None:
                return self._made(path, stamp, decode, mine)
            if others.exception() is None:
                return others.result()

    def __len__(self) -> int:
        return len(self._kept)

    def _mapped(self, path: Path, stamp: Stamp) -> tuple[_Kept, mmap.mmap] | None:
        """What is kept of a file; mapped under the lock, since it may be closed at any other moment."""
        kept = self._kept.get(path)
        if kept is None or kept.stamp != stamp:
            return None
        self._kept.move_to_end(path)
        return kept, mmap.mmap(kept.file.fileno(), kept.bytes, access=mmap.ACCESS_READ)

    def _made(self, path: Path, stamp: Stamp, decode: Callable[[], Picture], mine: Future[Picture]) -> Picture:
        try:
            picture = self._keep(path, stamp, decode())
        except BaseException as error:
            self._over(path, stamp)
            mine.set_exception(error)
            raise
        self._over(path, stamp)
        mine.set_result(picture)
        return picture

    def _over(self, path: Path, stamp: Stamp) -> None:
        with self._lock:
            del self._coming[path, stamp]

    def _keep(self, path: Path, stamp: Stamp, picture: Picture) -> Picture:
        """Keep a picture where there is room for it; without it, the next question decodes again. Gives it as it is
        kept, or as it is."""
        if self._folder is None or trouble_of(self._folder):
            return picture
        try:
            file = _written(picture, self._folder)
        except OSError:
            return picture
        visitors = self._folder in path.parents
        kept = _Kept(stamp, picture.size, picture.name, picture.seen, file, visitors)
        with self._lock:
            before = self._kept.pop(path, None)
            self._kept[path] = kept
        if before:
            before.file.close()
        end = partial(self._end, path, kept)
        if visitors and not self._room.keep_beside(path, kept.bytes, end):
            end()
        self._fit()
        with self._lock:
            mapped = self._mapped(path, stamp)
        return _passing(*mapped, picture.rgb) if mapped else picture

    def _end(self, path: Path, kept: _Kept) -> None:
        with self._lock:
            if self._kept.get(path) is kept:
                del self._kept[path]
        kept.file.close()

    def _fit(self) -> None:
        """Let go of those that nobody asked about for longest, where there are too many."""
        with self._lock:
            order = list(self._kept.items())
            mine = [each for each in order if not each[1].visitors]
            too_many = order[: max(0, len(order) - self.most)]
            while sum(kept.bytes for _, kept in mine) > self.own:
                too_many.append(mine.pop(0))
        for path, kept in too_many:
            self._end(path, kept)
            self._room.end_beside(path)


@cache
def of(process: int) -> Prepared:
    """The prepared pictures of a process, by its number: one that was forked off has files of its own."""
    return Prepared()


def _written(picture: Picture, folder: Path) -> IO[bytes]:
    """A file without a name that holds the pixels. Raises OSError where it can't be written."""
    with ExitStack() as failed:
        file = failed.enter_context(tempfile.TemporaryFile(dir=folder))
        file.write(picture.rgb.tobytes())
        file.flush()
        failed.pop_all()  # it stays open for as long as the picture is kept
    return file


def _passing(kept: _Kept, pixels: mmap.mmap, held: Image.Image | None = None) -> Picture:
    """What is kept is read when it is wanted; it stays for as long as the picture is used, whoever lets go of it."""
    width, height = kept.size
    array = np.frombuffer(pixels, np.uint8).reshape(height, width, BYTES)
    return PassingPicture(kept.size, kept.name, kept.seen, lambda: array, held)
