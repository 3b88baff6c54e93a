"""The page as strangers meet it: one server with short settings, `--public`, and a proxy that it believes."""

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from page.words import Words, load
from tests.page import corpus
from tests.page.talk import HTTP, Program
from tests.server import Server, running

RED = corpus.taken()["png"].data
SWEEP = 3  # seconds
FLAGS = ("--public", "--proxies", "127.0.0.1", "--sweep-minutes", "0.05", "--log", "json", "--offline")
EACH = {"uploads": 4, "questions": 6, "requests": 40}


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    each = [part for name, count in EACH.items() for part in (f"--{name}-each", str(count))]
    with running(tmp_path_factory.mktemp("public"), *FLAGS, *each) as server:
        yield server


@pytest.fixture(scope="module")
def words() -> Words:
    return load()


def visitor(server: Server, address: str) -> httpx.Client:
    """Somebody whom the proxy reports from an address."""
    return httpx.Client(base_url=server.url, headers={"x-forwarded-for": address}, **HTTP)


def left(server: Server) -> list[Path]:
    """All that lies in the folder of the uploads, but for an empty folder that Gradio makes when it starts."""
    return [path for path in server.uploads.rglob("*") if path.is_file() or path.name != "vibe_edit_history"]


def emptied(server: Server) -> bool:
    deadline = time.monotonic() + 20 * SWEEP
    while left(server) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not left(server)


def test_nothing_of_a_picture_is_kept(public: Server) -> None:
    program = Program(public.url)
    program.http.headers["x-forwarded-for"] = "10.0.0.1"
    sent = program.http.post("/gradio_api/upload", files={"files": ("grandmother.png", RED)})
    program.heatmap({"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}})
    assert public.files() >= 2
    assert emptied(public)
    assert program.http.get(f"/gradio_api/file={sent.json()[0]}").status_code in (403, 404)
    assert "grandmother" not in public.log()
    assert str(public.uploads) not in public.log()


def test_nothing_of_an_upload_that_was_broken_off_is_kept(public: Server) -> None:
    host, port = public.url.removeprefix("http://").split(":")
    body = b'--b\r\nContent-Disposition: form-data; name="files"; filename="grandmother.png"\r\n\r\n' + bytes(300_000)
    head = (
        "POST /gradio_api/upload HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 10.0.0.2\r\nContent-Length: 900000\r\n"
    )
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(head.encode() + b"Content-Type: multipart/form-data; boundary=b\r\n\r\n" + body)
        deadline = time.monotonic() + 20
        while not public.files() and time.monotonic() < deadline:
            time.sleep(0.05)
    assert emptied(public)
    assert "grandmother" not in public.log()


@pytest.mark.parametrize(("kind", "method", "path"), [
    ("uploads", "POST", "/gradio_api/upload"),
    ("questions", "POST", "/gradio_api/call/explain"),
    ("questions", "POST", "/api/explain"),
    ("requests", "GET", "/robots.txt"),
])  # fmt: skip
def test_one_address_is_stopped_and_another_goes_on(
    public: Server, words: Words, kind: str, method: str, path: str
) -> None:
    network = f"10.{sum(path.encode()) % 250}.0."
    one, other = visitor(public, f"{network}1"), visitor(public, f"{network}2")
    statuses = [one.request(method, path).status_code for _ in range(EACH[kind])]
    assert 429 not in statuses
    refused = one.request(method, path)
    assert (refused.status_code, refused.json()["error"]) == (429, words("server.too_fast"))
    assert "retry-after" in refused.headers
    assert other.request(method, path).status_code == statuses[0]


def test_answer_and_log_share_the_number_of_a_request(public: Server) -> None:
    http = visitor(public, "10.0.0.3")
    answered = http.post("/api/explain", content=b"Dear visitor")
    assert re.search(rf'"request": "{answered.headers["x-request-id"]}".*picture.not_a_picture', public.log())


def test_metrics_count_and_describe_nobody(public: Server) -> None:
    http = visitor(public, "10.0.0.4")
    http.post("/api/explain", content=RED).raise_for_status()
    text = http.get("/metrics").text
    assert re.search(r'^seewhy_explanations_total\{model="efficientnet_lite0"\} [1-9]', text, re.MULTILINE)
    for name in ("seewhy_waiting", "seewhy_memory_bytes", "seewhy_model_loads_total", "seewhy_seconds_bucket"):
        assert f"\n{name}" in text
    assert not re.search(r"10\.\d+\.0\.|127\.0\.0\.1|grandmother|tabby", text)


def test_pages_of_others_may_not_frame_this_one(public: Server) -> None:
    policy = visitor(public, "10.0.0.5").get("/").headers["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self'")
