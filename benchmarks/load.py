"""Sixty-four clients, every third request of theirs hostile: what a page for strangers is like for the others."""

import asyncio
import io
import json
import os
import random
import struct
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from PIL import Image

from benchmarks.machine import this_machine
from benchmarks.ours import keep_cache_in
from benchmarks.pictures import for_crowds
from benchmarks.report import Goal, Report, Table
from benchmarks.server import Server, running
from page.words import load

WORDS = load()
PATIENCE = 90.0
A_FEW = 8  # who ask the same at once, before anything is measured: as many as are served of one address
OUR_OWN = {WORDS(f"server.{name}") for name in ("busy", "stopping", "too_long")} | {WORDS("api.starting")}
INSIDE = ("Traceback", "site-packages", 'File "/')
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Crowd:
    """How many clients come, for how long, how often each asks at most, and what that may cost.

    `growth` is in megabytes: what may be added to the memory that the warm server holds, at any moment.
    """

    clients: int
    seconds: float
    turns: int
    growth: int


FULL = Crowd(64, 180.0, sys.maxsize, 200)
# So many questions and not so many seconds: what is asked is then the same on every machine. How much of it is worked
# on at the same moment, and what the allocator keeps of that, is not: the same questions took 75 to 223 MB. So this
# one tells whether memory grows without bound, and the other one by how much.
QUICK = Crowd(8, 120.0, 9, 600)


@dataclass
class Found:
    """What came back: counts by kind, answers that differ, and 5xx that are not the queue's own."""

    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    peak: int = 0

    def look(self, what: str, answered: httpx.Response) -> None:
        """Count an answer, and note one that a server in order would not give."""
        self.statuses[answered.status_code] += 1
        text = answered.text
        if answered.status_code >= 500 and _sentence(text) not in OUR_OWN:
            self.broken.append(f"{what}: {answered.status_code} {text[:120]}")
        if any(word in text for word in INSIDE):
            self.broken.append(f"{what}: the inside is shown: {text[:120]}")


Hostile = Callable[[httpx.AsyncClient], Awaitable[httpx.Response | None]]


def run(out: Path, threads: int = 2, quick: bool = False) -> Report:
    """Measure, and write load.md and load.json into `out`."""
    crowd = QUICK if quick else FULL
    keep_cache_in(out / "cache.tmp")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        files = for_crowds(folder)[:4] if quick else for_crowds(folder)
        flags = ["--threads", str(threads), "--offline", "--public"]
        # All clients have one address here, and the limits of an address are for tests of their own.
        flags += [part for name in ("requests", "questions", "uploads") for part in (f"--{name}-each", "1000000")]
        flags += ["--connections-each", "1000"]
        with running(folder, *flags, "--queue-each", "64") as server:
            server.wait_until_settled()
            found, before = asyncio.run(visit(server, files, crowd))
            ended = server.process.poll() is not None
    report = Report(
        name="load",
        title="Under load, with every third request hostile",
        machine=this_machine(threads),
        goals=goals_of(found, before, ended, crowd.growth),
        tables=(table("What was asked", found.kinds), table("What came back", found.statuses)),
        notes=(
            f"{crowd.clients} clients for at most {crowd.seconds:.0f} s, each one question after the other.",
            *found.broken[:10],
            *found.wrong[:10],
        ),
    )
    report.write(out)
    return report


async def visit(server: Server, files: list[Path], crowd: Crowd) -> tuple[Found, int]:
    """Let the clients ask; what they found, and the server's memory when it was warm."""
    found = Found()
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    # All clients share this one, and a session is the browser's whose cookie began it: so nobody keeps any.
    none = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    async with httpx.AsyncClient(base_url=server.url, timeout=PATIENCE, limits=limits, cookies=none) as http:
        pictures = [path.read_bytes() for path in files]
        expected = [_essence((await http.post("/api/explain", content=data)).json()) for data in pictures]
        # Warm is a server that has had a crowd before: what a thread takes for its first picture, it keeps.
        at_once = (http.post("/api/explain", content=pictures[n % len(pictures)]) for n in range(crowd.clients))
        await asyncio.gather(*at_once)
        # And one that a few have asked each thing at once: experiments keep memory for the next, and an engine makes a
        # second of itself, as large as the first, when the first crowd comes to one of its graphs. The third of three
        # loads of a minute added 83 MB to what was there after the first, which had added 252.
        for name, act in HOSTILE.items():
            for answered in await asyncio.gather(*(act(http) for _ in range(A_FEW)), return_exceptions=True):
                if isinstance(answered, httpx.Response):
                    found.look(name, answered)
                elif answered is not None and not isinstance(answered, httpx.TransportError):
                    raise answered
        before = server.memory()
        over = asyncio.Event()
        watch = asyncio.create_task(_watch(server, over, found))
        until = time.monotonic() + crowd.seconds
        await asyncio.gather(
            *(_client(number, crowd.turns, http, pictures, expected, until, found) for number in range(crowd.clients))
        )
        over.set()
        await watch
        for data, wanted in zip(pictures, expected, strict=True):  # after all that, still the same
            answered = await http.post("/api/explain", content=data)
            found.look("afterwards", answered)
            if _essence(answered.json()) != wanted:
                found.wrong.append("afterwards")
    return found, before


