"""Pictures are decoded in processes beside the page's, so that what a decoder does to its process is not the page's.

Two of them are kept warm. Each picture has a budget of memory, of CPU seconds and of time; a helper that uses it up,
crashes or is killed ends alone, costs one visitor one sentence, and is replaced.
"""

import fcntl
import json
import math
import mmap
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from models.problems import Problem
from models.work import charge, who
from page import metrics
from page.pictures.claims import claimed
from page.pictures.formats import sniff
from page.pictures.helper import END, LINE, OUT_OF_MEMORY, REQUEST
from page.pictures.picture import (
    LARGEST,
    LONGEST_STRIP,
    MAX_PIXELS,
    BrokenPicture,
    Limits,
    Picture,
    TooManyPixels,
    decode,
)
from page.pictures.share import LIGHT, Share

ROOT = Path(__file__).parents[2]

HELPERS = 2  # one a core of a small machine; each keeps some 20 MB of its own
TOGETHER = 24_000_000  # pixels that are decoded at a time, in all helpers; a larger picture is decoded alone
MEMORY = 280 * 2**20  # bytes above a warm helper, for a picture of MAX_PIXELS and for smaller ones
CPU, CPU_MORE = 1.0, 4.0  # seconds for any picture, and so many more for one of MAX_PIXELS
CLOCK = 20.0  # seconds, for a decoder that waits for something
LATE = 5.0  # seconds that a helper may answer later, on a machine that is busy
SOON = 1.0  # seconds for one to end that has nobody to talk to any more
START = 60.0  # seconds for a helper to be warm
PICTURES = 500  # of one helper; then another one takes its place, and what a decoder leaked is gone
FRAME, FRAMES = 512 * 512, 20  # a picture of so few pixels, as a film has thirty a second: so many count as one
NAME = 60  # letters of an exception's name
HEAD = 4096  # bytes that tell which format a file has
AREA = 4 * (LARGEST + LONGEST_STRIP)  # bytes of the largest picture that `decode` gives, whose sides are rounded
LARGE = 20_000_000  # pixels; a larger one may need more than MEMORY
HUNGRY = {
    "WebP",
    "AVIF",
    "HEIC",
}  # whose libraries hold the picture several times, and seldom say that they got no memory
KEPT = 8 * 2**20  # bytes of that memory which stay taken between two pictures
# One thread a library and one heap, since memory is counted; and so much of it is kept for a picture that comes soon,
# since to get it anew took 12 ms of a photograph's 75.
ALONE = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20),
}
EXHAUSTED = {
    -signal.SIGPROF,
    -signal.SIGXCPU,
    -signal.SIGALRM,
    -signal.SIGKILL,
}  # the last is what a system out of memory sends


class TooHard(Problem):
    """Decoding took more memory or time than one picture may have."""

    key = "picture.too_hard"


class DecoderFailed(Exception):
    """What went wrong in a helper, by the name of its exception or the number of the signal that ended it."""


