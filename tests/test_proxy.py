"""The nginx configuration that is offered, in a real nginx in front of the real page."""

import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from page.doors.owners import COOKIE
from tests.page import corpus
from tests.page.talk import HTTP, Program
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
FRONT = "172.30.8.1"  # the host, as the containers of compose.yaml see it
MB = 1024 * 1024
RED = corpus.taken()["png"].data


@contextmanager
def nginx(
    folder: Path,
    pages: Sequence[str],
    rate: str = "",
    front: str = "127.0.0.1",
    site: str = SITE,
    command: Sequence[str] = (NGINX,),
) -> Iterator[str]:
    """Nginx before these pages, with another rate for a burst of two where one is given; its address.

    `front` is the proxy that it believes; `command` starts it, and `site` is what it is told.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    servers = " ".join(f"server {page.removeprefix('http://')};" for page in pages)
    site = site.replace("server page:7860;", servers).replace("listen 8080;", f"listen 127.0.0.1:{port};")
    site = site.replace(FRONT, front)
    if rate:
        site = re.sub(r"rate=\w+/s", f"rate={rate}", site).replace("burst=60", "burst=2")
    configuration = folder / "nginx.conf"
    configuration.write_text(AROUND.format(folder=folder, site=site))
    process = subprocess.Popen([*command, "-c", str(configuration)], stderr=subprocess.DEVNULL)
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
        process.wait(timeout=60)


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
    refused = httpx.post(f"{proxied}/gradio_api/upload", files={"files": bytes(18 * MB)}, **HTTP)
    assert refused.status_code == 413
    # In nginx's words: it did not get as far as the page.
    assert refused.json()["error"] == "That file is too large. Choose a smaller one."


def test_addresses_that_a_proxy_in_front_reports_are_counted_apart(server: Server, tmp_path: Path) -> None:
    with nginx(tmp_path, [server.url], rate="1r/m") as url, httpx.Client(base_url=url, **HTTP) as http:
        for reported in ("198.51.100.1", "198.51.100.2", "192.0.2.9, 198.51.100.3"):
            headers = {"x-forwarded-for": reported}
            answered = [http.post("/gradio_api/call/nothing", content=b"{", headers=headers) for _ in range(4)]
            assert [each.status_code == 429 for each in answered] == [False, False, False, True]
        forged = {"x-forwarded-for": "192.0.2.10, 198.51.100.3"}
        assert http.post("/gradio_api/call/nothing", content=b"{", headers=forged).status_code == 429


def test_only_the_proxy_in_front_is_believed(server: Server, tmp_path: Path) -> None:
    with (
        nginx(tmp_path, [server.url], rate="1r/m", front="192.0.2.1") as url,
        httpx.Client(base_url=url, **HTTP) as http,
    ):
        headers = [{"x-forwarded-for": f"198.51.100.{number}"} for number in range(4)]
        answered = [http.post("/gradio_api/call/nothing", content=b"{", headers=each) for each in headers]
    assert [each.status_code == 429 for each in answered] == [False, False, False, True]


def test_the_addresses_of_one_network_of_ipv6_count_as_one(server: Server, tmp_path: Path) -> None:
    with nginx(tmp_path, [server.url], rate="1r/m") as url, httpx.Client(base_url=url, **HTTP) as http:

        def refused(address: str) -> bool:
            headers = {"x-forwarded-for": address}
            return http.post("/gradio_api/call/nothing", content=b"{", headers=headers).status_code == 429

        same = ["2001:db8::1", "2001:db8:0:0:a:b:c:d", "2001:db8::ffff:10.0.0.10", "2001:db8::2"]
        assert [refused(each) for each in same] == [False, False, False, True]
        assert not refused("2001:db8:0:1::1"), "another network"
        assert not refused("2001:db8:a:a::1"), "a byte that means a new line in a text"
        assert not refused("198.51.100.9")


def open_to_all(folder: Path) -> None:
    """Nginx gives up root's rights, or never has them, and pytest's folders are for their owner alone."""
    folder.chmod(0o777)
    for above in folder.parents:
        if above != Path(tempfile.gettempdir()) and above.is_relative_to(tempfile.gettempdir()):
            above.chmod(above.stat().st_mode | 0o755)


def opened(folder: Path) -> list[str]:
    """The files of a folder that a process has open; nginx takes their names away at once."""
    found = []
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if (there := os.readlink(link)).startswith(f"{folder}/"):
                found.append(there)
    return found


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("path", ["/api/explain", "/gradio_api/upload"])
def test_nothing_of_a_picture_is_written_to_its_disk(server: Server, tmp_path: Path, path: str, kept: bool) -> None:
    # With the line that forbids it taken out, the test sees the file.
    site = SITE.replace("proxy_request_buffering off;", "") if kept else SITE
    open_to_all(tmp_path)
    with nginx(tmp_path, [server.url], site=site) as url:
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as sender:
            sender.sendall(f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {MB}\r\n\r\n".encode())
            sender.sendall(bytes(MB // 2))
            deadline, written = time.monotonic() + (20 if kept else 2), False
            while time.monotonic() < deadline and not written:
                written = bool(opened(tmp_path / "1"))
                time.sleep(0.05)
    assert written == kept


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up its rights")
def test_it_needs_neither_root_nor_any_capability(server: Server, tmp_path: Path) -> None:
    open_to_all(tmp_path)
    bare = ["setpriv", "--reuid=33", "--regid=33", "--clear-groups", "--bounding-set=-all", "--no-new-privs", NGINX]
    with nginx(tmp_path, [server.url], command=bare) as url:
        assert httpx.post(f"{url}/api/explain", content=RED, **HTTP).status_code == 200
        pid = int((tmp_path / "pid").read_text())
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        assert (status["CapEff"].strip("0"), status["CapBnd"].strip("0"), status["NoNewPrivs"]) == ("", "", "1")


def test_proxy_that_follows_the_rules_of_the_guide_serves_a_page_that_works(server: Server, tmp_path: Path) -> None:
    (rules,) = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs" / "host.md").read_text(encoding="utf-8"), re.DOTALL)
    rules = rules.replace("127.0.0.1:7860", server.url.removeprefix("http://"))
    with nginx(tmp_path, [], site=f"server {{ listen 8080; {rules} }}") as url:
        program = Program(url)
        page = program.http.get("/").text
        (root,) = set(re.findall(r'"root":"([^"]+)"', page))
        # The browser asks only where the page came from, by the policy; another address would be blocked.
        assert root == url
        assert program.explain(program.send(RED + b"by the rules"))["label"]
        assert program.http.get("/metrics").status_code == 404
        large = httpx.post(f"{url}/gradio_api/upload", files={"files": bytes(18 * MB)}, **HTTP)
        assert large.status_code == 413


def test_metrics_are_closed(proxied: str, server: Server) -> None:
    assert httpx.get(f"{server.url}/metrics", **HTTP).status_code == 200
    for path in ("/metrics", "//metrics", "/%6detrics"):
        assert httpx.get(f"{proxied}{path}", **HTTP).status_code == 404, path


@pytest.mark.parametrize("path", ["/gradio_api/call/nothing", "/api/explain", "/gradio_api/upload"])
def test_flood_is_refused_with_a_sentence(server: Server, tmp_path: Path, path: str) -> None:
    with nginx(tmp_path, [server.url], rate="1r/m") as url, httpx.Client(base_url=url, **HTTP) as http:
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
