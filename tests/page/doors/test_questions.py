"""Sessions are their owners' alone, and no request that is wrong makes a traceback, whatever is wrong with it."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from page.words import Words
from tests.page import corpus
from tests.page.talk import HTTP, META, Program
from tests.server import Server

RED = corpus.taken()["png"].data
JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"
JSON = {"content-type": "application/json"}


@pytest.fixture
def quiet(server: Server) -> Iterator[Server]:
    """The server, whose log has no traceback more after the test than before."""
    before = server.log().count("Traceback")
    yield server
    assert server.log().count("Traceback") == before


def visitor(server: Server) -> Program:
    """A browser: it has been on the page, and keeps its cookie."""
    program = Program(server.url)
    program.http.get("/")
    assert program.http.cookies
    return program


def number_of(program: Program, name: str) -> int:
    told = httpx.get(f"{program.url}/config", **HTTP).json()["dependencies"]
    return next(int(each["id"]) for each in told if each["api_name"] == name)


def join(program: Program, session: str, picture: Any = None) -> httpx.Response:
    body = {"fn_index": number_of(program, "explain"), "session_hash": session, "data": [picture] + [None] * 4}
    return program.http.post(JOIN, json=body)


def read(program: Program, session: str) -> list[dict[str, Any]]:
    with program.http.stream("GET", DATA, params={"session_hash": session}) as events:
        return [json.loads(line.removeprefix("data: ")) for line in events.iter_lines() if line]


def test_session_is_read_and_ended_by_whoever_joined_first_alone(quiet: Server) -> None:
    owner, stranger, program = visitor(quiet), visitor(quiet), Program(quiet.url)
    joined = join(owner, "owners-session", owner.send(RED))
    assert joined.status_code == 200, joined.text
    event = joined.json()["event_id"]
    cancel = {"session_hash": "owners-session", "event_id": event, "fn_index": 0}
    for other in (stranger, program):
        assert join(other, "owners-session").status_code == 404
        assert other.http.get(DATA, params={"session_hash": "owners-session"}).status_code == 404
        assert other.http.get(f"/gradio_api/call/explain/{event}").status_code == 404
        assert other.http.get("/gradio_api/heartbeat/owners-session").status_code == 404
        assert other.http.post("/gradio_api/cancel", json=cancel).status_code == 404
        assert other.http.post("/gradio_api/reset", json={"event_id": event}).status_code == 404
        # Nor through a session of its own.
        own = cancel | {"session_hash": "another-session"}
        assert other.http.post("/gradio_api/cancel", json=own).status_code == 400
    said = read(owner, "owners-session")
    assert said[-2]["output"]["data"][0]["label"]
    assert said[-1]["msg"] == "close_stream"


def test_owner_may_cancel_and_stay(quiet: Server) -> None:
    owner = visitor(quiet)
    event = join(owner, "cancelled-session", owner.send(RED)).json()["event_id"]
    cancel = {"session_hash": "cancelled-session", "event_id": event, "fn_index": 0}
    assert owner.http.post("/gradio_api/cancel", json=cancel).json() == {"success": True}
    assert owner.http.post("/gradio_api/reset", json={"event_id": event}).json() == {"success": True}
    with owner.http.stream("GET", "/gradio_api/heartbeat/cancelled-session") as beats:
        assert next(beats.iter_lines()) == "data: ALIVE"


def test_program_without_a_cookie_has_sessions_of_its_own(quiet: Server) -> None:
    program = Program(quiet.url)
    picture = program.send(RED)
    program.http.cookies.clear()
    assert join(program, "programs-session", picture).status_code == 200
    program.http.cookies.clear()
    assert read(program, "programs-session")[-2]["success"]


def test_session_of_which_nothing_is_known_has_nothing_to_fetch(quiet: Server) -> None:
    for path in (f"{DATA}?session_hash=nothing-here", DATA, "/gradio_api/call/explain/nothing-here"):
        assert httpx.get(quiet.url + path, **HTTP).status_code == 404
    twice = httpx.get(quiet.url + DATA, params=[("session_hash", "a"), ("session_hash", "b")], **HTTP)
    assert twice.status_code == 404


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "json"])
def test_question_of_another_kind_is_refused(quiet: Server, words: Words, kind: str) -> None:
    for path in (JOIN, "/gradio_api/call/explain", "/gradio_api/call/v2/explain", "/gradio_api/cancel"):
        refused = httpx.post(quiet.url + path, content=b'{"data": []}', headers={"content-type": kind}, **HTTP)
        assert (refused.status_code, refused.json()["error"]) == (415, words("api.json")), path


BODIES = (
    b"", b"{", b"[]", b"null", b"\xff", b"[" * 50_000, b'{"data": ' * 20_000, b"{}",
    b'{"data": [], "fn_index": 9999, "session_hash": "a"}',
    b'{"data": [], "fn_index": "0", "session_hash": "a"}',
    b'{"data": [], "fn_index": 0, "session_hash": "a", "event_data": 5}',
    b'{"data": [], "fn_index": 0, "session_hash": "a", "trigger_id": 99999}',
    b'{"data": [], "fn_index": 0, "session_hash": "' + b"a" * 100_000 + b'"}',
    b'{"data": [], "fn_index": 0, "session_hash": {}}',
    b'{"data": [1, 2, 3, 4, 5, 6, 7, 8, 9]}',
    b'{"data": [], "target": "cat"}',
    b'{"picture": null, "nothing": 1}',
    b'{"session_hash": "a", "event_id": "' + b"a" * 65 + b'", "fn_index": 0}',
    b'{"session_hash": "a/b", "event_id": "a", "fn_index": 0}',
)  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_question_that_is_wrong_is_told_so_in_a_sentence(quiet: Server, body: bytes) -> None:
    for path in (JOIN, "/gradio_api/call/explain", "/gradio_api/call/v2/explain", "/gradio_api/cancel"):
        refused = httpx.post(quiet.url + path, content=body, headers=JSON, **HTTP)
        assert refused.status_code == 400, (path, refused.text)
        assert refused.json()["error"].endswith(".")


def test_every_private_event_refuses_what_it_does_not_take(quiet: Server) -> None:
    program = Program(quiet.url)
    for each in program.http.get("/config").json()["dependencies"]:
        for data in ([], [1] * 30, [{}] * len(each["inputs"])):
            body = {"fn_index": each["id"], "session_hash": f"wrong-{each['id']}", "data": data, "event_data": None}
            answered = program.http.post(JOIN, json=body)
            assert answered.status_code in (200, 400, 503), answered.text


def test_choice_that_is_none_is_refused_and_not_listed(quiet: Server, words: Words) -> None:
    program = Program(quiet.url)
    told = program.http.get("/config").json()
    radios = {each["id"] for each in told["components"] if each["type"] == "radio"}
    (first, *_) = [each for each in told["dependencies"] if each["backend_fn"] and radios & set(each["inputs"])]
    data = ["no choice" if each in radios else None for each in first["inputs"]]
    body = {"fn_index": first["id"], "session_hash": "chooses-nothing", "data": data, "event_data": {}}
    assert program.http.post(JOIN, json=body).status_code == 200
    said = read(program, "chooses-nothing")
    assert said[-2]["output"]["error"] == words("api.unknown")


@pytest.mark.parametrize("values", [[[1]], [{"a": 1}, 5], [5], ["text"], [[]], [{"path": 5}], [{"path": ["a"]}]])
def test_value_of_another_kind_is_refused_when_its_turn_comes(quiet: Server, words: Words, values: list[Any]) -> None:
    program = Program(quiet.url)
    event = program.http.post("/gradio_api/call/explain", json={"data": values}).json()["event_id"]
    said = program.http.get(f"/gradio_api/call/explain/{event}").text
    assert json.loads(said.split("data: ")[-1])["error"] in (words("api.unknown"), words("picture.not_uploaded"))


def test_experiment_gives_no_file_back_that_its_question_names(quiet: Server, words: Words, tmp_path: Path) -> None:
    """The ticket of a question comes back with its answer, and Gradio looks for files in answers."""
    (tmp_path / "host.txt").write_text("of the host")
    program = Program(quiet.url)
    told = program.http.get("/config").json()
    (frame,) = (each["id"] for each in told["components"] if each["props"].get("elem_id") == "experiments")
    (event,) = (each for each in told["dependencies"] if any(frame == target for target, _ in each["targets"]))
    for file, key in (
        ({"path": str(tmp_path / "host.txt"), "meta": META}, "api.unknown"),
        ({"path": "http://example.org/a.png", "meta": META}, "api.unknown"),
        ({"path": str(tmp_path / "host.txt")}, "picture.not_uploaded"),
    ):
        asked = {"name": "for_and_against", "values": {}, "ticket": file}
        body = {"fn_index": event["id"], "session_hash": "asks", "data": [None] * len(event["inputs"])}
        refused = program.http.post(JOIN, json=body | {"event_data": asked})
        assert (refused.status_code, refused.json()["error"]) == (400, words(key))


def test_plain_route_refuses_parameters_that_it_does_not_have(quiet: Server, words: Words) -> None:
    known = "model, target, method, layer"
    refused = httpx.post(f"{quiet.url}/api/explain?modell=a", content=RED, **HTTP)
    assert (refused.status_code, refused.json()["error"]) == (400, words("api.parameter", name="modell", known=known))
    assert httpx.post(f"{quiet.url}/api/explain?__sign=a&method=gradcam", content=RED, **HTTP).status_code == 200


ODD = (
    "GET /gradio_api/file=/tmp/%00 HTTP/1.1",
    "GET /gradio_api/file=%ff%fe%zz HTTP/1.1",
    f"GET /gradio_api/file=/{'a' * 5000} HTTP/1.1",
    f"GET /gradio_api/file={'a/' * 3000} HTTP/1.1",
    "GET /assets/%00 HTTP/1.1",
    f"GET /static/{'a' * 3000} HTTP/1.1",
    "GET /%zz%f HTTP/1.1",
    "GET /parts/%00 HTTP/1.1",
    "GET /?page=nothing HTTP/1.1",
    "GET /config?deep_link=%2e%2e%2fa&page=x HTTP/1.1",
    "GET /gradio_api/info?page=nothing HTTP/1.1",
    "GET /gradio_api/info?serialize=%ff HTTP/1.1",
    "HEAD /gradio_api/queue/data?session_hash=a HTTP/1.1",
    "HEAD /config HTTP/1.1",
    "OPTIONS / HTTP/1.1",
    "TRACE / HTTP/1.1",
    "PUT /gradio_api/upload HTTP/1.1",
    "DELETE /gradio_api/file=/etc/hostname HTTP/1.1",
    "GET /config HTTP/1.0",
    "POST /gradio_api/queue/join HTTP/1.0",
    "POST /gradio_api/upload HTTP/1.0",
    "GET //gradio_api/queue/data HTTP/1.1",
    "GET /%67radio_api/queue/status HTTP/1.1",
    "GET http://127.0.0.1/gradio_api/queue/status HTTP/1.1",
    "GET /gradio_api/../docs HTTP/1.1",
)


@pytest.mark.parametrize("line", ODD, ids=[each[:40] for each in ODD])
def test_odd_request_is_answered_without_a_traceback(quiet: Server, line: str) -> None:
    host, port = quiet.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(f"{line}\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        answered = http.client.HTTPResponse(connection, method=line.split()[0])
        answered.begin()
    assert answered.status < 500
    if "page=" not in line and "/config HTTP" not in line and "info?" not in line:
        assert answered.status >= 400


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=5-2", "bytes=99999999-", "bytes=-", "bytes=0-0,0-0", "x"])
def test_parts_of_a_file_that_are_wrong_are_refused(quiet: Server, asked: str) -> None:
    owner = visitor(quiet)
    path = owner.upload(RED)
    for at in (f"/gradio_api/file={path}", "/favicon.ico"):
        assert owner.http.get(at, headers={"range": asked}).status_code in (206, 400, 416)
    assert owner.http.get(f"/gradio_api/file={path}", headers={"range": "bytes=0-3"}).content == RED[:4]


def test_address_of_the_page_is_told_by_no_header_of_a_visitor(quiet: Server) -> None:
    told = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-gradio-server": "http://evil.example"}
    for path in ("/config", "/", "/gradio_api/info"):
        assert "evil.example" not in httpx.get(quiet.url + path, headers=told, **HTTP).text
    assert httpx.get(quiet.url, headers={"host": "evil.example"}, **HTTP).status_code == 421


def test_hundreds_of_names_leave_nothing(quiet: Server) -> None:
    """Whatever a stranger names, by every way there is to name it; 20 KB of each would be seen."""

    def names(start: int, count: int) -> None:
        page = Program(quiet.url)
        for number in range(start, start + count):
            name = f"{number:060}"
            page.http.get(DATA, params={"session_hash": name})
            page.http.post("/gradio_api/cancel", json={"session_hash": name, "event_id": name, "fn_index": 0})
            page.http.post("/gradio_api/reset", json={"event_id": name})
            page.http.get(f"/gradio_api/call/explain/{name}")
            with page.http.stream("GET", f"/gradio_api/heartbeat/{name}"):
                pass
            page.http.post(f"/gradio_api/upload?upload_id={name}", files={"files": ("a.png", b"x")})

    def crowd(start: int, count: int) -> None:
        threads = [threading.Thread(target=names, args=(start + count * each, count)) for each in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    crowd(0, 15)  # what a thread takes for its first questions, it keeps
    before = quiet.memory()
    crowd(100, 100)
    assert quiet.memory() < before + 8


def test_readme_way_goes_on_working(quiet: Server) -> None:
    """By hand, without a cookie: upload, ask, fetch."""
    with httpx.Client(base_url=quiet.url, **HTTP) as http_:
        path = http_.post("/gradio_api/upload", files={"files": RED}).json()[0]
    ask = {"data": [{"path": path, "meta": META}, None, None, "layercam"]}
    event = httpx.post(f"{quiet.url}/gradio_api/call/explain", json=ask, **HTTP).json()["event_id"]
    assert "event: complete" in httpx.get(f"{quiet.url}/gradio_api/call/explain/{event}", **HTTP).text
