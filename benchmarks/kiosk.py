"""A day of a kiosk, compressed in time: visit after visit, each with a picture of its own, and what stays of them."""

import json
import secrets
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.machine import this_machine
from benchmarks.ours import keep_cache_in
from benchmarks.pictures import for_crowds, made_unique
from benchmarks.report import Goal, Report, Table
from benchmarks.server import Server, running

MARKS = (100, 250, 500, 1_000)
QUICK_MARKS = (10, 30)
GROWTH = 60  # megabytes from the first mark on; what a thousand pictures that stayed would pass many times
PATIENCE = 60.0


@dataclass(frozen=True)
class Left:
    """The server after some visits: megabytes, open handles, and files in its upload folder."""

    visits: int
    anonymous: int
    handles: int
    files: int


def run(out: Path, threads: int = 2, quick: bool = False) -> Report:
    """Measure, and write kiosk.md and kiosk.json into `out`."""
    keep_cache_in(out / "cache.tmp")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        pictures = [path.read_bytes() for path in for_crowds(folder) if path.suffix == ".jpg"]
        with running(folder, "--kiosk", "--offline", "--threads", str(threads)) as server:
            server.wait_until_settled()
            began = time.monotonic()
            left = visits(server, pictures, QUICK_MARKS if quick else MARKS)
            rate = left[-1].visits / (time.monotonic() - began)
    report = Report(
        name="kiosk",
        title="A day of a kiosk",
        machine=this_machine(threads),
        goals=goals_of(left),
        tables=(table_of(left),),
        notes=(f"{rate:.1f} visits a second; each opens the page, uploads, is explained, and is forgotten.",),
    )
    report.write(out)
    return report


def visits(server: Server, pictures: Sequence[bytes], marks: Sequence[int]) -> tuple[Left, ...]:
    """Visit until the last of `marks` is reached; the server at each of them."""
    left = []
    for number in range(1, marks[-1] + 1):
        visit(server, made_unique(pictures[number % len(pictures)], number))
        if number in marks:
            left.append(Left(number, server.memory("RssAnon"), server.handles(), server.files()))
    return tuple(left)


def visit(server: Server, picture: bytes) -> None:
    """One visit, as the page's scripts make it. Raises AssertionError where it is not answered or not forgotten."""
    session = secrets.token_hex(6)
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as browser:
        config = browser.get("/config").raise_for_status().json()
        (asked,) = [number for number, each in enumerate(config["dependencies"]) if each["api_name"] == "explain"]
        sent = browser.post("/gradio_api/upload", files={"files": ("picture", picture)}).raise_for_status()
        file = {"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}}
        order = {"fn_index": asked, "data": [file, None, None, None, None], "session_hash": session}
        browser.post("/gradio_api/queue/join", json=order).raise_for_status()
        assert _completed(browser, session), "a visit was not answered"
        gone = browser.post("/kiosk/reset", json={"session": session})
        assert gone.status_code == 204, gone.text
    assert not Path(file["path"]).exists(), "a picture is still there"


def goals_of(left: Sequence[Left]) -> tuple[Goal, ...]:
    """Memory and disk are flat from the first mark on."""
    first, last = left[0], left[-1]
    return (
        Goal(f"MB that memory grew by after visit {first.visits}", last.anonymous - first.anonymous, GROWTH),
        Goal("open handles more than then", last.handles - first.handles, 8),
        Goal("files in the upload folder", max(each.files for each in left), 0),
    )


def table_of(left: Sequence[Left]) -> Table:
    """The server at each mark."""
    rows = [(f"{each.visits:,}", str(each.anonymous), str(each.handles), str(each.files)) for each in left]
    return Table("After so many visits", ("Visits", "RssAnon, MB", "Handles", "Files"), tuple(rows))


def _completed(browser: httpx.Client, session: str) -> bool:
    with browser.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
        for line in events.iter_lines():
            if line.startswith("data:"):
                told = json.loads(line.removeprefix("data:"))
                if told["msg"] == "process_completed":
                    return bool(told["success"])
    return False