class Helper:
    """One process, for one picture at a time."""

    def __init__(self) -> None:
        """Start it; it warms up while nobody waits."""
        self.done = 0.0  # pictures; FRAMES small ones are one
        self.warm = False
        self.used = 0.0  # CPU seconds
        self._area = _area()
        self._pixels = mmap.mmap(self._area, AREA, prot=mmap.PROT_READ | mmap.PROT_WRITE)
        self._channel, theirs = socket.socketpair()
        given = (theirs.fileno(), self._area)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "page.pictures.helper", *map(str, given)],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # what libraries write there may name a picture
            pass_fds=given,
            start_new_session=True,  # Ctrl-C is for the page, which lets it finish
        )
        theirs.close()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether nobody ended it, and it did not end by itself."""
        if self._channel.fileno() < 0:
            return False
        with suppress(ChildProcessError):
            return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None
        return False

    def wait(self) -> None:
        """Wait until it is warm. Raises EOFError or TimeoutError when that does not come."""
        if not self.warm:
            self._channel.settimeout(START)
            self._heard()
            self.warm = True

    def decode(self, file: int, request: bytes, patience: float) -> tuple[Picture | None, Any]:
        """Decode the picture in an open file; it, or None, and what the helper says about it.

        Raises EOFError when the helper ended, TimeoutError when it neither ends nor answers.
        """
        self._channel.settimeout(patience)
        try:
            socket.send_fds(self._channel, [request], [file])
        except ConnectionError as error:
            raise EOFError from error
        said = self._heard()
        return self._picture(said.get("size")), said

    def end(self) -> int:
        """End it, unless it is ended; the exit code. `used` then holds all that it took."""
        if self._pixels.closed:
            return self._process.returncode or 0
        self._channel.close()
        with suppress(ChildProcessError):  # somebody else waited for it
            latest = time.monotonic() + SOON
            # What ends by itself tells why.
            while not os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) and time.monotonic() < latest:
                time.sleep(0.002)
            os.kill(self.pid, signal.SIGKILL)  # Popen's own way would wait for it, and forget what it took
            _, status, usage = os.wait4(self.pid, 0)
            self._process.returncode = os.waitstatus_to_exitcode(status)
            self.used = usage.ru_utime + usage.ru_stime
        self._pixels.close()
        os.close(self._area)
        return self._process.returncode or 0

    def forget(self) -> None:
        """Give back the memory of a large picture, whose beginning the next one overwrites."""
        if hasattr(mmap, "MADV_REMOVE"):
            self._pixels.madvise(mmap.MADV_REMOVE, KEPT, AREA - KEPT)

    def _picture(self, size: Any) -> Picture | None:
        if size is None:
            return None
        width, height = size
        length = 4 * width * height
        if not 0 < length <= AREA:
            raise EOFError
        with memoryview(self._pixels)[:length] as pixels:
            rgb = Image.frombytes("RGB", (width, height), pixels, "raw", "RGBX", 0, 1)
            if length <= KEPT:
                pixels[:] = bytes(length)
        if length > KEPT:
            self.forget()
        return Picture(rgb)

    def _heard(self) -> Any:
        """What it says next."""
        line = b""
        try:
            while not line.endswith(END):
                piece = self._channel.recv(LINE)
                if not piece or len(line) > LINE:
                    raise EOFError
                line += piece
        except ConnectionError as error:
            raise EOFError from error
        said = json.loads(line)
        self.used = float(said["used"])
        return said


class Helpers:
    """Those of one process, for all its doors and threads. None is started before `start` or the first picture."""

    def __init__(self, count: int = HELPERS, pixels: int = TOGETHER) -> None:
        """So many helpers, which decode so many pixels at a time together."""
        self.count = count
        self.share = Share(count, pixels)
        self._lock = threading.Lock()
        self._idle: deque[Helper] = deque()
        self._started = False

    def start(self) -> None:
        """Start all helpers, unless they are."""
        with self._lock:
            if not self._started:
                self._idle.extend(Helper() for _ in range(self.count))
                self._started = True

    @property
    def pids(self) -> list[int]:
        """The numbers of the helpers that wait for a picture."""
        return [helper.pid for helper in self._idle]

    def decode(
        self,
        file: str | Path | bytes,
        limits: Limits,
        seconds: float = math.inf,
        took: Callable[[float], None] = lambda seconds: None,
    ) -> Picture:
        """Decode a picture as `page.pictures.picture.decode` does, which says what is taken.

        It may take so many CPU `seconds`, and never more than CPU and CPU_MORE allow. `took` is called with what it
        took, also before a refusal, and the work that is being done is charged with it. Raises what that raises, and
        TooHard. Waits for its turn: to be called in a thread, never in an event loop.
        """
        with _opened(file) as (number, size):
            if not 0 < size <= limits.bytes:
                return decode(file, limits)  # which refuses that before any decoder sees it
            pixels, hungry = _claim(file, limits)
            with self.share.of(pixels, who()):
                picture, said, used = self._asked(number, limits, pixels, seconds)
        took(used)
        charge(used)
        if picture is None:
            raise _problem(said, hungry)
        return picture

    def close(self) -> None:
        """End those that wait for a picture; the next picture starts new ones."""
        with self._lock:
            while self._idle:
                self._idle.pop().end()
            self._started = False

    def _asked(self, number: int, limits: Limits, pixels: int, most: float) -> tuple[Picture | None, Any, float]:
        share = pixels / MAX_PIXELS
        seconds, memory = min(most, CPU + CPU_MORE * share), round(MEMORY * max(1.0, limits.pixels / MAX_PIXELS))
        patience = CLOCK * max(1.0, share)
        request = REQUEST.pack(limits.bytes, limits.pixels, seconds, patience, memory)
        helper = self._taken(pixels)
        try:
            helper.wait()
            before = helper.used
        except (EOFError, TimeoutError) as error:
            helper.end()
            self._back(helper)
            raise ChildProcessError("no helper starts to decode pictures") from error
        try:
            picture, said = helper.decode(number, request, patience + LATE)
            helper.done += 1 if pixels > FRAME else 1 / FRAMES
            if said.get("problem") == OUT_OF_MEMORY:
                helper.end()  # a library that was half loaded then would stay so
        except (EOFError, TimeoutError, ValueError, KeyError, TypeError):  # the latter where it talks nonsense
            code = helper.end()
            picture, said = None, {"problem": OUT_OF_MEMORY} if code in EXHAUSTED else {"cause": str(code)}
        except BaseException:
            helper.end()
            raise
        finally:
            self._back(helper)
        return picture, said, helper.used - before

    def _taken(self, pixels: int) -> Helper:
        """There are as many helpers as places, so there is one. The warmest is for a small picture, which many wait
        for, when another one was replaced just now."""
        self.start()
        with self._lock:
            take = self._idle.pop if pixels <= LIGHT else self._idle.popleft
            helper = take() if self._idle else Helper()
        if not helper.alive:  # as where a system out of memory chose it
            helper.end()
            helper = Helper()
        return helper

    def _back(self, helper: Helper) -> None:
        """Keep a helper, or another one in place of one that ended or has done enough."""
        if not helper.alive or helper.done >= PICTURES:
            helper.end()
            helper = Helper()
        with self._lock:
            # One that is not warm yet is taken last.
            (self._idle.append if helper.warm else self._idle.appendleft)(helper)


def decode_apart(
    file: str | Path | bytes,
    limits: Limits,
    seconds: float = math.inf,
    took: Callable[[float], None] = lambda seconds: None,
) -> Picture:
    """Decode a picture in a helper of this process, as `Helpers.decode`, and count it in the page's metrics."""
    with metrics.SECONDS.labels("decode").time():
        return of(os.getpid()).decode(file, limits, seconds, took)


