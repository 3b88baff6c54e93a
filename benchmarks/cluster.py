"""Pages in front of a cluster: whether answers are the same, what it adds, how far it carries, and what dies in it."""

import json
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.behind import Asked, Behind, ask_for, cluster
from benchmarks.carried import (
    Ladder,
    carried_by_pages,
    carried_by_replicas,
    goals_of_ladders,
    table_of_pages,
    table_of_replicas,
)
from benchmarks.clients import Crowd, Order
from benchmarks.machine import this_machine
from benchmarks.pictures import for_crowds, photographs
from benchmarks.processes import Tree
from benchmarks.report import Goal, Report, Table, figure
from benchmarks.server import running
from cluster import wire
from cluster.attached import LOOPBACK
from cluster.link import Link
from cluster.place import CALL
from models.catalogue import DEFAULT, built_in
from page.alone import service_alone
from page.examples import SUFFIXES
from page.pictures.picture import Picture, decode
from page.place import Here
from page.question import Question
from page.service import Service
from page.settings import read_settings
from page.words import load

EQUAL, ADDED, RATIO, SLOWEST = 1e-5, 10.0, 0.7, 10.0
ALONE, PAGE = "one process, two threads", "a page, and a replica with one thread"
SHARE = 0.85  # of the side of a photograph: its corners are further photographs


@dataclass(frozen=True)
class Plan:
    """How much is measured: pictures, questions of one visitor, seconds of a crowd, and of what dies."""

    pictures: int
    questions: int
    seconds: float
    deaths: int
    sessions: int
    replicas: tuple[int, ...]
    pages: tuple[int, ...]


@dataclass(frozen=True)
class Paged:
    """Pictures a second of a page, its processor's milliseconds for each, and its memory in MB, with its helpers."""

    rate: float
    cpu: float
    memory: int


FULL, QUICK = Plan(200, 150, 10.0, 12, 32, (1, 2, 4, 8), (1, 2, 3)), Plan(4, 10, 2.0, 1, 4, (1, 2), (1, 2))
BETWEEN = 10.0  # seconds from one death to the next


def run(out: Path, quick: bool = False, pictures: Path | None = None) -> Report:
    """Measure, and write cluster.md and cluster.json into `out`; `pictures` is a folder of further photographs."""
    plan = QUICK if quick else FULL
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name)
        shown = list(_photographs(plan.pictures, pictures))
        near = _alone(cache)
        with cluster(cache, 1) as one:
            far = one.front()
            off = [_difference(near, far, each) for each in shown]
            added = _added(near, far, shown[0], plan.questions)
            sizes = _sizes(far, shown[0])
            answers = _recorded(far, shown[0])
            rates = _rates(cache, one, plan)
        file = cache / "answers.json"
        file.write_text(json.dumps(answers), encoding="utf-8")
        ladder = carried_by_replicas(cache, file, shown[0], plan.replicas, plan.seconds)
        pages = carried_by_pages(cache, file, plan.pages, plan.seconds)
        with cluster(cache, 3) as several:
            killed = _killed(several, shown[0], plan)
            upgraded = _upgraded(several, shown[0], plan)
        with cluster(cache, 2, nodes=2) as two:
            node = _node(two, shown[0], plan)
    report = Report(
        "cluster",
        "Pages in front of a cluster",
        this_machine(2),
        goals_of(max(off), added, rates, (ladder, pages), {"killed": killed, "upgraded": upgraded, "node": node}),
        (
            Table("What one visitor waits for", ("Where", "ms, median"), _rows(added)),
            _table_of_pages(rates),
            table_of_replicas(ladder),
            table_of_pages(pages),
            _deaths({"a replica every 10 s": killed, "rolling upgrade": upgraded, "a machine": node}),
        ),
        (
            f"{len(shown)} photographs at all layers; the largest difference of a map is {max(off):.1e}.",
            f"A question is {sizes[0]:,} bytes, its answer {sizes[1]:,}.",
            "Simulated: stand-in replicas sleep for as long as a device computes up to 8 pictures, since two cores"
            " cannot hold eight models. Page, door, stand-ins and those who ask share these two cores; where these are"
            " busy for nine tenths of the time, the front is the limit.",
            "Machines of the cluster are played on one by `ray.cluster_utils`; a machine is ended by SIGKILL.",
        ),
    )
    report.write(out)
    return report


