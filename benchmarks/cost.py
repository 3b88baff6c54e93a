"""What small requests of a stranger cost the page, and how long another visitor waits meanwhile."""

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.costly import CASES, Case, small
from benchmarks.machine import this_machine
from benchmarks.ours import keep_cache_in
from benchmarks.pictures import photographs
from benchmarks.processes import Tree, watching
from benchmarks.report import Goal, Report, Table
from benchmarks.server import Server, running
from benchmarks.stranger import Stranger

CPU, PEAK, KEPT, WAIT = 5.0, 300, 64, 2.0  # seconds, megabytes, megabytes, seconds
REST = 10.0  # seconds after which nothing of a request may be kept
LINE = 90.0  # seconds for a full line to be worked off
IDLE = 0.3  # CPU seconds in a second, below which nothing is worked on
CLOSE = 0.01  # by which numbers of one answer may differ
PAUSE = 0.3  # seconds between two questions of the other visitor
ADDRESS, OTHER = "127.0.0.2", "127.0.0.9"
# One of each sort, to see that it runs.
QUICK = ("notes of a TIFF", "a cookie of backslashes", "a target of words", "a number of many digits")


@dataclass(frozen=True)
class Cost:
    """What one case took: CPU seconds a request, megabytes, and how the other visitor fared."""

    name: str
    requests: int
    kilobytes: float
    cpu: float
    peak: int
    kept: int
    wait: float
    refused: int
    asked: int
    answers: str

    @property
    def each(self) -> float:
        """CPU seconds of one request."""
        return self.cpu / max(1, self.requests)

    def row(self) -> tuple[str, ...]:
        """As the table shows it."""
        return (
            self.name,
            f"{self.requests}",
            f"{self.kilobytes:,.1f}",
            self.answers,
            f"{self.cpu:.2f}",
            f"{self.each:.2f}",
            f"{self.peak:+}",
            f"{self.kept:+}",
            f"{self.wait:.1f}",
            f"{self.refused} of {self.asked}",
        )


HEADER = (
    "What was sent",
    "Requests",
    "kB",
    "Answers",
    "CPU, s",
    "CPU a request, s",
    "Peak, MB",
    f"Kept after {REST:.0f} s, MB",
    "Another visitor waited at most, s",
    "and was refused",
)


@dataclass
class Other:
    """Another visitor, who asks a small question now and then."""

    stranger: Stranger
    picture: bytes
    waits: list[float] = field(default_factory=list)
    refused: int = 0
    done: threading.Event = field(default_factory=threading.Event)

    def ask(self) -> None:
        """Ask until it is over, at least once."""
        while True:
            began = time.monotonic()
            status = self.stranger.explain(self.picture)
            self.waits.append(time.monotonic() - began)
            self.refused += status != 200
            if self.done.wait(PAUSE):
                return


def run(out: Path, threads: int = 2, quick: bool = False) -> Report:
    """Send everything, and write cost.md and cost.json into `out`."""
    keep_cache_in(out / "cache.tmp")
    cases = {name: case for name, case in CASES.items() if not quick or name in QUICK}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        photograph = photographs()[0].path.read_bytes()
        with running(folder, "--threads", str(threads), "--offline", "--public") as server:
            server.wait_until_settled()
            before = essence(Stranger(server.url, OTHER), photograph)
            warm_up(server, photograph, times=1 if quick else 2)
            warm = Tree(server.process.pid).memory()
            costs = [measured(server, name, case, warm) for name, case in cases.items()]
            after = essence(Stranger(server.url, OTHER), photograph)
            log = server.log()
    report = Report(
        name="cost",
        title="What a stranger's requests cost",
        machine=this_machine(threads),
        goals=goals_of(costs, alike(before, after), log),
        tables=(Table("Each case", HEADER, tuple(cost.row() for cost in costs)),),
        notes=(
            f"The page runs with --public. All of it comes from one address, {ADDRESS}; the other visitor is {OTHER}.",
            "CPU and memory are those of the page and of all processes that it has started; what the other visitor's"
            " questions took is in them. What is kept is looked at when the page has nothing more to do. Memory"
            " counts from what the page had before the case, or from what it had when warm where that is more.",
        ),
    )
    report.write(out)
    return report


