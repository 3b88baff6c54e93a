"""What is closed is closed however it is spelled, no body grows without limit, and every answer has its headers."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from page.doors.guard import HEADERS, JSON_LIMIT, UPLOAD_ROOM, Guard
from page.experiments import EXPERIMENTS
from page.words import Words
from tests.page import corpus
from tests.page.talk import HTTP, Program, Refusal
from tests.server import Server

MB = 1024 * 1024
LIMIT = 2 * MB
UPLOAD = "/gradio_api/upload"
ASKED = "/gradio_api/queue/join"
CLOSED = (
    "/openapi.json",
    "/docs",
    "/redoc",
    "/login",
    "/login/",
    "/logout",
    "/monitoring",
    "/monitoring/summary",
    "/deep_link",
    "/svelte/anything.js",
    "/pwa_icon",
    "/pwa_icon/192",
    *(
        f"/gradio_api/{route}"
        for route in (
            "user",
            "user/",
            "token",
            "login_check",
            "queue/status",
            "openapi.json",
            "theme.css",
            "upload/",
            "nothing",
            "process_recording",
            "deep_link",
            "run-history/connect",
            "run-history/buckets",
            "run-history/records",
            "runs",
            "runs/",
            "vibe-edit/",
            "vibe-code/",
            "undo-vibe-edit/",
            "proxy=http://127.0.0.1:1/a",
            "component_server",
            "component_server/",
            "run/explain",
            "run/explain/",
            "api/explain",
            "stream/abc",
            "stream/abc/close",
            "custom_component/1/client/component/index.js",
            "dev/reload",
            "file=http://127.0.0.1:1/a",
            "file=https://127.0.0.1:1/a",
            "file=data:image/png;base64,AA",
            "file/http://127.0.0.1:1/a",
        )
    ),
)
NEEDED = ("/", "/config", "/gradio_api/info", "/gradio_api/heartbeat/abc", "/healthz", "/fetching", "/robots.txt")


async def reads_all(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that reads the body and says how long it was."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    await answer(send, 200, str(size).encode())


async def answer(send: Send, status: int, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})


async def hides_its_failure(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that, as FastAPI does, answers any failure to read a body with a 400 of its own."""
    try:
        await reads_all(scope, receive, send)
    except Exception:
        await answer(send, 400, b"There was an error parsing the body")


async def refuses(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, 413, b"File size exceeded maximum allowed size of 15728640 bytes.")


async def fails(scope: Scope, receive: Receive, send: Send) -> None:
    raise RuntimeError("/srv/secret.py")


async def fails_late(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("too late")


def ask(app: ASGIApp, method: str, path: str, **options: object) -> httpx.Response:
    async def once() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
            return await client.request(method, path, **options)  # type: ignore[arg-type]

    return asyncio.run(once())


async def _pieces(size: int) -> object:
    for at in range(0, size, 64 * 1024):
        yield b"x" * min(64 * 1024, size - at)


def own(*paths: str) -> list[Route]:
    return [Route(path, PlainTextResponse("own")) for path in paths]


OWN = own("/healthz", "/fetching", "/api/explain")


@pytest.fixture
def guarded(words: Words) -> Guard:
    return Guard(reads_all, words, LIMIT, own=OWN)


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("spelled", [str, str.upper, str.title], ids=["plain", "upper", "title"])
def test_route_that_the_page_does_not_need_is_closed(guarded: Guard, path: str, spelled: type[str]) -> None:
    for method in ("GET", "POST", "HEAD"):
        assert ask(guarded, method, spelled(path)).status_code == 404


@pytest.mark.parametrize("path", [*NEEDED, "/gradio_api/file=/a/http:", "/assets/a"])
def test_route_that_the_page_needs_is_open(guarded: Guard, path: str) -> None:
    assert ask(guarded, "GET", path).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "NONSENSE"])
def test_open_route_takes_its_own_methods_alone(guarded: Guard, words: Words, method: str) -> None:
    for path in (UPLOAD, "/gradio_api/queue/join", "/gradio_api/call/explain", "/gradio_api/cancel"):
        refused = ask(guarded, method, path)
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST"), path
    assert refused.text == "" or refused.json()["error"] == words("api.method", known="POST")


