"""What is kept is what would be made anew, for each place, language and way of packing."""

import asyncio
import gzip
from collections import Counter
from types import SimpleNamespace
from typing import Any

import brotli
import httpx
import pytest
from gradio.route_utils import get_root_url
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from page.doors.kept import PAGES, Kept, KeptAnswer, Shelf, accepted
from page.request import LANGUAGE
from tests.page.talk import HTTP
from tests.server import Server

PLACES = (
    {},
    {"host": "museum.example"},
    {"host": "10.0.0.1:7860"},
    {"x-forwarded-host": "museum.example", "x-forwarded-proto": "https"},
    {"x-forwarded-host": "a.example, b.example"},
    {"host": "[::1]:80"},
)
LONG = "words " * 2000


class Page:
    """An app that says where it stands, in which language, and what was asked; it counts how often."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.status = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        self.asked[request.url.path] += 1
        path = scope["path"].rstrip("/") or "/"
        root = get_root_url(request, path, scope["app"].root_path) if path in PAGES else ""
        page, every = (request.query_params.get(name) for name in ("page", "all_endpoints"))
        question = page if path == "/config" and page == "" else bool(every) if path == "/gradio_api/info" else None
        told = f'{{"root": "{root}", "at": "{root}/file", "language": "{scope.get(LANGUAGE)}", "asked": "{question}"}}'
        body = told + LONG
        await Response(body, self.status, {"etag": '"1"', "vary": "Cookie"}, "application/json")(scope, receive, send)


def told_as(app: ASGIApp, language: str, root_path: str) -> ASGIApp:
    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        told = {LANGUAGE: language, "app": SimpleNamespace(root_path=root_path)}
        await app({**scope, **told}, receive, send)

    return telling


def get(
    app: ASGIApp, path: str = "/", language: str = "en", root_path: str = "", method: str = "GET", **headers: str
) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(told_as(app, language, root_path))
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await http.request(method, path, headers={"accept-encoding": "identity"} | named)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?__theme=dark",
        "/?page=x",
        "/config",
        "/config/",
        "/config?page=",
        "/config?page=x",
        "/gradio_api/info",
        "/gradio_api/info?all_endpoints=1",
        "/gradio_api/info?all_endpoints=",
    ],
)
@pytest.mark.parametrize("packing", ["", "gzip", "br", "gzip, deflate, br"])
def test_page_is_as_if_it_was_made_anew(path: str, packing: str) -> None:
    page = Page()
    kept = Kept(page)
    for _ in range(2):
        for language in ("en", "de"):
            for place in PLACES:
                for root_path in ("", "/see"):
                    made = get(page, path, language, root_path, **place)
                    asked = get(kept, path, language, root_path, **place, accept_encoding=packing)
                    assert asked.text == made.text
                    assert asked.headers.get("content-encoding", "") in packing
    # Twice each as it stands, for the two places below which it may stand, and once a language to be kept.
    assert page.asked.total() == 2 * 2 * 2 * len(PLACES) + 2


def test_many_who_ask_at_once_get_what_is_made_once() -> None:
    page = Page()
    kept = told_as(Kept(page), "en", "")

    async def ask() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(kept), base_url="http://page") as http:
            return await asyncio.gather(*(http.get("/") for _ in range(20)))

    assert len({answered.text for answered in asyncio.run(ask())}) == 1
    assert page.asked == {"/": 1}


def test_places_that_strangers_make_up_are_not_kept_for_ever() -> None:
    kept = Kept(Page())
    kept.placed.most = 10_000
    for number in range(500):
        get(kept, "/", host=f"h{number}.example", accept_encoding="gzip")
    assert kept.placed.size <= 10_000
    assert len(kept.pages) == 1


def test_questions_that_strangers_make_up_are_not_kept() -> None:
    kept = Kept(Page())
    for number in range(50):
        get(kept, f"/config?page={number}&more={number}")
        get(kept, f"/?deep_link={number}")
        get(kept, f"/gradio_api/info?all_endpoints={number}")
    assert len(kept.pages) == 3


def test_what_is_no_good_answer_is_not_kept() -> None:
    page = Page()
    kept = Kept(page)
    page.status = 503
    assert get(kept, "/", accept_encoding="br").status_code == 503
    page.status = 200
    assert get(kept, "/", accept_encoding="br").status_code == 200


def test_head_has_no_body_and_other_methods_are_asked_anew() -> None:
    page = Page()
    kept = Kept(page)
    assert (get(kept, "/", method="HEAD").content, get(kept, "/").content[:1]) == (b"", b"{")
    get(kept, "/", method="POST")
    assert page.asked["/"] == 2


def test_nothing_of_a_visitor_reaches_what_is_kept() -> None:
    seen: list[Any] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend(scope["headers"])
        await Response("page")(scope, receive, send)

    get(Kept(page), "/", cookie="visitor=abc", authorization="secret", accept_language="de")
    assert seen == [(b"host", b"page.invalid")]


def test_script_is_packed_once_and_its_file_may_be_sent_in_pieces(tmp_path: Any) -> None:
    script = tmp_path / "a.js"
    script.write_text("let a = 1;\n" * 20_000)
    asked: Counter[str] = Counter()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked[scope["path"]] += 1
        await FileResponse(script)(scope, receive, send)

    kept = Kept(app)
    for packing, unpacked in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        for _ in range(3):
            scope = {"type": "http", "method": "GET", "path": "/assets/a.js", "query_string": b"", "headers": []}
            answer = asyncio.run(kept._answer({**scope, "headers": [(b"accept-encoding", packing.encode())]}))
            assert isinstance(answer, KeptAnswer)
            assert unpacked(answer.body) == script.read_bytes()
            assert {b"etag", b"last-modified"} <= {name for name, _ in answer.headers}
    assert asked.total() == 2
    assert get(kept, "/assets/a.js").content == script.read_bytes()
    assert get(kept, "/assets/a.js", accept_encoding="br", range="bytes=0-3").content == b"let "
    assert asked.total() == 4


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.000", ""),
        ("identity", ""),
        ("", ""),
        ("GZIP", "gzip"),
        ("abbr", ""),
    ],
)
def test_best_way_of_packing_is_one_that_is_taken(header: str, best: str) -> None:
    assert accepted(header) == best


def test_shelf_lets_go_of_what_nobody_asked_for_the_longest() -> None:
    shelf = Shelf(most=30)
    for name in "abc":
        shelf.put((name,), KeptAnswer(200, (), b"x" * 10))
    shelf.get(("a",))
    shelf.put(("d",), KeptAnswer(200, (), b"x" * 10))
    assert [bool(shelf.get((name,))) for name in "abcd"] == [True, False, True, True]
    shelf.put(("d",), KeptAnswer(200, (), b"x" * 5))
    assert shelf.size == 25


# --- the real page ---

PORTS = {"en": 91, "de": 92, "ar": 93}


def test_real_page_stands_where_each_visitor_sees_it_in_each_language(server: Server) -> None:
    pages = {}
    for language in ("en", "de", "ar"):
        for packing in ("br", "gzip", "identity"):
            # Any port of this machine's own name is another place.
            headers = {"accept-language": language, "accept-encoding": packing, "host": f"localhost:{PORTS[language]}"}
            answered = httpx.get(server.url, headers=headers, **HTTP)
            assert answered.status_code == 200
            assert f'"root":"http://localhost:{PORTS[language]}"' in answered.text
            assert "page.invalid" not in answered.text
            assert answered.headers.get("content-encoding", "identity") == packing
            assert answered.headers["set-cookie"].startswith("visitor=")
            pages[language, answered.text] = answered.headers["set-cookie"]
    assert len(pages) == 3


def test_each_visitor_gets_a_cookie_and_a_number_of_their_own(server: Server) -> None:
    answered = [httpx.get(server.url, **HTTP) for _ in range(5)]
    assert len({each.headers["set-cookie"] for each in answered}) == 5
    assert len({each.headers["x-request-id"] for each in answered}) == 5
    again = httpx.get(server.url, headers={"cookie": answered[0].headers["set-cookie"].partition(";")[0]}, **HTTP)
    assert "set-cookie" not in again.headers
