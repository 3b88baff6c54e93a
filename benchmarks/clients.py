"""Sessions that ask a server one picture after another, in processes of their own.

Server and clients share the cores, as on any small machine, but not the account: the server's processor time is read
from its own process. `Crowd` starts this module as a program, which speaks JSON lines: an order in, a count out.
"""

import argparse
import http.client
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from benchmarks.pictures import made_unique
from benchmarks.rounds import percentile
from benchmarks.server import ROOT

PATIENCE = 60.0  # seconds; what is not answered by then is lost
IDLE = 2.0  # seconds; servers close connections that are idle for longer
PROCESSES = 4  # a Python process can hardly use more than one core

Ask = Callable[[Path, bytes], None]  # raises Refused or anything else


class Refused(Exception):
    """The server answered, but not with an explanation."""


@dataclass(frozen=True)
class Order:
    """Let `sessions` ask for `seconds`, or until `count` pictures have been sent."""

    sessions: int
    seconds: float = 1e9
    count: int = 10**9


@dataclass
class Load:
    """What came back: seconds of each answer, until the last of them `elapsed` seconds; refusals; what never came."""

    latencies: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    errors: int = 0
    lost: int = 0

    def add(self, other: "Load") -> "Load":
        """Both together, as if side by side."""
        return Load(
            self.latencies + other.latencies,
            max(self.elapsed, other.elapsed),
            self.errors + other.errors,
            self.lost + other.lost,
        )

    @property
    def rate(self) -> float:
        """Pictures a second, 0 when none was answered."""
        return len(self.latencies) / self.elapsed if self.elapsed else 0.0

    def milliseconds(self, percent: float) -> float:
        """A percentile of the waiting times; infinite when nobody got an answer."""
        return 1000 * percentile(self.latencies, percent) if self.latencies else float("inf")


class Crowd:
    """Up to `sessions` sessions of one kind, spread over some processes and ready before any clock starts."""

    def __init__(self, kind: str, url: str, sessions: int, files: Sequence[Path], unique: bool = False) -> None:
        """Start the processes: `kind` is one of KINDS; `unique` makes every picture a new file."""
        count = min(PROCESSES, sessions)
        flags = ["--unique"] if unique else []
        self._processes = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "benchmarks.clients",
                    kind,
                    url,
                    "--sessions",
                    str(share),
                    *flags,
                    *map(str, files),
                ],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for share in shares(sessions, count)
        ]

    def wait_until_ready(self) -> None:
        """Return when every session is connected. Raises RuntimeError when one can't be."""
        for process in self._processes:
            if _pipe(process.stdout).readline().strip() != "ready":
                raise RuntimeError("a client could not reach the server; its own message is above")

    def go(self, order: Order) -> Load:
        """Let them ask, and return what came back."""
        count = len(self._processes)
        parts = zip(shares(order.sessions, count), shares(order.count, count), strict=True)
        for process, (sessions, pictures) in zip(self._processes, parts, strict=True):
            pipe = _pipe(process.stdin)
            pipe.write(json.dumps(asdict(Order(sessions, order.seconds, pictures))) + "\n")
            pipe.flush()
        whole = Load()
        for process in self._processes:
            whole = whole.add(Load(**json.loads(_pipe(process.stdout).readline())))
        return whole

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            process.kill()
            process.wait()

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def shares(whole: int, parts: int) -> list[int]:
    """`whole` split into `parts` that differ by one at most, larger ones first."""
    return [whole // parts + (number < whole % parts) for number in range(parts)]


def plain_session(url: str) -> Ask:
    """One kept connection that posts a picture's bytes to `/api/explain`."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    used = time.monotonic()

    def ask(path: Path, data: bytes) -> None:
        nonlocal used
        if time.monotonic() - used > IDLE:
            connection.close()  # the next request opens it anew
        try:
            connection.request("POST", "/api/explain", data, {"content-type": "application/octet-stream"})
            response = connection.getresponse()
            body = response.read()
        except Exception:
            connection.close()
            raise
        finally:
            used = time.monotonic()
        if response.status != 200 or b'"label"' not in body:
            raise Refused(body[:200])

    return ask


def gradio_session(url: str, folder: Path, **question: str) -> Ask:
    """A `gradio_client` session that uploads a picture and calls `/explain` with a question; downloads go below
    `folder`."""
    from gradio_client import Client, handle_file
    from gradio_client.exceptions import AppError

    client = Client(url, verbose=False, analytics_enabled=False, download_files=folder)

    def ask(path: Path, data: bytes) -> None:
        try:
            client.submit(handle_file(path), **question, api_name="/explain").result(timeout=PATIENCE)
        except (AppError, ValueError) as error:
            raise Refused(str(error)) from error

    return ask


KINDS: dict[str, Callable[[str, Path], Ask]] = {
    "gradio": gradio_session,
    "gradio, one map": lambda url, folder: gradio_session(url, folder, layer="default"),
    "plain": lambda url, _: plain_session(url),
}


def serve_order(order: Order, sessions: Sequence[Ask], pictures: Callable[[int], tuple[Path, bytes]]) -> Load:
    """Run an order with some of the sessions. `pictures` gives the file to send for a running number."""
    numbers, loads, began = itertools.count(), [Load() for _ in sessions], time.monotonic()

    def visit(ask: Ask, load: Load) -> None:
        while time.monotonic() - began < order.seconds and (number := next(numbers)) < order.count:
            path, data = pictures(number)
            asked = time.monotonic()
            try:
                ask(path, data)
            except Refused:
                load.errors += 1
            except Exception:  # a broken connection or no answer in time: the picture is lost
                load.lost += 1
            else:
                load.elapsed = time.monotonic() - began
                load.latencies.append(time.monotonic() - asked)

    with ThreadPoolExecutor(max(1, order.sessions)) as pool:
        list(pool.map(visit, sessions[: order.sessions], loads))
    whole = Load()
    for load in loads:
        whole = whole.add(load)
    return whole


def picture_source(files: Sequence[Path], folder: Path | None) -> Callable[[int], tuple[Path, bytes]]:
    """The files in turn, read once; with a `folder` each time as a new file, one for each thread that asks."""
    contents = [(path, path.read_bytes()) for path in files]
    start = time.monotonic_ns()

    def picture(number: int) -> tuple[Path, bytes]:
        path, data = contents[number % len(contents)]
        if folder is None:
            return path, data
        data = made_unique(data, start + number)
        own = folder / f"{threading.get_ident()}.jpg"
        own.write_bytes(data)
        return own, data

    return picture


def main() -> None:
    """Connect, say "ready", then serve one order a line until the pipe ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=tuple(KINDS))
    parser.add_argument("url")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--sessions", type=int, default=1)
    parser.add_argument("--unique", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder)
        sessions = [KINDS[options.kind](options.url, made) for _ in range(options.sessions)]
        pictures = picture_source(options.files, made if options.unique else None)
        print("ready", flush=True)
        for order in _orders(sys.stdin):
            print(json.dumps(asdict(serve_order(order, sessions, pictures))), flush=True)


def _orders(lines: IO[str]) -> Iterator[Order]:
    for line in lines:
        yield Order(**json.loads(line))


def _pipe(pipe: Any) -> IO[str]:
    opened: IO[str] = pipe
    return opened


if __name__ == "__main__":
    main()
