"""The mirror: maps a second, their age, what a frame costs, and how eight mirrors and a still share a machine."""

import io
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import httpx
import numpy as np
from PIL import Image

from benchmarks.machine import this_machine
from benchmarks.ours import keep_cache_in
from benchmarks.pictures import photographs
from benchmarks.processes import Tree
from benchmarks.report import Goal, Report, Table, figure
from benchmarks.server import Server, running, started, wait_until_warm

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
FILM = (640, 480)
SIDE = 256  # pixels of a frame, as the page sends it
MIRRORS = 8
OURS, PEER = "SeeWhy", "Gradio's streaming with `grad-cam`, as its guide writes it"
PATIENCE = 60.0  # seconds for an answer
# Each 60th of a second the page says how old the last map is; what is drawn twice is counted once.
WATCH = """
() => {
  window.lags = [];
  let maps = window.seewhy.maps;
  const look = () => {
    if (window.seewhy.maps !== maps) window.lags.push(window.seewhy.lag);
    maps = window.seewhy.maps;
    requestAnimationFrame(look);
  };
  look();
}
"""


# The same of a page that shows each map as a picture at an address of its own.
WATCH_PEER = """
() => {
  window.shown = 0;
  let before = "";
  const look = () => {
    const now = document.querySelector("#overlay img")?.src ?? "";
    if (now !== before) window.shown += 1;
    before = now;
    requestAnimationFrame(look);
  };
  look();
}
"""


@dataclass(frozen=True)
class Plan:
    """Seconds for the browser, for the crowd, and of a long film."""

    film: float
    crowd: float
    long: float


FULL, QUICK = Plan(20, 20, 180), Plan(3, 3, 3)


@dataclass(frozen=True)
class Seen:
    """What a browser saw: maps a second, milliseconds from frame to map, and CPU milliseconds of the server a frame."""

    rate: float
    lags: tuple[float, ...]
    cpu: float


@dataclass(frozen=True)
class Held:
    """What a server holds: megabytes with all its helpers, files and sockets, and threads."""

    memory: int
    handles: int
    threads: int

    @classmethod
    def by(cls, server: Server, tree: Tree) -> "Held":
        """What it holds now."""
        return cls(tree.memory(), server.handles(), server.threads())

    def beyond(self, before: "Held") -> "Held":
        """How much more that is than before."""
        return Held(self.memory - before.memory, self.handles - before.handles, self.threads - before.threads)


def run(out: Path, threads: int = 2, quick: bool = False) -> Report:
    """Measure, and write mirror.md and mirror.json into `out`."""
    plan = QUICK if quick else FULL
    keep_cache_in(out / "cache.tmp")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        film = folder / "film.y4m"
        film.write_bytes(moving_film())
        frames = [jpeg(picture) for picture in pictures()]
        with running(folder, "--threads", str(threads), "--offline") as server:
            server.wait_until_settled()
            Client(server.url).look(frames, 2.0)
            tree = Tree(server.process.pid)
            seen = filmed(server, tree, film, plan.film)
            every = Client(server.url, "/api/explain").look(frames, plan.film / 4)
            alone = stills(server.url, frames[0], plan.crowd / 4)
            with crowd(server.url, frames, MIRRORS) as clients:
                time.sleep(1)
                counts, began = [each.answers for each in clients], time.monotonic()
                beside = stills(server.url, frames[0], plan.crowd / 4)
                halfway, since = [each.answers for each in clients], time.monotonic()
                time.sleep(plan.crowd)
                took = time.monotonic() - since
                each = [(client.answers - count) / took for client, count in zip(clients, halfway, strict=True)]
                meanwhile = sum(halfway) - sum(counts)
            before = Held.by(server, tree)
            long = Client(server.url)
            long.look(frames, plan.long)
            grown = Held.by(server, tree).beyond(before)
        with started(("-m", "benchmarks.peer_page"), folder, "--film", "--threads", str(threads)) as peer:
            wait_until_warm(peer, "/config")
            others = filmed_by_peer(peer, Tree(peer.process.pid), film, plan.film)
    report = Report(
        name="mirror",
        title="The mirror",
        machine=this_machine(threads),
        goals=goals_of(seen, every, each, alone, beside, grown),
        tables=(
            Table(
                "Eight mirrors",
                ("Mirror", "Answers a second"),
                tuple((str(number), figure(rate)) for number, rate in enumerate(each, 1)),
            ),
            Table(
                "The same film",
                ("Page", "Maps a second", "Server CPU a map, ms"),
                tuple((name, figure(one.rate), figure(one.cpu)) for name, one in ((OURS, seen), (PEER, others))),
            ),
        ),
        notes=(
            f"One mirror is headless Chromium on the same machine, whose camera shows a film of {FILM[0]} by {FILM[1]}"
            " at 30 frames a second.",
            f"While the still was asked beside {MIRRORS} mirrors these got {meanwhile / (since - began):.0f} answers a"
            " second together.",
            f"The long film went on for {plan.long:.0f} s, as fast as it goes: {long.answers} frames.",
        ),
    )
    report.write(out)
    return report


def goals_of(seen: Seen, every: float, each: list[float], alone: float, beside: float, grown: Held) -> tuple[Goal, ...]:
    """What must be reached."""
    return (
        Goal("maps a second, last layer, one mirror", seen.rate, 28, at_least=True),
        Goal("from the frame to its map, median, ms", median(seen.lags), 60),
        Goal("from the frame to its map, 95th percentile, ms", quantiles(seen.lags, n=20)[-1], 100),
        Goal("server CPU a frame, last layer, ms", seen.cpu, 10),
        Goal("all layers at once, answers a second", every, 15, at_least=True),
        Goal(f"{MIRRORS} mirrors: answers a second of the slowest", min(each), 7, at_least=True),
        Goal(f"{MIRRORS} mirrors: slowest / fastest", min(each) / max(each), 0.7, at_least=True),
        Goal(f"a still while {MIRRORS} mirrors run / alone", beside / alone, 2.0),
        Goal("memory after a long film, MB", grown.memory, 10),
        Goal("handles after a long film", grown.handles, 0),
        Goal("threads after a long film", grown.threads, 0),
    )