async def _client(
    number: int,
    turns: int,
    http: httpx.AsyncClient,
    pictures: list[bytes],
    expected: list[tuple[Any, ...]],
    until: float,
    found: Found,
) -> None:
    chance = random.Random(number)
    for turn in range(number, number + turns):
        if time.monotonic() > until:
            return
        which = chance.randrange(len(pictures))
        kind = "hostile" if turn % 3 == 0 else "page" if turn % 3 == 1 else "plain"
        found.kinds[kind] += 1
        try:
            if kind == "hostile":
                name, act = chance.choice(list(HOSTILE.items()))
                if (answered := await act(http)) is not None:
                    found.look(name, answered)
                continue
            said = await (_by_page if kind == "page" else _plain)(http, pictures[which], found)
        except httpx.TransportError as error:
            if kind != "hostile":  # a server may close on whoever sends nonsense
                found.broken.append(f"{kind}: {type(error).__name__}")
            continue
        if said is not None:
            found.kinds["answered"] += 1
            if _essence(said) != expected[which]:
                found.wrong.append(f"{kind}: {_essence(said)} instead of {expected[which]}")


async def _plain(http: httpx.AsyncClient, data: bytes, found: Found) -> Any:
    answered = await http.post("/api/explain", content=data)
    found.look("plain", answered)
    return answered.json() if answered.status_code == 200 else None


async def _by_page(http: httpx.AsyncClient, data: bytes, found: Found) -> Any:
    """Upload, ask and wait, as the page does."""
    uploaded = await http.post("/gradio_api/upload", files={"files": ("a", data)})
    found.look("upload", uploaded)
    if uploaded.status_code != 200:
        return None
    asked = {"data": [{"path": uploaded.json()[0], "meta": {"_type": "gradio.FileData"}}, None, None, None]}
    joined = await http.post("/gradio_api/call/explain", json=asked)
    found.look("ask", joined)
    if joined.status_code != 200:
        return None
    answered = await http.get(f"/gradio_api/call/explain/{joined.json()['event_id']}")
    found.look("answer", answered)
    lines = [line for line in answered.text.splitlines() if line]
    if lines[-2] != "event: complete":
        found.wrong.append(f"page: {answered.text[-200:]}")
        return None
    return json.loads(lines[-1].removeprefix("data: "))[0]


async def _watch(server: Server, over: asyncio.Event, found: Found) -> None:
    while not over.is_set():
        found.peak = max(found.peak, server.memory())
        await asyncio.sleep(0.25)


def _essence(said: Any) -> tuple[Any, ...]:
    """What must be the same whichever engine and batch it went through."""
    return (said["index"], round(said["confidence"], 2), len(said["layers"]))


def _sentence(text: str) -> str:
    try:
        said = json.loads(text)
        return str(said.get("error") or said.get("detail")) if isinstance(said, dict) else ""
    except ValueError:
        return ""


# --- what strangers may send ---


def _post(path: str, body: Callable[[], bytes], **headers: str) -> Hostile:
    async def act(http: httpx.AsyncClient) -> httpx.Response:
        return await http.post(path, content=body(), headers={k.replace("_", "-"): v for k, v in headers.items()})

    return act


def _get(path: str) -> Hostile:
    async def act(http: httpx.AsyncClient) -> httpx.Response:
        return await http.get(path)

    return act


def _call(picture: Any) -> Hostile:
    """Ask about something that was never uploaded, and wait for the answer."""

    async def act(http: httpx.AsyncClient) -> httpx.Response:
        joined = await http.post("/gradio_api/call/explain", json={"data": [picture, None, None, None]})
        if joined.status_code != 200:
            return joined
        return await http.get(f"/gradio_api/call/explain/{joined.json()['event_id']}")

    return act


