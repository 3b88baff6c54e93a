"""From the command to the first finished explanation, with the engine's cache empty and filled."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.clients import Ask, gradio_session, plain_session
from benchmarks.machine import this_machine
from benchmarks.pictures import photographs
from benchmarks.report import Goal, Report, Table, figure
from benchmarks.rounds import Spread
from benchmarks.server import APP, Server, has_plain_route, started, wait_until_warm

COLD, WARM = "empty cache", "filled cache"
REPEATS, LATER = 4, 20
# How much slower the first answer may be than the later ones.
FIRST_OVER_LATER = {COLD: 4.0, WARM: 2.0}
WITHIN = 12.0


@dataclass(frozen=True)
class Start:
    """Seconds from the command to a healthy server and to the first answer; milliseconds of it and of later ones."""

    healthy: float
    answered: float
    first: float
    later: float


def run(out: Path, threads: int = 2, quick: bool = False) -> Report:
    """Measure, and write start.md and start.json into `out`."""
    repeats, later = (1, 2) if quick else (REPEATS, LATER)
    starts: dict[str, list[Start]] = {COLD: [], WARM: []}
    note = f"{repeats} starts of each kind; later answers are the median of {later}, once the server has settled."
    with tempfile.TemporaryDirectory() as made:
        for number in range(repeats):
            cache = Path(made) / f"cache{number}"
            for kind in starts:
                home = Path(made) / f"{kind.split()[0]}{number}"
                home.mkdir()
                starts[kind].append(start(home, cache, threads, later))
    report = Report(
        name="start",
        title="From the command to the first answer",
        machine=this_machine(threads),
        goals=goals_of(starts),
        tables=(table_of(starts),),
        notes=(note,),
    )
    report.write(out)
    return report


def start(home: Path, cache: Path, threads: int, later: int) -> Start:
    """Start the app once, ask for the first explanation as soon as it is healthy, and later for more."""
    picture = photographs()[0].path
    data = picture.read_bytes()
    began = time.monotonic()
    with started(APP, home, "--threads", str(threads), "--offline", SEEWHY_CACHE=str(cache)) as server:
        wait_until_warm(server, "/healthz", pause=0.02)
        healthy = time.monotonic() - began
        ask = _session(server, home)
        first = _milliseconds(ask, picture, data)
        answered = healthy + first / 1000
        server.wait_until_settled()
        _milliseconds(ask, picture, data)  # the first after a change of engines is neither first nor later
        return Start(
            healthy, answered, first, Spread.of([_milliseconds(ask, picture, data) for _ in range(later)]).median
        )


def _session(server: Server, home: Path) -> Ask:
    """The lighter door, so that what is measured is the server."""
    return plain_session(server.url) if has_plain_route(server) else gradio_session(server.url, home)


def _milliseconds(ask: Ask, picture: Path, data: bytes) -> float:
    began = time.monotonic()
    ask(picture, data)
    return 1000 * (time.monotonic() - began)


def table_of(starts: Mapping[str, Sequence[Start]]) -> Table:
    """A row for each kind of start."""
    rows = []
    for kind, each in starts.items():
        seconds = [Spread.of([start.healthy for start in each]), Spread.of([start.answered for start in each])]
        milliseconds = [Spread.of([start.first for start in each]), Spread.of([start.later for start in each])]
        rows.append((kind, *(_with_quartiles(spread) for spread in (*seconds, *milliseconds))))
    header = ("Start", "s to /healthz 200", "s to the first answer", "First answer ms", "Later answers ms")
    return Table("Medians and quartiles", header, tuple(rows))


def _with_quartiles(spread: Spread) -> str:
    return f"{figure(spread.median)} ({figure(spread.lower)} to {figure(spread.upper)})"


def goals_of(starts: Mapping[str, Sequence[Start]]) -> tuple[Goal, ...]:
    """Times by the median of the starts; "no first answer slower than" by the worst of them."""
    goals = []
    for kind, each in starts.items():
        healthy = Spread.of([start.healthy for start in each]).median
        answered = Spread.of([start.answered for start in each]).median
        slowest = max(start.first / start.later for start in each)
        goals += [
            Goal(f"{kind}: seconds to /healthz 200", round(healthy, 2), WITHIN),
            Goal(f"{kind}: seconds to the first answer", round(answered, 2), WITHIN),
            Goal(f"{kind}: slowest first answer / later ones", round(slowest, 2), FIRST_OVER_LATER[kind]),
        ]
    return tuple(goals)