class Client:
    """A program that looks into the mirror as the page does: one frame after the other."""

    def __init__(self, url: str, path: str = "/api/mirror") -> None:
        """Look at frames by asking `path`."""
        self._http = httpx.Client(base_url=url, timeout=PATIENCE)
        self._http.get("/").raise_for_status()  # which gives the cookie
        self._path = path
        self.answers = 0
        self.done = threading.Event()

    def look(self, frames: list[bytes], seconds: float) -> float:
        """Look for so long, or until it is `done`; the answers a second."""
        began = time.monotonic()
        for frame in cycle(frames):
            if self.done.is_set() or time.monotonic() - began > seconds:
                break
            answered = self._http.post(self._path, content=frame)
            if answered.status_code == 429:  # the last mirror of somebody else is not idle yet
                time.sleep(float(answered.headers["retry-after"]))
                continue
            answered.raise_for_status()
            self.answers += 1
        return self.answers / (time.monotonic() - began)


@contextmanager
def crowd(url: str, frames: list[bytes], count: int) -> Iterator[list[Client]]:
    """So many mirrors meanwhile."""
    clients = [Client(url) for _ in range(count)]
    threads = [threading.Thread(target=each.look, args=(frames, 3600.0)) for each in clients]
    for thread in threads:
        thread.start()
    try:
        yield clients
    finally:
        for client in clients:
            client.done.set()
        for thread in threads:
            thread.join()


def stills(url: str, picture: bytes, seconds: float) -> float:
    """The median time of an ordinary question about a picture, asked again and again, in seconds."""
    took: list[float] = []
    began = time.monotonic()
    with httpx.Client(base_url=url, timeout=PATIENCE) as http:
        while time.monotonic() - began < seconds or not took:
            asked = time.monotonic()
            http.post("/api/explain", content=picture).raise_for_status()
            took.append(time.monotonic() - asked)
            time.sleep(0.1)
    return median(took)


def filmed(server: Server, tree: Tree, film: Path, seconds: float) -> Seen:
    """What a browser sees whose camera shows a film."""
    with browsing(server.url, film) as page:
        page.wait_for_function("window.seewhy?.mirror")
        page.locator("#use-camera").click()
        page.wait_for_function("window.seewhy.maps > 20", timeout=1000 * PATIENCE)
        page.evaluate(WATCH)
        rate, cpu = watched(page, "seewhy.maps", tree, seconds)
        return Seen(rate, tuple(page.evaluate("lags")), cpu)


def filmed_by_peer(server: Server, tree: Tree, film: Path, seconds: float) -> Seen:
    """The same on the page of `benchmarks.peer_page`, which does not tell how old a map is."""
    with browsing(server.url, film) as page:
        page.locator('[title="grant webcam access"] button').click(timeout=1000 * PATIENCE)
        page.locator('button[aria-label="capture photo"]').click(timeout=1000 * PATIENCE)
        page.evaluate(WATCH_PEER)
        page.wait_for_function("shown > 2", timeout=1000 * PATIENCE)
        rate, cpu = watched(page, "shown", tree, seconds)
        return Seen(rate, (), cpu)


@contextmanager
def browsing(url: str, film: Path) -> Iterator["Page"]:
    """A page in a browser whose camera shows a film."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-video-capture={film}"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(url)
        yield page
        browser.close()


def watched(page: "Page", count: str, tree: Tree, seconds: float) -> tuple[float, float]:
    """How often what a page counts came in a second, and the milliseconds of the server's processors for each."""
    before, cpu, began = page.evaluate(count), tree.cpu_seconds(), time.monotonic()
    page.wait_for_timeout(1000 * seconds)
    came = page.evaluate(count) - before
    took, spent = time.monotonic() - began, tree.cpu_seconds() - cpu
    return came / took, 1000 * spent / max(1, came)


def pictures() -> list[Image.Image]:
    """The packaged photographs."""
    return [Image.open(each.path).convert("RGB") for each in photographs()]


def jpeg(picture: Image.Image, side: int = SIDE) -> bytes:
    """The middle square of a picture as the page sends it."""
    half = min(picture.size) / 2
    middle = [length / 2 for length in picture.size]
    box = (middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half)
    file = io.BytesIO()
    picture.resize((side, side), box=box).save(file, "JPEG", quality=92)
    return file.getvalue()


def moving_film(frames_each: int = 20) -> bytes:
    """Packaged photographs that move and change, as a film of thirty frames a second (YUV4MPEG2)."""
    width, height = FILM
    film = bytearray(f"YUV4MPEG2 W{width} H{height} F30:1 Ip A1:1 C420jpeg\n".encode())
    for picture in pictures()[:4]:
        wide = picture.resize((int(1.2 * width), int(1.2 * height)))
        for number in range(frames_each):
            turn = 2 * np.pi * number / frames_each
            left = int((0.5 + 0.5 * np.cos(turn)) * (wide.width - width))
            top = int((0.5 + 0.5 * np.sin(turn)) * (wide.height - height))
            luma, blue, red = wide.crop((left, top, left + width, top + height)).convert("YCbCr").split()
            half = (width // 2, height // 2)
            film += b"FRAME\n" + luma.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()
    return bytes(film)