@pytest.mark.parametrize("spelled", ["/{}", "/./{}", "{}/", "{}%20", "{};a", "{}/../x"])
def test_another_spelling_of_an_open_route_is_another_route(guarded: Guard, spelled: str) -> None:
    for path in ("/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/queue/data"):
        at = spelled.format(path) if not spelled.startswith("/") else f"{spelled[:-2]}{path}"
        scope = {"type": "http", "method": "POST", "path": at, "headers": [], "query_string": b""}
        assert statuses(guarded, scope) == [404], at


def statuses(app: ASGIApp, scope: Scope) -> list[int]:
    """What an app answers to a request that is not written anew by a client."""
    sent: list[int] = []

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    asyncio.run(app(scope, receive, send))
    return sent


@pytest.mark.parametrize("name", ["", "a" * 65, "a b", "a/b", "a%0a", "%ff", "é", "a%00", "..", "a.b"])
@pytest.mark.parametrize(
    "at",
    [
        "/gradio_api/queue/data?session_hash=",
        "/gradio_api/upload_progress?upload_id=",
        "/gradio_api/upload_progress?a=1&upload_id=good&upload_id=",
        "/gradio_api/heartbeat/",
        "/gradio_api/call/explain/",
        "/gradio_api/call/v2/explain/",
    ],
)
def test_name_that_is_none_is_refused_without_a_line_in_the_log(
    guarded: Guard, words: Words, caplog: pytest.LogCaptureFixture, at: str, name: str
) -> None:
    with caplog.at_level(logging.DEBUG, "seewhy"):
        refused = ask(guarded, "GET", at + name)
    assert refused.status_code in (400, 404, 405)
    assert refused.json()["error"]
    assert not caplog.records
    if "?" in at:
        assert (refused.status_code, refused.json()["error"]) == (400, words("api.name"))


def test_name_of_64_letters_is_a_name(guarded: Guard) -> None:
    for at in ("/gradio_api/queue/data?session_hash=", "/gradio_api/heartbeat/", "/gradio_api/call/explain/"):
        assert ask(guarded, "GET", at + "aB3_-" * 12 + "abcd").status_code == 200
    for path in ("/gradio_api/call/v2/explain", "/gradio_api/call/v2/explain/", "/gradio_api/call/explain/"):
        assert ask(guarded, "POST", path).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("bytes=0-1,3-4", 416),
        ("bytes=0-,-1", 416),
        ("bytes=", 416),
        ("bytes=a-b", 416),
        ("bytes=0-" + "9" * 5000, 416),
        ("lines=1-2", 416),
        ("bytes=0-1", 200),
        ("bytes=5-", 200),
        ("Bytes=-5", 200),
    ],
)
def test_one_part_of_a_file_may_be_asked_for_and_not_several(guarded: Guard, asked: str, status: int) -> None:
    answered = ask(guarded, "GET", "/assets/a", headers={"range": asked})
    assert answered.status_code == status
    assert ask(guarded, "GET", "/assets/a", headers=[("range", "bytes=0-1")] * 2).status_code == 416


def test_parameters_of_what_is_closed_do_not_reach_gradio(words: Words) -> None:
    async def tells(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send, 200, scope["query_string"])

    guard = Guard(tells, words, LIMIT)
    assert ask(guard, "GET", "/?page=nothing&__theme=dark&deep_link=..%2Fa").text == "__theme=dark"
    assert ask(guard, "GET", "/?a=page&b=%C3%A9").text == "a=page&b=%C3%A9"


@pytest.mark.parametrize("app", [reads_all, refuses, fails])
@pytest.mark.parametrize("path", ["/", "/monitoring", UPLOAD])
def test_every_answer_has_the_headers(words: Words, app: ASGIApp, path: str) -> None:
    answered = ask(Guard(app, words, LIMIT), "POST", path, content=b"a")
    for name, value in HEADERS.items():
        assert answered.headers[name.decode()] == value.decode()
    assert "default-src 'self'" in answered.headers["content-security-policy"]
    assert re.fullmatch("[0-9a-f]{8}", answered.headers["x-request-id"])


