"""How far a cluster carries: stand-in replicas behind one page's service, and pages behind nginx in front of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.behind import ask_for, cluster
from benchmarks.clients import Crowd, Order
from benchmarks.pictures import for_crowds
from benchmarks.processes import Tree
from benchmarks.report import Goal, Table, figure
from benchmarks.server import ROOT, Server, free_port, running, wait_until_warm
from cluster.attached import LOOPBACK
from page.pictures.picture import Picture

LINEAR, LINEAR_PAGES = 0.9, 0.85
BUSY = 0.9  # of all cores: more can't be carried by this machine
DEVICES: Mapping[str, float] = {"a card's 25 ms": 0.025, "a core's 200 ms": 0.2}  # for up to 8 pictures
BEHIND_PAGES = 8  # stand-in replicas, of a card's
SESSIONS = 16  # for each replica, and for each page
NGINX = "/usr/sbin/nginx"


@dataclass(frozen=True)
class Rung:
    """What so many carried: answers a second, milliseconds for one at the median, how busy all cores were (0..1), and
    milliseconds of a core for one answer, of pages and nginx alone where these are asked."""

    rate: float
    milliseconds: float
    busy: float
    cpu: float = 0.0


Ladder = Mapping[str, Mapping[int, Rung]]  # by what carries, and how many of them


def carried_by_replicas(
    cache: Path, answers: Path, picture: Picture, counts: Sequence[int], seconds: float
) -> dict[str, dict[int, Rung]]:
    """What stand-ins carry, by their device, and by how many there are."""
    found: dict[str, dict[int, Rung]] = {}
    for name, device in DEVICES.items():
        found[name] = {}
        for count in counts:
            with cluster(cache, count, stand_in=answers, device=device) as several:
                front, busy = several.front(), Busy()
                asked = ask_for(front, picture, SESSIONS * count, seconds)
                found[name][count] = Rung(asked.rate, 1000 * median(asked.seconds), busy.share())
    return found


def carried_by_pages(cache: Path, answers: Path, counts: Sequence[int], seconds: float) -> dict[str, dict[int, Rung]]:
    """What pages behind nginx carry, by how many there are, over `/api/explain`."""
    found = {}
    with cluster(cache, BEHIND_PAGES, stand_in=answers) as several:
        for count in counts:
            with ExitStack() as stack:
                pages = []
                for number in range(count):
                    folder = cache / f"pages-{count}-{number}"
                    folder.mkdir()
                    flags = ("--cluster", f"http://{LOOPBACK}:{several.port}", "--proxies", LOOPBACK)
                    pages.append(stack.enter_context(running(folder, *flags, SEEWHY_CACHE=str(cache))))
                front = stack.enter_context(nginx_before(pages, cache / f"nginx-{count}"))
                files = for_crowds(cache / f"pages-{count}-0")
                crowd = stack.enter_context(Crowd("plain", front.url, SESSIONS * count, files))
                crowd.wait_until_ready()
                crowd.go(Order(SESSIONS * count, seconds / 4))
                trees = [Tree(each.process.pid) for each in (front, *pages)]
                before, busy = sum(tree.cpu_seconds() for tree in trees), Busy()
                load = crowd.go(Order(SESSIONS * count, seconds))
                used = sum(tree.cpu_seconds() for tree in trees) - before
                each = 1000 * used / max(1, len(load.latencies))
                found[count] = Rung(load.rate, load.milliseconds(50), busy.share(), each)
    return {"pages": found}


class Busy:
    """How busy all cores of this machine are, from now on."""

    def __init__(self) -> None:
        """Begin."""
        self._began = self._ticks()

    def share(self) -> float:
        """So far, 0..1."""
        idle, whole = (now - then for now, then in zip(self._ticks(), self._began, strict=True))
        return 1 - idle / whole if whole else 0.0

    def _ticks(self) -> tuple[int, int]:
        fields = list(map(int, Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]))
        return fields[3] + fields[4], sum(fields)


@contextmanager
def nginx_before(pages: Sequence[Server], folder: Path) -> Iterator[Server]:
    """Our nginx in front of pages of this machine, without its limits: here all visitors have one address."""
    folder.mkdir()
    port = free_port()
    addresses = [each.url.removeprefix("http://") for each in pages]
    config = folder / "nginx.conf"
    config.write_text(nginx_config((ROOT / "deploy/nginx/seewhy.conf").read_text(), addresses, port, folder))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([NGINX, "-c", str(config)], stdout=log, stderr=log)
    try:
        server = Server(f"http://{LOOPBACK}:{port}", process, folder, folder / "log")
        wait_until_warm(server, "/healthz")
        yield server
    finally:
        process.terminate()
        process.wait(20)


def nginx_config(ours: str, pages: Sequence[str], port: int, folder: Path) -> str:
    """The whole of a configuration with ours in it; pages are such as 127.0.0.1:7860."""
    head = f"daemon off; pid {folder}/pid; error_log stderr; worker_processes 1; events {{}}\nhttp {{ access_log off;\n"
    temporary = "".join(
        f"{each}_temp_path {folder}/{each};\n" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    kept = []
    for line in ours.splitlines():
        words = line.split()
        if not words or words[0].startswith(("limit_", "set_real_ip_from", "real_ip_header")):
            continue
        if words[0] == "server" and words[1:] == ["page:7860;"]:
            kept += [f"server {page};" for page in pages]
        else:
            kept.append(f"listen {LOOPBACK}:{port};" if words[0] == "listen" else line)
    return head + temporary + "\n".join(kept) + "\n}\n"


def of_linear(rungs: Mapping[int, Rung]) -> float | None:
    """The smallest share of what so many would carry that each carry as much as one, of those that are not held up by
    this machine; None where all are."""
    one = rungs[1].rate
    return min(
        (rung.rate / (count * one) for count, rung in rungs.items() if count > 1 and rung.busy < BUSY), default=None
    )


def goals_of_ladders(replicas: Ladder, pages: Ladder) -> tuple[Goal, ...]:
    """What must be reached: of replicas, and of pages, whose processor time counts where the cores are used up."""
    shares = [share for share in map(of_linear, replicas.values()) if share is not None]
    (rungs,) = pages.values()
    one = rungs[1]
    carried = [
        one.cpu / rung.cpu if rung.busy >= BUSY and rung.cpu else rung.rate / (count * one.rate)
        for count, rung in rungs.items()
        if count > 1
    ]
    return (
        Goal(
            "simulated replicas, of linear until the front is the limit",
            min(shares, default=None),
            LINEAR,
            at_least=True,
            note="the front's limit is in the table",
        ),
        Goal(
            "pages behind nginx, of linear; of one page's CPU a picture where all cores are busy",
            min(carried, default=None),
            LINEAR_PAGES,
            at_least=True,
        ),
    )


def table_of_replicas(ladder: Ladder) -> Table:
    """Rungs of stand-ins."""
    header = ("Device (simulated)", "Replicas", "Questions a second", "Of linear", "All cores busy", "ms, median")
    rows = [
        (name, str(count), *_figures(rungs, count), figure(rung.milliseconds))
        for name, rungs in ladder.items()
        for count, rung in rungs.items()
    ]
    return Table("How far it carries", header, tuple(rows))


def table_of_pages(ladder: Ladder) -> Table:
    """Rungs of pages."""
    (rungs,) = ladder.values()
    header = ("Pages", "Pictures a second", "Of linear", "All cores busy", "ms, median", "CPU ms a picture")
    rows = [
        (str(count), *_figures(rungs, count), figure(rung.milliseconds), figure(rung.cpu))
        for count, rung in rungs.items()
    ]
    return Table(f"Pages behind nginx, {BEHIND_PAGES} stand-in replicas, pages and nginx counted", header, tuple(rows))


def _figures(rungs: Mapping[int, Rung], count: int) -> tuple[str, str, str]:
    rung = rungs[count]
    return figure(rung.rate), figure(rung.rate / (count * rungs[1].rate)), f"{rung.busy:.0%}"
