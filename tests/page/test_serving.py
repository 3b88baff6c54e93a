"""The page starts on a machine that is slow, that does not know its own name, and that has a proxy for the web."""

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import gradio as gr
import httpx
import pytest
import uvicorn

from page.doors.connections import Connections
from page.serving import launch, listen


@pytest.fixture
def site() -> Iterator[gr.Blocks]:
    with gr.Blocks(analytics_enabled=False) as made:
        said = gr.Textbox()
        said.submit(lambda text: text.upper(), said, said, api_name="loud")
    yield made
    made.close(verbose=False)


def begin(site: gr.Blocks, host: str = "127.0.0.1") -> str:
    """Start a site on a free port; the address to ask it by."""
    launch(site, host, 0, Connections(100), {}, quiet=True, share=False)
    return f"http://127.0.0.1:{site.server_port}"


def loud(url: str) -> Any:
    """What the site's one event makes of a word."""
    with httpx.Client(base_url=f"{url}/gradio_api/call", trust_env=False, timeout=120) as http:
        number = http.post("/loud", json={"data": ["word"]}).json()["event_id"]
        return json.loads(http.get(f"/loud/{number}").text.strip().splitlines()[-1].removeprefix("data: "))


@pytest.fixture
def nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where no name can be looked up."""
    looking = socket.getaddrinfo

    def numbers_only(host: Any, *rest: Any, **more: Any) -> Any:
        if str(host if isinstance(host, str) else (host or b"").decode())[:1].isdigit():
            return looking(host, *rest, **more)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", numbers_only)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_it_starts_where_no_name_is_known_and_a_proxy_is_set(
    site: gr.Blocks, host: str, nameless: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert loud(begin(site, host)) == ["WORD"]


def test_it_waits_for_a_slow_start_and_keeps_whoever_comes_meanwhile(
    site: gr.Blocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, here = threading.Event(), threading.Event()
    real = uvicorn.Server.startup

    async def slow(self: uvicorn.Server, sockets: list[socket.socket] | None = None) -> None:
        here.set()
        go.wait(60)
        await real(self, sockets=sockets)

    monkeypatch.setattr(uvicorn.Server, "startup", slow)
    starting = threading.Thread(target=begin, args=(site,))
    starting.start()
    assert here.wait(60)
    statuses: list[int] = []
    url = f"http://127.0.0.1:{site.server_port}/config"
    asking = threading.Thread(target=lambda: statuses.append(httpx.get(url, trust_env=False, timeout=120).status_code))
    asking.start()
    assert starting.is_alive()
    go.set()
    starting.join(60)
    asking.join(60)
    assert statuses == [200]


def test_start_that_fails_is_an_error_and_no_wait_for_ever(site: gr.Blocks) -> None:
    async def broken() -> None:
        raise ValueError("no")

    site.extra_startup_events.append(broken)
    with pytest.raises(RuntimeError, match="ended before"):
        begin(site)


def test_port_that_is_taken_is_told_before_anything_is_made() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize(("host", "family"), [("::1", socket.AF_INET6), ("[::1]", socket.AF_INET6)])
def test_an_address_of_ipv6_is_one(host: str, family: socket.AddressFamily) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        with listen(host, 0) as made:
            assert made.family == family
    except OSError as error:
        pytest.skip(f"this machine has no IPv6: {error}")


def test_what_comes_in_is_answered_without_waiting_for_a_confirmation() -> None:
    """The body of an answer would wait for the browser to have confirmed its head."""
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