def goals_of(costs: list[Cost], same: bool, log: str) -> tuple[Goal, ...]:
    """What must be reached, with the case that came nearest to the limit."""

    def most(claim: str, of: str, limit: float) -> Goal:
        worst = max(costs, key=lambda cost: float(getattr(cost, of)))
        return Goal(f"{claim} ({worst.name})", float(getattr(worst, of)), limit)

    return (
        most("CPU of one request, s", "each", CPU),
        most("memory above the warm page, MB", "peak", PEAK),
        most(f"memory kept after {REST:.0f} s, MB", "kept", KEPT),
        most("another visitor's wait, s", "wait", WAIT),
        Goal("answers refused to another visitor", sum(cost.refused for cost in costs), 0),
        Goal("answers that are others than before", int(not same), 0),
        Goal("tracebacks in the log", log.count("Traceback"), 0),
    )


def measured(server: Server, name: str, case: Case, warm: int) -> Cost:
    """Let a stranger send one case, while another visitor asks.

    `warm` is the warm page's memory in megabytes: where the page has given some of it back since, taking it again is
    no cost of the case.
    """
    tree = Tree(server.process.pid)
    stranger, other = Stranger(server.url, ADDRESS), Other(Stranger(server.url, OTHER), small())
    cpu, memory = tree.cpu_seconds(), max(tree.memory(), warm)
    with watching(tree) as watch, asking(other):
        case(stranger)
    took = tree.cpu_seconds() - cpu
    work_off(tree)
    until = time.monotonic() + REST
    while tree.memory() - memory > KEPT and time.monotonic() < until:
        time.sleep(0.2)
    answers = ", ".join(f"{status or 'none'}: {count}" for status, count in sorted(stranger.answers.items()))
    return Cost(
        name=name,
        requests=stranger.requests,
        kilobytes=stranger.sent / 1000,
        cpu=took,
        peak=watch.most - memory,
        kept=tree.memory() - memory,
        wait=max(other.waits),
        refused=other.refused,
        asked=len(other.waits),
        answers=answers,
    )


def work_off(tree: Tree) -> None:
    """Wait until the page has nothing more to do: a line that was filled holds what it works on."""
    until, before = time.monotonic() + LINE, tree.cpu_seconds()
    while time.monotonic() < until:
        time.sleep(1)
        if (now := tree.cpu_seconds()) - before < IDLE:
            return
        before = now


@contextmanager
def asking(other: Other) -> Iterator[None]:
    """Let the other visitor ask while the block runs."""
    thread = threading.Thread(target=other.ask)
    thread.start()
    time.sleep(PAUSE)
    try:
        yield
    finally:
        other.done.set()
        thread.join()


def warm_up(server: Server, photograph: bytes, times: int) -> None:
    """What each thread takes for its first picture, it keeps: that is no cost of a stranger's. The dearest experiments
    are asked so many `times`."""
    visitor = Stranger(server.url, OTHER)
    for _ in range(3):
        crowd = [threading.Thread(target=visitor.explain, args=(photograph,)) for _ in range(12)]
        for each in crowd:
            each.start()
        for each in crowd:
            each.join()
    given = visitor.upload(photograph, "a.jpg")
    visitor.call("explain", [given, None, None, None, None])
    for _ in range(times):
        visitor.call("fool", [given, None, None, None, None])
        visitor.call("unlearned", [given, None, None, None, None])
        visitor.call("from_nothing", ["teapot", None, None])


def essence(visitor: Stranger, photograph: bytes) -> Any:
    """What a page answers about a photograph, but for how long that took."""
    _, said = visitor.ask("/api/explain", photograph)
    answer = json.loads(said)
    return [answer[key] for key in ("label", "index", "top", "layers")]


def alike(one: Any, other: Any) -> bool:
    """Whether two answers are the same but for the last digits, in which two engines differ."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= CLOSE * max(1.0, abs(one))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)
