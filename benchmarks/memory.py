"""Ten thousand pictures of different sizes through the real server: what grows."""

import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.clients import Crowd, Load, Order
from benchmarks.machine import this_machine
from benchmarks.ours import keep_cache_in
from benchmarks.pictures import of_many_sizes
from benchmarks.report import Goal, Report, Table
from benchmarks.server import Server, has_plain_route, running

MARKS = (1_000, 2_500, 5_000, 10_000)
QUICK_MARKS = (20, 40)
SECONDS = 420.0  # for all pictures; whatever is not sent by then stays unsent, and the report says so
SWEEP_SECONDS = 150.0  # within which uploads of a minute ago must have gone
GRADIO_SHARE = 20  # every so many pictures one goes through Gradio's endpoint, and so through its upload folder
# Mostly small, so that the number can be reached; one in ten is as large as the page lets pictures be.
SIZES = [(64 + 13 * n, 48 + 11 * n) for n in range(45)] + [(1600 - 40 * n, 900 + 60 * n) for n in range(5)]


@dataclass(frozen=True)
class Snapshot:
    """The server after some pictures: megabytes, those of `anonymous` with its helpers', and numbers of threads, open
    handles and files of uploads."""

    pictures: int
    anonymous: int
    resident: int
    threads: int
    handles: int
    files: int

    @classmethod
    def of(cls, server: Server, pictures: int) -> "Snapshot":
        """Take it now."""
        memory = server.anonymous(), server.memory("VmRSS")
        return cls(pictures, *memory, server.threads(), server.handles(), server.files())


def run(out: Path, threads: int = 2, quick: bool = False) -> Report:
    """Measure, and write memory.md and memory.json into `out`."""
    marks = QUICK_MARKS if quick else MARKS
    notes = [f"Pictures of {len(SIZES)} sizes from 64 x 48 to 1,600 x 900; the server sweeps uploads after a minute."]
    keep_cache_in(out / "cache.tmp")
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        files = of_many_sizes(folder, SIZES)
        flags = ("--threads", str(threads), "--offline", "--sweep-minutes", "1")
        server = stack.enter_context(running(folder, *flags))
        server.wait_until_settled()
        doors = {"plain": 8, "gradio": 2}
        if not has_plain_route(server):
            doors = {"gradio": 8}
            notes.append("The plain route is not part of this version; all went through Gradio.")
        crowds = {kind: stack.enter_context(Crowd(kind, server.url, many, files, True)) for kind, many in doors.items()}
        for crowd in crowds.values():
            crowd.wait_until_ready()
        began = time.monotonic()
        snapshots, load = send(server, crowds, doors, marks)
        rate = snapshots[-1].pictures / (time.monotonic() - began)
        left = _after_sweep(server, 0 if quick else SWEEP_SECONDS)
    notes.append(f"{rate:.0f} pictures a second; {left} files were left in the upload folder in the end.")
    report = Report(
        name="memory",
        title="What grows",
        machine=this_machine(threads),
        goals=goals_of(snapshots, load, left, marks[-1]),
        tables=(table_of(snapshots),),
        notes=tuple(notes),
    )
    report.write(out)
    return report


def send(
    server: Server, crowds: dict[str, Crowd], sessions: dict[str, int], marks: Sequence[int]
) -> tuple[list[Snapshot], Load]:
    """Send pictures up to each mark, and look at the server after each; stops early when time is up."""
    snapshots, whole = [Snapshot.of(server, 0)], Load()
    deadline = time.monotonic() + SECONDS
    for mark in marks:
        counts = _counts(mark - snapshots[-1].pictures, list(crowds))
        seconds = max(0.0, deadline - time.monotonic())
        orders = [Order(sessions[kind], seconds, counts[kind]) for kind in crowds]
        with ThreadPoolExecutor(len(crowds)) as pool:
            loads = list(pool.map(Crowd.go, crowds.values(), orders))
        for load in loads:
            whole = whole.add(load)
        time.sleep(1)  # so that what the last answers held is let go
        snapshots.append(Snapshot.of(server, len(whole.latencies)))
        if time.monotonic() > deadline:
            break
    return snapshots, whole


def _counts(pictures: int, kinds: Sequence[str]) -> dict[str, int]:
    """How many go through each door: all, or a twentieth through the last."""
    if len(kinds) == 1:
        return {kinds[0]: pictures}
    share = -(-pictures // GRADIO_SHARE)
    return {kinds[0]: pictures - share, kinds[1]: share}


def _after_sweep(server: Server, seconds: float) -> int:
    """How many files are left once sweeping should be over."""
    deadline = time.monotonic() + seconds
    while server.files() and time.monotonic() < deadline:
        time.sleep(2)
    return server.files()


def table_of(snapshots: Sequence[Snapshot]) -> Table:
    """A row for each look at the server."""
    rows = [
        (
            f"{each.pictures:,}",
            *(str(n) for n in (each.anonymous, each.resident, each.threads, each.handles, each.files)),
        )
        for each in snapshots
    ]
    header = ("Pictures", "RssAnon MB", "Resident MB", "Threads", "Open handles", "Files of uploads")
    return Table("The server after so many pictures", header, tuple(rows))


def goals_of(snapshots: Sequence[Snapshot], load: Load, left: int, wanted: int) -> tuple[Goal, ...]:
    """Growth is what lies between the first mark, when all is warm, and the last."""
    warm, last = snapshots[1], snapshots[-1]
    span = f"from {warm.pictures:,} to {last.pictures:,} pictures"
    return (
        Goal("pictures answered", len(load.latencies), wanted, at_least=True),
        Goal("errors and lost pictures", load.errors + load.lost, 0),
        Goal(f"resident memory differs {span}, MB", abs(last.resident - warm.resident), 30),
        Goal("RssAnon at its highest, with helpers, MB", max(each.anonymous for each in snapshots), 900),
        Goal(f"more threads {span}", last.threads - warm.threads, 2),
        Goal(f"more open handles {span}", last.handles - warm.handles, 4),
        Goal("files left after the last sweep", left, snapshots[0].files),
    )
