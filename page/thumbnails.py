"""Small pictures of the examples, each made once: kept in memory, and on disk for the next start."""

import base64
import hashlib
import io
import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from models.device import cpu_threads
from models.problems import Problem
from page.pictures.picture import Limits, decode

SIDE = 288  # pixels; fine enough for a sharp screen, light enough to come with the page
QUALITY = 62
KEPT = 48  # of several folders and languages; each has some 10 KB
AT_ONCE = 4  # decoded together: each takes memory while it is large
MADE_AS = f"{SIDE} {QUALITY} 1"  # changes with how they are made


class Thumbnails:
    """Makes small pictures of files. On disk each is named by a hash of its file, so a file that changes has a new
    one."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep them in `folder` as well, which need not exist yet and need not be one that can be written to."""
        self.folder = folder
        self._known: OrderedDict[tuple[Path, int, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, path: Path) -> str:
        """A WebP as a `data:` address, so that the page asks for no further file.

        Raises the problems of `page.pictures.picture.decode`, and OSError.
        """
        return "data:image/webp;base64," + base64.b64encode(self._small(path)).decode()

    def prepare(self, paths: Sequence[Path]) -> list[Exception | None]:
        """Make those of several files, some at a time. Gives for each the error that prevented it, or None."""
        with ThreadPoolExecutor(max(1, min(AT_ONCE, cpu_threads())), "thumbnails") as pool:
            return list(pool.map(self._tried, paths))

    def _tried(self, path: Path) -> Exception | None:
        try:
            self._small(path)
        except (Problem, OSError, ValueError) as error:  # ValueError: no file can have such a name
            return error
        return None

    def _small(self, path: Path) -> bytes:
        found = path.stat()
        key = (path.absolute(), found.st_mtime_ns, found.st_size)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        if found.st_size > Limits().bytes:
            decode(path)  # which refuses it without reading all of it
        data = path.read_bytes()
        name = hashlib.sha256(MADE_AS.encode() + data).hexdigest() + ".webp"
        small = self._kept(name) or self._make(data, name)
        with self._lock:
            self._known[key] = small
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        return small

    def _kept(self, name: str) -> bytes | None:
        if self.folder is None:
            return None
        with suppress(OSError, UnidentifiedImageError, SyntaxError, ValueError):
            data = (self.folder / name).read_bytes()
            with Image.open(io.BytesIO(data), formats=("WEBP",)) as image:
                if max(image.size) <= SIDE:
                    image.load()  # one that was cut off is made anew
                    os.utime(self.folder / name)  # the last that was used is the last to go
                    return data
        return None

    def _make(self, data: bytes, name: str) -> bytes:
        small = decode(data).rgb.copy()
        small.thumbnail((SIDE, SIDE))
        buffer = io.BytesIO()
        small.save(buffer, "WEBP", quality=QUALITY)
        with suppress(OSError):  # the page does without
            self._keep(name, buffer.getvalue())
        return buffer.getvalue()

    def _keep(self, name: str, small: bytes) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.folder, delete=False) as file:
            file.write(small)
        os.replace(file.name, self.folder / name)
        files = sorted(self.folder.iterdir(), key=lambda path: path.stat().st_mtime)
        for old in files[:-KEPT]:
            old.unlink(missing_ok=True)