@pytest.mark.parametrize("frames", ["", "https://museum.example https://*.school.example"])
def test_only_the_sites_of_the_host_may_frame_the_page(words: Words, frames: str) -> None:
    policy = ask(Guard(reads_all, words, LIMIT, frames=frames), "GET", "/").headers["content-security-policy"]
    assert policy.rpartition("; ")[2] == f"frame-ancestors 'self' {frames}".rstrip()


@pytest.mark.parametrize("piece", [1, 7, 64 * 1024])
def test_files_of_a_request_are_counted_while_they_arrive(words: Words, piece: int) -> None:
    guard = Guard(reads_all, words, LIMIT, files=3)

    async def pieces(body: bytes) -> AsyncIterator[bytes]:
        for at in range(0, len(body), piece):
            yield body[at : at + piece]

    def post(count: int, *kinds: str) -> httpx.Response:
        part = b'----ab\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nx--ab\r\n'
        body = part * count + b"----ab--\r\n"
        return ask(guard, "POST", UPLOAD, content=pieces(body), headers=[("content-type", kind) for kind in kinds])

    assert post(3, "multipart/form-data; boundary=--ab").status_code == 200
    assert post(4, "multipart/form-data; boundary=--ab", "text/plain").status_code == 413, "the first type counts"
    assert post(9, "application/octet-stream").status_code == 200
    for kind in (
        "multipart/form-data; boundary=--ab",
        'Multipart/Form-Data; a=b; boundary="--ab"; c=d',
        "multipart/mixed; boundary=--ab",
    ):
        refused = post(4, kind)
        assert (refused.status_code, refused.json()["error"]) == (413, words("server.too_many_files", limit=3))


@pytest.mark.parametrize("app", [reads_all, hides_its_failure])
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in pieces"])
@pytest.mark.parametrize(
    ("path", "limit"),
    [
        (UPLOAD, LIMIT + UPLOAD_ROOM),
        ("/api/explain", LIMIT + UPLOAD_ROOM),
        ("/gradio_api/call/explain", JSON_LIMIT),
        ("/gradio_api/call/upload", JSON_LIMIT),
    ],
)
def test_body_beyond_the_limit_is_refused_with_a_sentence(
    words: Words, app: ASGIApp, announced: bool, path: str, limit: int
) -> None:
    guard = Guard(app, words, LIMIT, own=OWN)

    def post(size: int) -> httpx.Response:
        return ask(guard, "POST", path, content=b"x" * size if announced else _pieces(size))

    assert post(limit).text == str(limit)
    refused = post(limit + 1)
    assert refused.status_code == 413
    told = 0.25 if limit == JSON_LIMIT else 2
    assert refused.json()["error"] == refused.json()["detail"] == words("picture.too_many_bytes", limit=told)


def test_form_of_many_parts_is_told_so_where_it_is_too_large_as_well(words: Words) -> None:
    kind = {"content-type": "multipart/form-data; boundary=ab"}
    part = b'--ab\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + bytes(300) + b"\r\n"
    guard = Guard(reads_all, words, LIMIT, own=OWN)
    for count, key, values in (
        (1500, "server.too_many_files", {"limit": 32}),
        (9, "picture.too_many_bytes", {"limit": 0.25}),
    ):
        body = part * count + bytes(JSON_LIMIT * (count < 33))
        refused = ask(guard, "POST", ASKED, content=body, headers=kind)
        assert (refused.status_code, refused.json()["error"]) == (413, words(key, **values))


def test_body_beyond_the_limit_is_not_read_to_its_end(words: Words) -> None:
    read = 0

    async def receive() -> Message:
        nonlocal read
        read += 64 * 1024
        return {"type": "http.request", "body": bytes(64 * 1024), "more_body": True}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/gradio_api/cancel", "headers": []}
    asyncio.run(Guard(hides_its_failure, words, LIMIT)(scope, receive, send))
    assert read <= JSON_LIMIT + 64 * 1024
    assert [message.get("status") for message in sent] == [413, None]


