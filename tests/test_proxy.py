"""The nginx configuration that is offered, in a real nginx in front of the real page."""

import re
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from page.doors.owners import COOKIE
from tests.page import corpus
from tests.page.talk import Program
from tests.server import ROOT, Server, running

NGINX = "/usr/sbin/nginx"
SITE = (ROOT / "deploy" / "nginx" / "seewhy.conf").read_text(encoding="utf-8")
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{}}
http {{
  access_log off; client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3;
  uwsgi_temp_path {folder}/4; scgi_temp_path {folder}/5;
  {site}
}}
"""
MB = 1024 * 1024
RED = corpus.taken()["png"].data


@contextmanager
def nginx(folder: Path, pages: Sequence[str], rate: str = "") -> Iterator[str]:
    """Nginx before these pages, with another rate for a burst of two where one is given; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    servers = " ".join(f"server {page.removeprefix('http://')};" for page in pages)
    site = SITE.replace("server page:7860;", servers).replace("listen 8080;", f"listen 127.0.0.1:{port};")
    if rate:
        site = re.sub(r"rate=\w+/s", f"rate={rate}", site).replace("burst=60", "burst=2")
    configuration = folder / "nginx.conf"
    configuration.write_text(AROUND.format(folder=folder, site=site))
    process = subprocess.Popen([NGINX, "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def proxied(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with nginx(tmp_path_factory.mktemp("nginx"), [server.url]) as url:
        yield url


def test_page_upload_and_answer_come_through(proxied: str) -> None:
    program = Program(proxied)
    assert "SeeWhy" in program.http.get("/").text
    assert {"replica", COOKIE} <= set(program.http.cookies)
    picture = program.send(RED + b"through nginx")
    assert program.explain(picture)["label"]
    assert program.fetch(picture["path"]).content == RED + b"through nginx"
    assert program.http.post("/api/explain", content=RED).status_code == 200


def test_what_is_too_large_is_refused_with_a_sentence(proxied: str) -> None:
    refused = httpx.post(f"{proxied}/gradio_api/upload", files={"files": bytes(18 * MB)}, timeout=60)
    assert refused.status_code == 413
    # In nginx's words: it did not get as far as the page.
    assert refused.json()["error"] == "That file is too large. Choose a smaller one."


def test_addresses_that_a_proxy_in_front_reports_are_counted_apart(server: Server, tmp_path: Path) -> None:
    with nginx(tmp_path, [server.url], rate="1r/m") as url, httpx.Client(base_url=url, timeout=60) as http:
        for reported in ("198.51.100.1", "198.51.100.2", "192.0.2.9, 198.51.100.3"):
            headers = {"x-forwarded-for": reported}
            answered = [http.post("/gradio_api/call/nothing", content=b"{", headers=headers) for _ in range(4)]
            assert [each.status_code == 429 for each in answered] == [False, False, False, True]
        forged = {"x-forwarded-for": "192.0.2.10, 198.51.100.3"}
        assert http.post("/gradio_api/call/nothing", content=b"{", headers=forged).status_code == 429


def test_metrics_are_closed(proxied: str, server: Server) -> None:
    assert httpx.get(f"{server.url}/metrics").status_code == 200
    for path in ("/metrics", "//metrics", "/%6detrics"):
        assert httpx.get(f"{proxied}{path}").status_code == 404, path


@pytest.mark.parametrize("path", ["/gradio_api/call/nothing", "/api/explain", "/gradio_api/upload"])
def test_flood_is_refused_with_a_sentence(server: Server, tmp_path: Path, path: str) -> None:
    with nginx(tmp_path, [server.url], rate="1r/m") as url, httpx.Client(base_url=url, timeout=60) as http:
        answered = [http.post(path, content=b"{") for _ in range(4)]
        assert [each.status_code == 429 for each in answered] == [False, False, False, True]
        assert answered[3].json()["error"]
        assert int(answered[3].headers["retry-after"]) > 0
        assert http.get("/robots.txt").status_code == 200


def test_with_two_pages_each_visit_stays_where_it_began(server: Server, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    with (
        running(tmp_path / "second", "--offline") as second,
        nginx(tmp_path, [server.url, second.url]) as url,
    ):
        for number in range(12):
            program = Program(url)
            program.http.get("/")
            picture = program.send(RED + bytes([number]))
            assert [bool(program.explain(picture)["label"]) for _ in range(3)] == [True] * 3
        for page in (server, second):
            assert page.files() > 0, "both take part"
