"""Many visitors: SeeWhy's two doors, a page that only echoes, and a page with `grad-cam`, in turn."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from math import inf, isfinite
from pathlib import Path

from benchmarks.clients import Crowd, Load, Order
from benchmarks.machine import this_machine
from benchmarks.ours import keep_cache_in
from benchmarks.pictures import for_crowds
from benchmarks.report import Goal, Report, Table, figure
from benchmarks.server import APP, Server, has_plain_route, started, wait_until_warm

PLAIN, GRADIO, ECHO, PEER = "SeeWhy, plain route", "SeeWhy, Gradio", "echo page, Gradio", "grad-cam page, Gradio"
ONE = "SeeWhy, Gradio, one map"
DOORS: tuple[tuple[str, str, str], ...] = (  # who is asked, by which kind of client, at whose server
    (PLAIN, "plain", GRADIO),
    (GRADIO, "gradio", GRADIO),
    (ONE, "gradio, one map", GRADIO),
    (ECHO, "gradio", ECHO),
    (PEER, "gradio", PEER),
)
CROWD = 32


@dataclass(frozen=True)
class Schedule:
    """How long each number of sessions asks in a round, and how many rounds there are."""

    seconds: Mapping[int, float]
    rounds: int

    @property
    def most(self) -> int:
        """The largest crowd."""
        return max(self.seconds)


FULL = Schedule({1: 4.0, 8: 8.0, CROWD: 10.0}, 3)
QUICK = Schedule({1: 1.0, 2: 2.0}, 1)


@dataclass
class Tally:
    """All rounds of one contender with one number of sessions; `rates` are the single rounds'."""

    load: Load = field(default_factory=Load)
    rates: list[float] = field(default_factory=list)
    cpu: float = 0.0

    def add(self, load: Load, cpu: float) -> None:
        """One more round, and the processor time that the server took for it."""
        self.rates.append(load.rate)
        together = self.load.add(load)
        together.elapsed = self.load.elapsed + load.elapsed  # one after the other
        self.load, self.cpu = together, self.cpu + cpu

    @property
    def cpu_milliseconds(self) -> float:
        """The server's processor time a picture."""
        return 1000 * self.cpu / len(self.load.latencies) if self.load.latencies else float("inf")


Tallies = dict[tuple[str, int], Tally]


def run(out: Path, threads: int = 2, quick: bool = False, pictures: Path | None = None) -> Report:
    """Measure, and write page.md and page.json into `out`. `pictures` is a folder to send from instead of ours."""
    schedule = QUICK if quick else FULL
    notes = []
    with tempfile.TemporaryDirectory() as made, ExitStack() as stack:
        folder = Path(made)
        files = for_crowds(folder, pictures)
        keep_cache_in(out / "cache.tmp")
        servers = stack.enter_context(_servers(folder, threads))
        doors = DOORS
        if not has_plain_route(servers[GRADIO]):
            doors = tuple(door for door in DOORS if door[0] != PLAIN)
            notes.append("The plain route is not part of this version.")
        crowds = {}
        for name, kind, where in doors:
            crowds[name] = stack.enter_context(Crowd(kind, servers[where].url, schedule.most, files))
            crowds[name].wait_until_ready()
        behind = {name: servers[where] for name, _, where in doors}
        tallies = measure(crowds, behind, schedule)
        size = sum(path.stat().st_size for path in files) / len(files) / 1000
        notes.append(f"{len(files)} pictures in turn, {size:.0f} kB on average; servers and clients share the cores.")
    report = Report(
        name="page",
        title="Many visitors",
        machine=this_machine(threads),
        goals=goals_of(tallies, schedule.most),
        tables=(table_of(tallies),),
        notes=tuple(notes),
    )
    report.write(out)
    return report


@contextmanager
def _servers(folder: Path, threads: int) -> Iterator[dict[str, Server]]:
    """All servers, started, warm, and with nothing left to do but answer."""
    flags = ("--threads", str(threads))
    homes = [folder / name for name in ("seewhy", "echo", "peer")]
    for home in homes:
        home.mkdir()
    with ExitStack() as stack:
        ours = stack.enter_context(started(APP, homes[0], *flags, "--offline"))
        echo = stack.enter_context(started(("-m", "benchmarks.echo_page"), homes[1]))
        peer = stack.enter_context(started(("-m", "benchmarks.peer_page"), homes[2], *flags))
        wait_until_warm(ours, "/healthz")
        wait_until_warm(echo, "/config")
        wait_until_warm(peer, "/config")
        ours.wait_until_settled()
        yield {GRADIO: ours, ECHO: echo, PEER: peer}


