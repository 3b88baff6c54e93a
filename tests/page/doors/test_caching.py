"""Nothing is kept by a browser or on the way to it, but for what is the same for everybody."""

import asyncio

import httpx
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from page.doors.caching import Caching
from tests.page.talk import HTTP
from tests.server import Server


def get(path: str, status: int = 200, **headers: str) -> httpx.Headers:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        await Response("a", status, named)(scope, receive, send)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Caching(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
            return await http.get(path)

    return asyncio.run(ask()).headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/config",
        "/gradio_api/info",
        "/gradio_api/file=/tmp/a.png",
        "/gradio_api/file=/assets/a.png",
        "/healthz",
        "/metrics",
        "/api/explain",
        "/parts/sentences",
        "/kiosk/attract",
        "/assets/",
        "/gradio_api/assets/a",
    ],
)
def test_what_is_for_one_visitor_is_kept_nowhere(path: str) -> None:
    for own in ({}, {"cache_control": "public, max-age=60"}, {"vary": "Accept-Encoding"}):
        said = get(path, **own)
        assert said.get_list("cache-control") == ["no-store"]
        assert {"Cookie", "Accept-Language"} <= {each.strip() for each in said["vary"].split(",")}
        assert "Accept-Encoding" in said["vary"] or "vary" not in own


@pytest.mark.parametrize("path", ["/assets/index-1.js", "/static/img/logo.svg", "/favicon.ico", "/theme.css"])
def test_what_is_the_same_for_all_may_be_kept(path: str) -> None:
    said = get(path)
    assert said["cache-control"].startswith("public, max-age=")
    assert "vary" not in said
    assert get(path, status=404)["cache-control"] == "no-store"


def test_parts_are_asked_for_each_time() -> None:
    assert get("/parts/fool/fool.js", cache_control="no-cache")["cache-control"] == "no-cache"


def test_scripts_of_the_real_page_are_kept_for_ever_and_nothing_else(server: Server) -> None:
    page = httpx.get(server.url, **HTTP)
    script = page.text.split('src="./assets/')[1].split('"')[0]
    assert "immutable" in httpx.get(f"{server.url}/assets/{script}", **HTTP).headers["cache-control"]
    for path in ("/", "/config", "/gradio_api/info", "/healthz", "/nothing", "/gradio_api/file=/etc/passwd"):
        answered = httpx.get(f"{server.url}{path}", **HTTP)
        assert (answered.headers["cache-control"], "Cookie" in answered.headers["vary"]) == ("no-store", True)