def goals_of(
    off: float,
    added: dict[str, float],
    rates: dict[str, Paged],
    carried: tuple[Ladder, Ladder],
    deaths: dict[str, Asked],
) -> tuple[Goal, ...]:
    """What must be reached."""
    alone, behind_ = rates[ALONE].rate, rates[PAGE].rate
    lost = [
        (f"{name}: lost or wrong answers", float(len(each.lost) + each.wrong), 0.0)
        for name, each in (
            ("replicas killed", deaths["killed"]),
            ("rolling upgrade", deaths["upgraded"]),
            ("a machine killed", deaths["node"]),
        )
    ]
    return (
        Goal("answers against one machine's, largest difference of a map", off, EQUAL),
        Goal("added time for a picture, one visitor, median, ms", added["added"], ADDED),
        Goal("pictures a second, against one process", behind_ / alone if alone else None, RATIO, at_least=True),
        *goals_of_ladders(*carried),
        *(Goal(*each) for each in lost),
        Goal("replicas killed: slowest answer, s", max(deaths["killed"].seconds, default=0.0), SLOWEST),
    )


def _photographs(count: int, folder: Path | None) -> Iterator[Picture]:
    """So many: those of a folder and of packages, and then parts of these, each another one."""
    files = sorted(each for each in folder.rglob("*") if each.suffix.lower() in SUFFIXES) if folder else []
    whole = [decode(each).rgb for each in [*files, *(each.path for each in photographs())]]
    random = np.random.default_rng(0)
    for number in range(count):
        picture = whole[number % len(whole)]
        if number < len(whole):
            yield Picture(picture)
            continue
        width, height = (int(side * SHARE) for side in picture.size)
        left = int(random.integers(picture.width - width + 1))
        top = int(random.integers(picture.height - height + 1))
        part = picture.crop((left, top, left + width, top + height))
        yield Picture(part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if number % 2 else part)


def _alone(cache: Path) -> Service:
    """A page that computes by itself, as quickly as it can."""
    settings = read_settings(["--cache", str(cache), "--device", "cpu", "--threads", "1"])
    service = service_alone(settings, built_in(), load(), Here())
    service.readiness.reach()
    _wait_for_graph(service)
    return service


def _wait_for_graph(service: Service) -> None:
    until = time.monotonic() + 120
    while service.asking(None).engine.name != "openvino" and time.monotonic() < until:  # type: ignore[union-attr]
        time.sleep(0.5)


def _difference(near: Service, far: Service, picture: Picture) -> float:
    """The largest of a map of any layer, and of the answer's confidence."""
    one, other = (each.ask(picture, Question()).explanation for each in (near, far))
    maps = [float(np.abs(a.grid - b.grid).max()) for a, b in zip(one.layers, other.layers, strict=True)]
    return max(*maps, abs(one.answer.confidence - other.answer.confidence))


def _added(near: Service, far: Service, picture: Picture, count: int) -> dict[str, float]:
    """Milliseconds of a question here, in the cluster, and the difference; asked in turn."""
    took: dict[str, list[float]] = {"here": [], "in a cluster": []}
    for _ in range(count):
        for name, service in (("here", near), ("in a cluster", far)):
            began = time.perf_counter()
            service.ask(picture, Question())
            took[name].append(1000 * (time.perf_counter() - began))
    medians = {name: median(each) for name, each in took.items()}
    return {**medians, "added": medians["in a cluster"] - medians["here"]}


def _sizes(far: Service, picture: Picture) -> tuple[int, int]:
    ((body, answer),) = _overheard(far, picture)
    return len(body), len(answer)