@cache
def of(process: int) -> Helpers:
    """The helpers of a process, by its number: one that was forked off can't use those of its parent."""
    return Helpers()


def pixels_of(file: str | Path | bytes, limits: Limits) -> int:
    """How many pixels a picture claims, at most those that are taken; none where that can't be told.
    Raises OSError when there is no file to read."""
    with _readable(file) as data:
        size = claimed(data)
    return min(math.prod(size), limits.pixels) if size else 0


def _claim(file: str | Path | bytes, limits: Limits) -> tuple[int, bool]:
    """The same, and whether it is so large and of such a kind that a failure is likely one for lack of memory."""
    with _readable(file) as data:
        size, found = claimed(data), sniff(data[:HEAD])
    if size is None:
        return limits.pixels if found else 0, False
    if not found or found.name not in HUNGRY:
        return min(math.prod(size), limits.pixels), False
    most = int(min(limits.pixels, found.pixels))
    if math.prod(size) > most:  # opening it would take that much memory already
        raise _too_many(size, replace(limits, pixels=most))
    return math.prod(size), math.prod(size) > LARGE


def _too_many(size: tuple[int, int], limits: Limits) -> TooManyPixels:
    limit, megapixels = (math.ceil(pixels / 100_000) / 10 for pixels in (limits.pixels, math.prod(size)))
    width, height = size
    return TooManyPixels(limit=_short(limit), width=width, height=height, megapixels=_short(megapixels))


def _short(number: float) -> float:
    return int(number) if number == int(number) else number


@contextmanager
def _readable(file: str | Path | bytes) -> Iterator[bytes | mmap.mmap]:
    if isinstance(file, bytes):
        yield file
        return
    with open(file, "rb") as opened:
        if not os.fstat(opened.fileno()).st_size:
            yield b""
            return
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped


@contextmanager
def _opened(file: str | Path | bytes) -> Iterator[tuple[int, int]]:
    """A file's number in this process, and how many bytes it holds."""
    if isinstance(file, bytes):
        with _memory() as held:
            held.write(file)
            held.seek(0)
            yield held.fileno(), len(file)
    else:
        with open(file, "rb") as opened:
            yield opened.fileno(), os.fstat(opened.fileno()).st_size


def _memory() -> Any:
    """A file in memory; where the system has none, one that no name leads to."""
    if hasattr(os, "memfd_create"):
        return open(os.memfd_create("picture", os.MFD_CLOEXEC), "w+b", buffering=0)
    return tempfile.TemporaryFile()


def _area() -> int:
    """Memory that is shared with a helper. Neither side can make it shorter, which would end the other."""
    if not hasattr(os, "memfd_create"):
        with tempfile.TemporaryFile() as file:
            file.truncate(AREA)
            return os.dup(file.fileno())
    number = os.memfd_create("pixels", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.truncate(number, AREA)
    fcntl.fcntl(number, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return number


def _environment() -> dict[str, str]:
    """Nothing of the page's own, which may hold keys."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ}
    return kept | ALONE


def _problem(said: Any, hungry: bool) -> Problem:
    kind = _kinds().get(said.get("problem"), BrokenPicture)
    if said.get("problem") == OUT_OF_MEMORY or (kind is BrokenPicture and hungry):
        return TooHard(limit=LARGE // 10**6)
    problem = kind(**said.get("values", {}))
    if kind is BrokenPicture and said.get("cause"):
        problem.__cause__ = _failure(str(said["cause"])[:NAME])
    return problem


def _failure(name: str) -> DecoderFailed:
    """An exception that the log calls by the name of what was raised in the helper."""
    kind: type[DecoderFailed] = type(name if name.isidentifier() else "DecoderFailed", (DecoderFailed,), {})
    return kind(name)


@cache
def _kinds() -> dict[str, type[Problem]]:
    """What a helper may say, and nothing else: why a picture can't be decoded."""
    return {each.key: each for each in Problem.__subclasses__() if each.__module__.startswith(__package__)}