def test_length_that_lies_is_found_out(words: Words, guarded: Guard) -> None:
    for length in ("5", "-1", "many", "1e9"):
        answered = ask(guarded, "POST", ASKED, content=_pieces(JSON_LIMIT + 1), headers={"content-length": length})
        assert answered.status_code == 413


def test_refusal_of_a_large_file_by_gradio_gets_our_sentence(words: Words) -> None:
    answered = ask(Guard(refuses, words, LIMIT), "POST", UPLOAD, content=b"a")
    assert (answered.status_code, answered.json()["error"]) == (413, words("picture.too_many_bytes", limit=2))


def test_failure_gives_a_friendly_sentence_and_a_traceback_in_the_log(
    words: Words, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "seewhy"):
        answered = ask(Guard(fails, words, LIMIT), "GET", "/")
    said = words("server.numbered", sentence=words("server.failed"), number=answered.headers["x-request-id"])
    assert (answered.status_code, answered.json()["error"]) == (500, said)
    assert "secret" not in answered.text
    assert "RuntimeError: /srv/secret.py" in caplog.text


@pytest.mark.parametrize("error", [KeyError(9999), ValueError("/srv"), TypeError(), IndexError(), RecursionError()])
@pytest.mark.parametrize("path", [ASKED, "/gradio_api/call/explain"])
def test_our_own_error_is_not_told_as_the_visitors(
    words: Words, caplog: pytest.LogCaptureFixture, path: str, error: Exception
) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise error

    answered = ask(Guard(app, words, LIMIT), "POST", path, content=b"{}")
    said = words("server.numbered", sentence=words("server.failed"), number=answered.headers["x-request-id"])
    assert (answered.status_code, answered.json()["error"]) == (500, said)
    assert f"{type(error).__name__}" in caplog.text
    assert "Traceback" in caplog.text


PAGE: Scope = {"type": "http", "method": "GET", "path": "/", "headers": []}