def _overheard(far: Service, picture: Picture) -> list[tuple[bytes, bytes]]:
    """What travels for a question."""
    link: Link = far.place.link  # type: ignore[attr-defined]
    ask, heard = link.ask, []

    def listening(path: str, body: bytes | None, *rest: Any, **named: Any) -> bytes:
        answer = ask(path, body, *rest, **named)
        if path == CALL and body is not None:
            heard.append((body, answer))
        return answer

    link.ask = listening  # type: ignore[method-assign]
    try:
        far.ask(picture, Question())
    finally:
        link.ask = ask  # type: ignore[method-assign]
    return heard


def _recorded(far: Service, picture: Picture) -> dict[str, str]:
    """What a real replica answers to the questions of a page, for stand-ins."""
    fresh = _overheard(far, picture)
    link: Link = far.place.link  # type: ignore[attr-defined]
    body = wire.decode(fresh[0][0])
    known = {**body, "name": "known", "values": [DEFAULT]}
    asked = link.ask(CALL, wire.encode(known), 60, {"x-seewhy-speaks": str(wire.SPOKEN)})
    return {"explain": b64encode(fresh[0][1]).decode(), "known": b64encode(asked).decode()}


def _rates(cache: Path, one: Behind, plan: Plan) -> dict[str, Paged]:
    """What a page does that computes by itself, and one in front of a replica."""
    found = {}
    for name, flags in (
        (ALONE, ("--threads", "2")),
        (PAGE, ("--cluster", f"http://{LOOPBACK}:{one.port}")),
    ):
        folder = cache / name.replace(" ", "-")
        folder.mkdir()
        with running(folder, *flags, SEEWHY_CACHE=str(cache)) as server:
            server.wait_until_settled()
            with Crowd("plain", server.url, 16, for_crowds(folder)) as crowd:
                crowd.wait_until_ready()
                crowd.go(Order(16, plan.seconds / 4))
                before, tree = Tree(server.process.pid).cpu_seconds(), Tree(server.process.pid)
                load = crowd.go(Order(16, plan.seconds))
                cpu = (tree.cpu_seconds() - before) / max(1, len(load.latencies))
                found[name] = Paged(load.rate, 1000 * cpu, tree.memory())
    return found


def _killed(several: Behind, picture: Picture, plan: Plan) -> Asked:
    def deaths() -> None:
        for _ in range(plan.deaths):
            time.sleep(BETWEEN)
            several.kill(several.replicas()[0])

    return ask_for(several.front(), picture, plan.sessions, 0, deaths)


def _upgraded(several: Behind, picture: Picture, plan: Plan) -> Asked:
    _wait_for(several, 3)

    def upgrade() -> None:
        time.sleep(2)
        several.tell("upgrade")
        time.sleep(2)

    return ask_for(several.front(), picture, plan.sessions, 0, upgrade)


def _node(two: Behind, picture: Picture, plan: Plan) -> Asked:
    def end() -> None:
        time.sleep(2)
        two.tell("node")
        time.sleep(2 * BETWEEN)

    return ask_for(two.front(), picture, plan.sessions, 0, end)


def _wait_for(several: Behind, count: int) -> None:
    until = time.monotonic() + 120
    while len(several.replicas()) < count and time.monotonic() < until:
        time.sleep(0.5)
    time.sleep(10)


def _rows(figures: dict[str, float]) -> tuple[tuple[str, ...], ...]:
    return tuple((name, figure(value)) for name, value in figures.items())


def _table_of_pages(rates: dict[str, Paged]) -> Table:
    header = ("Page", "Pictures a second", "CPU ms a picture, without replicas", "MB")
    rows = tuple((name, figure(each.rate), figure(each.cpu), figure(each.memory)) for name, each in rates.items())
    return Table("Pictures over `/api/explain`, 16 sessions", header, rows)


def _deaths(deaths: dict[str, Asked]) -> Table:
    header = ("What dies", "Answers", "Lost", "Wrong", "ms, median", "s, slowest")
    return Table("What dies, under 32 sessions", header, tuple(_death(name, each) for name, each in deaths.items()))


def _death(name: str, each: Asked) -> tuple[str, ...]:
    times = (figure(1000 * median(each.seconds)), figure(max(each.seconds))) if each.seconds else ("-", "-")
    return (name, str(len(each.seconds)), str(len(each.lost)), str(each.wrong), *times)
