"""A tap on another answer: what a further question about a picture costs the server, and how long its map takes."""

import json
import secrets
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any

import httpx

from benchmarks.machine import this_machine
from benchmarks.ours import keep_cache_in
from benchmarks.pictures import typical
from benchmarks.processes import Tree
from benchmarks.report import Goal, Report, Table, figure
from benchmarks.server import Server, running
from models.catalogue import DEFAULT

LARGE, SMALL = "12-megapixel JPEG", "VGA JPEG"
RATIO, CPU = 1.3, 35.0  # milliseconds
PATIENCE = 60.0  # seconds for an answer
DECODED = 'seewhy_seconds_count{stage="decode"}'
META = {"_type": "gradio.FileData"}


@dataclass(frozen=True)
class Plan:
    """How many rounds, in each of which every picture is given once and then tapped so often."""

    rounds: int
    taps: int


FULL, QUICK = Plan(12, 20), Plan(1, 3)


class Browser:
    """One open page with one picture, as the page's scripts ask: the same events, with the same values."""

    def __init__(self, url: str) -> None:
        """Open the page."""
        self._http = httpx.Client(base_url=url, timeout=PATIENCE)
        self._http.get("/").raise_for_status()  # which gives the cookie
        told = self._http.get("/config").raise_for_status().json()["dependencies"]
        self._events = {each["api_name"]: each["id"] for each in told}
        self._session = secrets.token_hex(6)
        self._shown: Any = None
        self.drawn = ""
        self.answers: list[int] = []
        self.received = 0

    def give(self, data: bytes) -> Any:
        """Give a picture; the view of its answer. Raises AssertionError where it is refused."""
        sent = self._http.post("/gradio_api/upload", files={"files": ("picture", data)}).raise_for_status()
        view, answer, _, self._shown, *_ = self._ask(
            "picture", [{"path": sent.json()[0], "meta": META}, DEFAULT, "gradcam"]
        )
        self.drawn = view["picture"]
        self.answers = [each["index"] for each in answer["top"]]
        return view

    def tap(self, index: int) -> Any:
        """Ask for the map of another answer, by its class; the view. Raises AssertionError where it is refused."""
        asked = [self._shown, None, DEFAULT, "gradcam", None, self.drawn]
        view, *_ = self._ask("pick", asked, {"index": index})
        return view

    def decoded(self) -> int:
        """How many pictures the server has decoded."""
        lines = self._http.get("/metrics").raise_for_status().text.splitlines()
        return sum(int(float(line.rpartition(" ")[2])) for line in lines if line.startswith(DECODED))

    def _ask(self, event: str, values: list[Any], told: dict[str, Any] | None = None) -> list[Any]:
        asked = {"fn_index": self._events[event], "data": values, "session_hash": self._session, "event_data": told}
        self._http.post("/gradio_api/queue/join", json=asked).raise_for_status()
        return self._answer()

    def _answer(self) -> list[Any]:
        with self._http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self._session}) as events:
            for line in events.iter_lines():
                told = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if told.get("msg") == "process_completed":
                    self.received = len(line)
                    assert told["success"], told
                    return list(told["output"]["data"])
        raise AssertionError("the answer did not come")

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._http.close()


@dataclass
class Tally:
    """What one picture took, round by round: CPU milliseconds of the server and its helpers for the first answer and
    for a tap, and milliseconds that each tap waited; the kilobytes of the last answers."""

    first_cpu: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    first_kilobytes: float = 0.0
    kilobytes: float = 0.0

    def row(self, name: str) -> tuple[str, ...]:
        """As the table shows it."""
        return (
            name,
            figure(median(self.first_cpu)),
            f"{figure(median(self.cpu))} ({figure(min(self.cpu))} to {figure(max(self.cpu))})",
            figure(median(self.waits)),
            figure(self.first_kilobytes),
            figure(self.kilobytes),
        )


HEADER = (
    "Picture",
    "First answer, CPU ms",
    "A tap, CPU ms (rounds)",
    "A tap, waited ms",
    "First answer, kB",
    "A tap, kB",
)


def run(out: Path, threads: int = 2, quick: bool = False) -> Report:
    """Measure, and write tap.md and tap.json into `out`."""
    keep_cache_in(out / "cache.tmp")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        pictures = {name: path.read_bytes() for name, path in typical(folder).items()}
        with running(folder, "--threads", str(threads), "--offline") as server:
            server.wait_until_settled()
            tallies, decoded, sent = measure(server, pictures, QUICK if quick else FULL)
    report = Report(
        name="tap",
        title="A tap on another answer",
        machine=this_machine(threads),
        goals=goals_of(tallies, decoded, sent),
        tables=(Table("Each picture", HEADER, tuple(tally.row(name) for name, tally in tallies.items())),),
        notes=(
            "CPU is that of the server and its helpers, for a first answer from the upload on. In each round every"
            " picture is given anew and its five answers are tapped in turn. Goals take the quietest round, since"
            " whatever else runs on a machine makes the same work longer.",
        ),
    )
    report.write(out)
    return report


def measure(server: Server, pictures: Mapping[str, bytes], plan: Plan) -> tuple[dict[str, Tally], int, int]:
    """A tally of each picture; how many pictures the taps made the server decode, and how many it sent again."""
    tree = Tree(server.process.pid)
    tallies = {name: Tally() for name in pictures}
    decoded = sent = 0
    for number in range(plan.rounds + 1):
        for name, data in pictures.items():
            tally = Tally() if not number else tallies[name]  # first answers are slower, and not counted
            with Browser(server.url) as browser:
                before = tree.cpu_seconds()
                browser.give(data + b"%d" % number)  # a file that the server does not know
                tally.first_cpu.append(1000 * (tree.cpu_seconds() - before))
                tally.first_kilobytes = browser.received / 1000
                known, before = browser.decoded(), tree.cpu_seconds()
                for _, index in zip(range(plan.taps), cycle(browser.answers[1:] + browser.answers[:1]), strict=False):
                    began = time.perf_counter()
                    sent += browser.tap(index)["base"] is not None
                    tally.waits.append(1000 * (time.perf_counter() - began))
                tally.cpu.append(1000 * (tree.cpu_seconds() - before) / plan.taps)
                tally.kilobytes = browser.received / 1000
                decoded += browser.decoded() - known
    return tallies, decoded, sent


def goals_of(tallies: Mapping[str, Tally], decoded: int, sent: int) -> tuple[Goal, ...]:
    """What must be reached."""
    large, small = tallies[LARGE], tallies[SMALL]
    return (
        Goal("another answer's map, 12 / 0.3 megapixels, time", _ratio(large.waits, small.waits), RATIO),
        Goal("another answer's map, 12 / 0.3 megapixels, server CPU", _ratio(large.cpu, small.cpu), RATIO),
        Goal("server CPU of a tap, 12 megapixels, ms", round(min(large.cpu), 1), CPU),
        Goal("pictures that taps made the server decode", decoded, 0),
        Goal("pictures that were sent again", sent, 0),
    )


def _ratio(over: list[float], under: list[float]) -> float:
    return round(min(over) / min(under), 3)
