"""What runs in a process of its own and decodes one picture after another: `python -m page.pictures.helper`.

It gets an open file and limits through a socket, puts the pixels into memory that it shares with the page, and says in
a line of JSON how that went. It has nothing of the page: no model, no network, no word of the environment.
"""

import ctypes
import json
import math
import mmap
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from models.problems import Problem
from page.pictures.picture import Limits, Picture, decode

# Bytes of a file and pixels of a picture at most, CPU seconds, seconds on the clock, and bytes of memory.
REQUEST = struct.Struct("<QQddQ")
END = b"\n"
LINE = 65536  # bytes of an answer, at most
OUT_OF_MEMORY = "memory"
IDLE = 1.0  # seconds; then the memory that was kept for the next picture goes back
KINDS = ("JPEG", "PNG", "WEBP")


def main(channel: socket.socket, area: int) -> None:
    """Decode what comes through `channel` until it is closed, into the memory `area`, a file descriptor."""
    for number in (signal.SIGTERM, signal.SIGINT):  # the page is told to end, and still needs what it asked for
        signal.signal(number, signal.SIG_IGN)
    for number in (signal.SIGXCPU, signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    shared = mmap.mmap(area, 0)
    _warm()
    base = _address_space()
    channel.sendall(json.dumps({"used": _used()}).encode() + END)
    while True:
        if not select.select([channel], [], [], IDLE)[0]:
            _give_back()
        asked, files, _, _ = socket.recv_fds(channel, REQUEST.size, 1)
        if not asked:
            return
        byte_limit, pixel_limit, seconds, patience, memory = REQUEST.unpack(asked)
        with open(files[0], "rb", buffering=0) as file:
            _bound(seconds, patience, base + memory)
            said = _decoded(file, Limits(byte_limit, pixel_limit), shared)
            for timer in (signal.ITIMER_REAL, signal.ITIMER_PROF):
                signal.setitimer(timer, 0)
        channel.sendall(json.dumps({**said, "used": _used()}).encode() + END)


def _decoded(file: BinaryIO, limits: Limits, shared: mmap.mmap) -> Mapping[str, Any]:
    """What became of a picture: its size, once its pixels lie in `shared`, or the problem's key and values."""
    try:
        return {"size": _put(decode(file.read(), limits), shared)}
    except Problem as problem:
        causes = _causes(problem)
        if MemoryError in causes:
            return {"problem": OUT_OF_MEMORY}
        cause = problem.__cause__ and type(problem.__cause__).__name__
        return {"problem": problem.key, "values": problem.values, "cause": cause}
    except MemoryError:
        return {"problem": OUT_OF_MEMORY}


def _causes(error: BaseException) -> list[type[BaseException]]:
    found = [type(error)]
    while cause := error.__cause__ or error.__context__:
        error = cause
        found.append(type(error))
    return found


def _put(picture: Picture, shared: mmap.mmap) -> tuple[int, int]:
    # Four bytes a pixel, as Pillow keeps them: to pack three took longer than to copy the fourth.
    pixels = picture.rgb.tobytes("raw", "RGBX")
    shared[: len(pixels)] = pixels
    return picture.rgb.size


def _bound(seconds: float, patience: float, memory: int) -> None:
    """What takes more is ended by the system: a timer of CPU, beside it a limit in whole seconds, and a clock."""
    with suppress(OSError, ValueError):
        limit = math.ceil(_used() + seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    with suppress(OSError, ValueError):  # some systems know no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, patience)


def _give_back() -> None:
    with suppress(OSError, AttributeError):  # only the C library of most Linuxes has it
        ctypes.CDLL(None).malloc_trim(0)


def _used() -> float:
    """CPU seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _address_space() -> int:
    """Bytes of memory that are mapped; only Linux tells."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * mmap.PAGESIZE
    return 1 << 30


def _warm() -> None:
    """Decode a picture of each usual kind, so that the first visitor does not wait for what that loads."""
    for kind in KINDS:
        file = BytesIO()
        Image.new("RGB", (64, 64)).save(file, kind)
        decode(file.getvalue())


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2]))