def test_failure_after_the_answer_has_begun_is_one_line_of_the_log(
    words: Words, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[Message] = []

    async def noting(message: Message) -> None:
        sent.append(message)

    asyncio.run(
        Guard(fails_late, words, LIMIT)({"type": "http", "method": "GET", "path": "/", "headers": []}, never, noting)
    )
    assert not any(message["type"] == "http.response.body" and not message.get("more_body") for message in sent)
    (record,) = caplog.records
    assert re.fullmatch(r"broken off: RuntimeError at test_guard\.py:\d+", record.getMessage())
    assert not record.exc_info


def test_visitor_who_goes_away_is_one_line_of_the_log(words: Words, caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        raise ClientDisconnect

    async def nobody(message: Message) -> None:
        raise AssertionError("there is nobody to tell")

    asyncio.run(Guard(app, words, LIMIT)(PAGE, never, nobody))
    assert [record.exc_info for record in caplog.records] == [None]


async def never() -> Message:
    raise AssertionError("nothing is to be read")


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_other_connections_pass_untouched(words: Words, kind: str) -> None:
    seen: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend((scope, receive, send))

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None: ...

    scope = {"type": kind, "path": "/monitoring", "headers": []}
    asyncio.run(Guard(app, words, LIMIT)(scope, receive, send))
    assert seen == [scope, receive, send]


# --- the real server ---


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, **HTTP) as client:
        yield client


@pytest.mark.parametrize("path", [*CLOSED, "/runs"])
def test_real_route_is_closed(http: httpx.Client, server: Server, path: str) -> None:
    spellings = (path, path.title(), f"/{path}", path.replace("/", "//"), _encoded(path), f"{path}?a=b", f"{path}#a")
    for method in ("GET", "POST"):
        for spelled in spellings:
            assert http.request(method, f"{server.url}{spelled}").status_code in (404, 405), spelled


def _encoded(path: str) -> str:
    """Every letter as %xx."""
    return "".join(f"%{ord(letter):02x}" if letter.isalpha() else letter for letter in path)


@pytest.mark.parametrize(
    "path", ["/etc/hostname", "app.py", "../app.py", "%2e%2e/app.py", "h%2574tp://127.0.0.1:1/", "ftp://127.0.0.1/"]
)
def test_real_server_gives_no_file_but_its_own(http: httpx.Client, path: str) -> None:
    for start in ("/gradio_api/file=", "/gradio_api/file/"):
        assert http.get(start + path).status_code in (403, 404)


def test_real_page_has_what_it_needs(http: httpx.Client) -> None:
    for path in NEEDED[:3] + NEEDED[4:]:
        answered = http.get(path)
        assert answered.status_code == 200, path
        assert answered.headers["x-content-type-options"] == "nosniff"
        assert "content-security-policy" in answered.headers
    assert set(http.get("/gradio_api/info").json()["named_endpoints"]) == {
        "/explain",
        "/heatmap",
        *(f"/{kind.name}" for kind in EXPERIMENTS),
    }


def test_real_upload_of_any_size_is_taken_or_refused_with_the_sentence(http: httpx.Client, words: Words) -> None:
    def upload(size: int) -> httpx.Response:
        return http.post(UPLOAD, files={"files": ("a.png", b"x" * size)})

    assert upload(15 * MB).status_code == 200
    for size in (15 * MB + 1, 16 * MB + MB // 2, 40 * MB):
        refused = upload(size)
        assert (refused.status_code, refused.json()["error"]) == (413, words("picture.too_many_bytes", limit=15))


def test_real_upload_of_many_files_is_limited_as_a_whole(http: httpx.Client, server: Server) -> None:
    before = server.memory()
    assert http.post(UPLOAD, files=[("files", (f"{n}.png", b"x" * MB)) for n in range(20)]).status_code == 413
    assert http.post(UPLOAD, files=[("files", (f"{n}.png", b"x")) for n in range(40)]).status_code == 413
    assert server.memory() < before + 100


def test_real_bodies_are_limited_without_a_length_too(http: httpx.Client, words: Words) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(10):
            yield b" " * 64 * 1024

    headers = {"content-type": "application/json"}
    for path in ("/gradio_api/call/explain", "/gradio_api/queue/join", "/gradio_api/call/upload"):
        refused = http.post(path, content=pieces(), headers=headers)
        assert (refused.status_code, refused.json()["error"]) == (413, words("picture.too_many_bytes", limit=0.25))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/gradio_api/call/nothing", b'{"data": []}'),
        ("/gradio_api/call/v2/explain", b"{}"),
        ("/gradio_api/call/v2/explain", b'{"nothing": 1}'),
        ("/gradio_api/call/explain", b"{"),
        ("/gradio_api/call/explain", b"[" * 10_000),
        ("/gradio_api/queue/join", b'{"data": [], "fn_index": 9999, "session_hash": "a"}'),
        ("/gradio_api/reset", b'{"event_id": "nothing"}'),
    ],
)
def test_nonsense_never_shows_the_inside(http: httpx.Client, path: str, body: bytes) -> None:
    answered = http.post(path, content=body, headers={"content-type": "application/json"})
    assert answered.status_code < 500
    assert "Traceback" not in answered.text
    assert "site-packages" not in answered.text
    assert "nosniff" in answered.headers["x-content-type-options"]


def test_pages_of_others_may_not_read_this_one(http: httpx.Client) -> None:
    foreign = {"origin": "https://elsewhere.example"}
    asks = foreign | {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    for host in ("127.0.0.1", "seewhy.example.org"):
        for answered in (
            http.get("/config", headers=foreign | {"host": host}),
            http.post(UPLOAD, files={"files": b"a"}, headers=foreign | {"host": host}),
            http.options(UPLOAD, headers=asks | {"host": host}),
        ):
            assert "access-control-allow-origin" not in answered.headers, host


def test_no_history_of_runs_is_kept(http: httpx.Client, program: Program) -> None:
    program.explain(program.send(corpus.taken()["png"].data))
    for path in ("/gradio_api/runs", "/gradio_api/run-history/records", "/gradio_api/run-history/buckets"):
        assert http.get(path).status_code == 404
    assert http.get("/config").json().get("run_history") in (False, None)


def test_private_events_have_no_name(program: Program) -> None:
    for name in ("picture", "example", "pick", "question", "predict", "lambda"):
        with pytest.raises((Refusal, AssertionError)):
            program.call(name, None)
