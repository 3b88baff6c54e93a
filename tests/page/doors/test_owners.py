"""An upload is given back only to the browser that sent it, however its path is written, and goes with it."""

import asyncio
import json
import urllib.parse
from pathlib import Path

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from page import request
from page.doors.owners import ANYONE, COOKIE, Owners, OwnersDoor
from page.pictures.picture import Limits, decode
from page.pictures.prepared import Prepared
from page.refusal import answer
from page.room import Room
from page.words import Words
from tests.page import corpus
from tests.page.talk import HTTP, META, Program, Refusal
from tests.server import Server

RED = corpus.taken()["png"].data
ONE, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "uploads" / ("0" * 64) / "picture-1"
    path.parent.mkdir(parents=True)
    path.write_bytes(RED)
    return path


@pytest.fixture
def owners(tmp_path: Path, upload: Path) -> Owners:
    made = Owners(tmp_path / "uploads")
    made.add([str(upload)], ONE)
    return made


def test_only_the_owner_gets_an_upload(owners: Owners, upload: Path) -> None:
    assert owners.may_fetch(ONE, str(upload))
    assert owners.may_use(ONE, upload)
    for token in (OTHER, ANYONE):
        assert not owners.may_fetch(token, str(upload))
        assert not owners.may_use(token, upload)


@pytest.mark.parametrize(
    "way", ["{folder}/./{rest}", "{folder}//{rest}", "{folder}/../uploads/{rest}", "{link}/{rest}"]
)
def test_another_spelling_of_the_path_is_the_same_upload(
    owners: Owners, upload: Path, tmp_path: Path, way: str
) -> None:
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "uploads")
    folder, rest = tmp_path / "uploads", upload.relative_to(tmp_path / "uploads")
    spelled = way.format(folder=folder, rest=rest, link=link)
    assert owners.may_fetch(ONE, spelled)
    assert not owners.may_fetch(OTHER, spelled)


def test_upload_that_nobody_sent_is_nobodys(owners: Owners, upload: Path) -> None:
    assert not owners.may_fetch(ONE, str(upload.with_name("another")))
    assert not owners.may_use(ONE, upload.with_name("another"))


def test_what_is_no_upload_is_not_asked_about(owners: Owners, tmp_path: Path) -> None:
    for path in (tmp_path / "uploads" / "made" / "secret" / "a.png", tmp_path / "elsewhere.png", Path("/etc/\0")):
        assert owners.may_fetch(OTHER, str(path))


def test_upload_of_two_visitors_goes_with_the_second(owners: Owners, upload: Path) -> None:
    owners.add([str(upload)], OTHER)
    owners.leave(ONE)
    assert upload.exists()
    assert not owners.may_fetch(ONE, str(upload))
    owners.leave(OTHER)
    assert not upload.exists()
    assert len(owners) == 0


def test_what_is_kept_of_an_upload_for_the_next_question_goes_with_the_last_who_sent_it(
    tmp_path: Path, upload: Path
) -> None:
    room, kept = Room(), Prepared()
    kept.settle(tmp_path / "uploads", room)
    owners = Owners(tmp_path / "uploads", room.drop)
    owners.add([str(upload)], ONE, OTHER)
    room.add(upload, len(RED), [ONE])
    kept.get(upload, Limits(), lambda: decode(upload))
    owners.leave(ONE)
    assert len(kept) == 1
    owners.leave(OTHER)
    assert (len(kept), len(room), room.bytes, upload.exists()) == (0, 0, 0, False)


def test_what_is_deleted_is_forgotten(owners: Owners, upload: Path) -> None:
    owners.forget_gone()
    assert len(owners) == 1
    upload.unlink()
    owners.forget_gone()
    assert len(owners) == 0


# --- the door ---


def door(owners: Owners, upload: Path, **options: bool) -> OwnersDoor:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = json.dumps([str(upload)]).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for piece in (body[:9], body[9:]):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return OwnersDoor(app, owners, **options)


def ask(app: OwnersDoor, method: str, path: str, token: str = "") -> httpx.Response:
    async def once() -> httpx.Response:
        headers = {"cookie": f"other=1; {COOKIE}={token}"} if token else {}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as http:
            return await http.request(method, path, headers=headers)

    return asyncio.run(once())


def test_browser_gets_a_cookie_once_that_no_script_can_read(owners: Owners, upload: Path) -> None:
    app = door(owners, upload)
    given = ask(app, "GET", "/").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(given.split("; "))
    assert "Expires" not in given
    assert "set-cookie" not in ask(app, "GET", "/", given.partition("=")[2].partition(";")[0]).headers
    assert "set-cookie" not in ask(app, "GET", "/assets/a.js").headers
    assert "set-cookie" in ask(app, "GET", "/", "made-up").headers


def test_cookie_works_in_a_frame_where_frames_are_allowed(owners: Owners, upload: Path) -> None:
    given = ask(door(owners, upload, framed=True), "GET", "/").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=None", "Secure", "Partitioned"} <= set(given.split("; "))


def test_upload_belongs_to_whoever_sent_it(tmp_path: Path, upload: Path) -> None:
    owners = Owners(tmp_path / "uploads")
    app = door(owners, upload)
    ask(app, "POST", "/gradio_api/upload", ONE)
    for method in ("GET", "HEAD"):
        for start in ("/gradio_api/file=", "/gradio_api/file/"):
            assert ask(app, method, f"{start}{upload}", ONE).status_code == 200
            for token in (OTHER, "", "short"):
                assert ask(app, method, f"{start}{upload}", token).status_code == 404


def test_program_without_a_cookie_may_ask_about_its_upload_and_nobody_may_fetch_it(
    tmp_path: Path, upload: Path
) -> None:
    owners = Owners(tmp_path / "uploads")
    app = door(owners, upload)
    given = ask(app, "POST", "/gradio_api/upload").headers["set-cookie"]
    assert owners.may_use("", upload)
    assert not owners.may_fetch("", str(upload))
    assert owners.may_fetch(given.partition("=")[2].partition(";")[0], str(upload))


def test_what_is_made_for_a_visitor_goes_with_them_and_for_others_by_its_age(tmp_path: Path, upload: Path) -> None:
    made = tmp_path / "uploads" / "made" / "secret" / "a.png"
    made.parent.mkdir(parents=True)
    owners = Owners(tmp_path / "uploads")

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        made.write_bytes(RED)
        request.made(made)
        await answer(200, "made")(scope, receive, send)

    for token, stays in (("", True), (ONE, False)):
        ask(OwnersDoor(app, owners), "POST", "/gradio_api/call/heatmap", token)
        owners.leave(ONE)
        assert made.exists() == stays


# --- the real server ---


def test_real_upload_is_its_senders_alone(server: Server, words: Words) -> None:
    mine, stranger = Program(server.url), Program(server.url)
    mine.http.get("/")
    stranger.http.get("/")
    picture = mine.send(RED + b"mine alone")
    path = picture["path"]
    assert mine.fetch(path).content == RED + b"mine alone"
    assert mine.explain(picture)["label"]
    quoted = urllib.parse.quote(path)
    for spelled in (f"file={quoted}", f"file/{quoted}", f"file=/{quoted}", f"file={quoted.replace('/', '//', 2)}"):
        for http in (stranger.http, httpx.Client(base_url=server.url, **HTTP)):
            assert http.get(f"/gradio_api/{spelled}").status_code in (403, 404)
    for endpoint in ("explain", "heatmap"):
        with pytest.raises(Refusal) as refused:
            stranger.call(endpoint, {"path": path, "meta": META})
        assert refused.value.sentence == words("picture.not_uploaded")