def _asked(endpoint: str, data: Callable[[], bytes], values: Callable[[Any], list[Any]]) -> Hostile:
    """Upload a picture, ask an experiment about it, and wait for the answer."""

    async def act(http: httpx.AsyncClient) -> httpx.Response:
        uploaded = await http.post("/gradio_api/upload", files={"files": ("a", data())})
        if uploaded.status_code != 200:
            return uploaded
        joined = await http.post(
            f"/gradio_api/call/{endpoint}", json={"data": values({"path": uploaded.json()[0], **META})}
        )
        if joined.status_code != 200:
            return joined
        return await http.get(f"/gradio_api/call/{endpoint}/{joined.json()['event_id']}")

    return act


def strip(width: int = 20_000, height: int = 1_000) -> bytes:
    """A PNG of few bytes, as long as a strip may be."""
    file = io.BytesIO()
    Image.new("L", (width, height), 128).save(file, "PNG")
    return file.getvalue()


def _broken_off(path: str) -> Hostile:
    """Send half of what was announced, and go."""

    async def act(http: httpx.AsyncClient) -> None:
        address = urlsplit(str(http.base_url))
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 200000\r\n"
        kind = "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        part = '--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
        writer.write((head + kind + part).encode() + os.urandom(50_000))
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()

    return act


def bomb(side: int = 13_000) -> bytes:
    """A PNG of few bytes and many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(1000) * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _many_files() -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nx\r\n'
    return part * 500 + b"--b--\r\n"


META = {"meta": {"_type": "gradio.FileData"}}
FORM = "multipart/form-data; boundary=b"
HOSTILE: dict[str, Hostile] = {
    "text as a picture": _post("/api/explain", lambda: b"Dear visitor"),
    "noise": _post("/api/explain", lambda: os.urandom(20_000)),
    "bomb": _post("/api/explain", bomb),
    "nothing": _post("/api/explain", lambda: b""),
    "too large": _post("/api/explain", lambda: bytes(18 * 1024 * 1024)),
    "too large for JSON": _post("/gradio_api/queue/join", lambda: b" " * 400_000, content_type="application/json"),
    "many files": _post("/gradio_api/upload", _many_files, content_type=FORM),
    "broken form": _post("/gradio_api/upload", lambda: b"--b\r\nno form", content_type=FORM),
    "deep JSON": _post("/gradio_api/call/explain", lambda: b"[" * 50_000, content_type="application/json"),
    "no JSON": _post("/gradio_api/call/explain", lambda: b"{", content_type="application/json"),
    "unknown function": _post(
        "/gradio_api/queue/join",
        lambda: b'{"data": [], "fn_index": 9999, "session_hash": "a"}',
        content_type="application/json",
    ),
    "a file of the server": _call({"path": "/etc/hostname"}),
    "an address": _call({"path": "http://127.0.0.1:1/a.png", **META}),
    "a data address": _call({"path": "a", "url": "data:image/png;base64,AAAA", **META}),
    "wrong types": _call([[[1e308, {"a": None}]]]),
    "a strip": _post("/api/explain", strip),
    "many of one strip": _asked("many", strip, lambda given: [[given] * 24, None, None, None, None]),
    "cards of one strip": _asked(
        "memory_cards", strip, lambda given: [[given] * 12, [given] * 12, ["x"] * 12, None, None]
    ),
    "costumes on a strip": _asked(
        "dress_up",
        strip,
        lambda given: [given, [{"piece": "wig", "x": 0.5, "y": 0.5, "width": 4, "turn": 33}] * 12, None, None],
    ),
    "out of the folder": _get("/gradio_api/file=" + quote("/tmp/../etc/passwd")),
    "relay": _get("/gradio_api/file=http://127.0.0.1:1/"),
    "closed": _get("/gradio_api/runs"),
    "others' answers": _get("/gradio_api/call/explain/00000000-0000-0000-0000-000000000000"),
    "long path": _get("/" + "a" * 20_000),
    "upload broken off": _broken_off("/gradio_api/upload"),
    "question broken off": _broken_off("/api/explain"),
}


def goals_of(found: Found, before: int, ended: bool, growth: int = FULL.growth) -> tuple[Goal, ...]:
    """What must hold, whoever visits."""
    return (
        Goal("answers to healthy clients", found.kinds["answered"], 1, at_least=True),
        Goal("answers that were wrong", len(found.wrong), 0),
        Goal("5xx but the queue's own, lost answers, and views of the inside", len(found.broken), 0),
        Goal("resident memory above the warm server, MB", found.peak - before, growth),
        Goal("the server ended", ended, 0),
    )


def table(title: str, counts: Counter[Any]) -> Table:
    """Counts as a table."""
    return Table(
        title, ("What", "How often"), tuple((str(name), f"{count:,}") for name, count in sorted(counts.items()))
    )