def measure(crowds: Mapping[str, Crowd], servers: Mapping[str, Server], schedule: Schedule) -> Tallies:
    """Round by round, every contender with every number of sessions, while the others' servers idle."""
    names = list(crowds)
    tallies: Tallies = {(name, sessions): Tally() for sessions in schedule.seconds for name in names}
    for name in names:
        first = crowds[name].go(Order(schedule.most, 1.0))  # not counted: first answers are slower everywhere
        if not first.latencies:
            raise RuntimeError(f"{name} answers nobody; its log:\n{servers[name].log()}")
    for number in range(schedule.rounds):
        turn = number % len(names)
        for sessions, seconds in schedule.seconds.items():
            for name in names[turn:] + names[:turn]:
                before = servers[name].cpu_seconds()
                load = crowds[name].go(Order(sessions, seconds))
                tallies[name, sessions].add(load, servers[name].cpu_seconds() - before)
    return tallies


def table_of(tallies: Tallies) -> Table:
    """A row for each contender and number of sessions."""
    rows = []
    for (name, sessions), tally in tallies.items():
        load = tally.load
        waits = (figure(load.milliseconds(50)), figure(load.milliseconds(95)))
        rate = f"{figure(load.rate)} ({figure(min(tally.rates))} to {figure(max(tally.rates))})"
        base = tallies[PEER, sessions].load.rate if (PEER, sessions) in tallies else 0.0
        ratio = f"{load.rate / base:.2f}" if base else "-"
        cpu = figure(tally.cpu_milliseconds)
        rows.append((str(sessions), name, rate, ratio, *waits, cpu, str(load.errors), str(load.lost)))
    header = ("Sessions", "Who", "Pictures a second (rounds)", "x grad-cam page", "Median ms", "95th percentile ms")
    return Table("Sessions", (*header, "Server CPU ms a picture", "Errors", "Lost"), tuple(rows))


def goals_of(tallies: Tallies, crowd: int = CROWD) -> tuple[Goal, ...]:
    """What must be reached, with the largest crowd."""
    plain, gradio, one, echo, peer = (tallies.get((name, crowd)) for name in (PLAIN, GRADIO, ONE, ECHO, PEER))
    ours = [tally for (name, _), tally in tallies.items() if name in (PLAIN, GRADIO, ONE)]
    counted = bool(ours)
    return (
        Goal(
            f"plain route / `grad-cam` page, pictures a second, {crowd} sessions", _ratio(plain, peer, _rate), 3.5, True
        ),
        Goal("plain route / `grad-cam` page, 95th percentile", _ratio(plain, peer, _wait), 1.0),
        Goal("all layers through Gradio / echo page, pictures a second", _ratio(gradio, echo, _rate), 0.85, True),
        Goal("one map through Gradio / echo page, pictures a second", _ratio(one, echo, _rate), 0.85, True),
        Goal("through Gradio / `grad-cam` page, server CPU a picture", _ratio(gradio, peer, _cpu), 0.5),
        Goal("errors of SeeWhy, all sessions", sum(tally.load.errors for tally in ours) if counted else None, 0),
        Goal("pictures that SeeWhy lost", sum(tally.load.lost for tally in ours) if counted else None, 0),
    )


def _ratio(over: Tally | None, under: Tally | None, what: Callable[[Tally], float]) -> float | None:
    """One contender's figure by the other's; None when one of them was not measured or has nothing to divide by."""
    if over is None or under is None or not isfinite(what(over)) or what(under) in (0.0, inf):
        return None
    return round(what(over) / what(under), 3)


def _rate(tally: Tally) -> float:
    return tally.load.rate


def _wait(tally: Tally) -> float:
    return tally.load.milliseconds(95)


def _cpu(tally: Tally) -> float:
    return tally.cpu_milliseconds
