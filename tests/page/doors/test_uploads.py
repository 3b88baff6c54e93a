"""An upload is taken whole or not at all: in time, within its room, in a form that holds files and nothing else."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from page.doors.owners import COOKIE
from page.doors.uploads import LETTERS, PROGRESS, UploadDoor, holders_of
from page.room import Room
from page.words import Words
from tests.server import Server

KB = 1024
ONE = "a" * 32
FORM = {"content-type": "multipart/form-data; boundary=b"}


@pytest.fixture
def door(tmp_path: Path, words: Words) -> UploadDoor:
    return UploadDoor(tmp_path / "uploads", Room(100 * KB, 300 * KB), words, 40 * KB)


def part(data: bytes = b"abc", name: str = 'name="files"; filename="a.png"') -> bytes:
    return f"--b\r\nContent-Disposition: form-data; {name}\r\n\r\n".encode() + data + b"\r\n"


def post(door: UploadDoor, body: Any, headers: dict[str, str] | None = None, path: str = "/") -> httpx.Response:
    async def once() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://page") as http:
            return await http.post(path, content=body, headers=FORM | (headers or {}))

    return asyncio.run(once())


def left(door: UploadDoor) -> list[Path]:
    return [path for path in door.folder.rglob("*") if path.is_file()]


def test_files_lie_where_gradio_looks_for_them_and_count(door: UploadDoor) -> None:
    answered = post(door, part(b"one") + part(b"two" * 4 * KB, 'name="files"; filename="b.jpg"') + b"--b--\r\n")
    assert answered.status_code == 200
    first, second = map(Path, answered.json())
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two" * 4 * KB)
    assert (first.name, second.name) == ("a.png", "b.jpg")
    assert re.fullmatch("[0-9a-f]{64}", first.parent.name)
    assert first.parent.parent == door.folder
    assert door.room.of("address 127.0.0.1") == 8 * KB + 12 * KB
    assert sorted(left(door)) == sorted([first, second])


def test_same_bytes_are_one_file(door: UploadDoor) -> None:
    said = {post(door, part() + b"--b--\r\n", {"cookie": f"{COOKIE}={who * 32}"}).text for who in "abc"}
    assert len(said) == len(left(door)) == 1
    assert door.room.bytes == 8 * KB


@pytest.mark.parametrize(
    "name",
    [
        "..",
        ".",
        "",
        "/",
        "../../a.png",
        "a/b.png",
        "a\0.png",
        "é.png",
        "-",
        "a" * 400 + ".png",
        "a." + "p" * 400,
        "🙂" * 99,
    ],
)
def test_whatever_a_file_is_called_it_lies_in_its_own_folder(door: UploadDoor, name: str) -> None:
    answered = post(door, part(b"x", f'name="files"; filename="{name}"') + b"--b--\r\n")
    assert answered.status_code == 200
    (path,) = left(door)
    assert answered.json() == [str(path)]
    assert path.parent.parent == door.folder
    assert len(path.name.encode()) <= LETTERS


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b--\r\n",
        b"nothing",
        part(b"x", 'name="files"') + b"--b--\r\n",
        part() + part(b"x", 'name="files"') + b"--b--\r\n",
        part(b"x", 'name="other"; filename="a.png"') + b"--b--\r\n",
        part(b"x", 'filename="a.png"') + b"--b--\r\n",
        b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\n\r\nx\r\n--b--\r\n",
        part(),
        part()[:-2],
        part() + b"--b",
        b"--b\r\nContent-Disposition: form-data; " + b"x" * 20_000 + b"\r\n\r\nx\r\n--b--\r\n",
        b"--b\r\n" + b"A: b\r\n" * 5000 + b"\r\nx\r\n--b--\r\n",
        b"--b\r\n\xff\xfe: \xff\r\n\r\n--b--\r\n",
        b"--c\r\n" + part(),
    ],
)
@pytest.mark.parametrize("path", ["/", "/?upload_id=abc"])
def test_form_that_is_broken_is_refused_in_a_sentence_and_leaves_nothing(
    door: UploadDoor, words: Words, caplog: pytest.LogCaptureFixture, body: bytes, path: str
) -> None:
    refused = post(door, body, path=path)
    assert (refused.status_code, refused.json()["error"]) == (400, words("api.form", field="files"))
    assert left(door) == []
    assert door.room._arriving == set()
    assert not [each for each in caplog.records if each.name == "seewhy"]


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/form-data; boundary={'b' * 300}",
        "multipart/mixed; boundary=b",
    ],
)
def test_body_of_another_kind_is_refused(door: UploadDoor, words: Words, kind: str) -> None:
    refused = post(door, part() + b"--b--\r\n", {"content-type": kind})
    assert (refused.status_code, refused.json()["error"]) == (400, words("api.form", field="files"))
    assert not door.folder.exists() or left(door) == []


def test_file_that_is_too_large_is_refused_and_leaves_nothing(door: UploadDoor) -> None:
    assert post(door, part(bytes(40 * KB)) + b"--b--\r\n").status_code == 200
    assert post(door, part(b"a") + part(bytes(40 * KB + 1)) + b"--b--\r\n").status_code == 413
    assert len(left(door)) == 1
    assert door.room._arriving == set()


def test_own_oldest_picture_goes_when_there_are_too_many(door: UploadDoor) -> None:
    for value in range(5):
        assert post(door, part(bytes([value]) * 30 * KB) + b"--b--\r\n").status_code == 200
    assert sorted(path.read_bytes()[0] for path in left(door)) == [2, 3, 4]


def test_many_at_once_have_no_more_room_than_one_after_the_other(door: UploadDoor, words: Words) -> None:
    most = 0

    async def story() -> list[httpx.Response]:
        nonlocal most
        go_on = asyncio.Event()

        async def body(value: int) -> AsyncIterator[bytes]:
            yield part(bytes([value]) * 30 * KB)
            await go_on.wait()
            yield b"--b--\r\n"

        async with httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://page") as http:
            sending = [asyncio.create_task(http.post("/", content=body(n), headers=FORM)) for n in range(6)]
            await asyncio.sleep(0.3)
            most = sum(path.stat().st_size for path in left(door))
            go_on.set()
            return await asyncio.gather(*sending)

    answered = asyncio.run(story())
    assert sorted(each.status_code for each in answered) == [200] * 3 + [429] * 3
    refused = next(each for each in answered if each.status_code == 429)
    assert refused.json()["error"] == words("server.no_room")
    assert "retry-after" in refused.headers
    assert most <= 100 * KB
    assert len(left(door)) == 3


def test_upload_that_does_not_end_is_ended_and_frees_its_room(door: UploadDoor, words: Words) -> None:
    door.patience = 0.05

    async def body() -> AsyncIterator[bytes]:
        yield part(bytes(30 * KB))
        await asyncio.Event().wait()

    refused = post(door, body())
    assert (refused.status_code, refused.json()["error"]) == (408, words("api.slow"))
    assert left(door) == []
    assert door.room._arriving == set()


def test_whoever_asks_how_far_an_upload_is_hears_that_there_is_nothing_to_wait_for(server: Server) -> None:
    for name in ("abc", "never-uploaded"):
        told = httpx.get(f"{server.url}{PROGRESS}", params={"upload_id": name})
        assert told.headers["content-type"].startswith("text/event-stream")
        assert told.text == 'data: {"msg": "done"}\n\n'


def test_upload_with_a_name_for_its_progress_is_taken_like_any_other(door: UploadDoor) -> None:
    assert post(door, part() + b"--b--\r\n", path="/?upload_id=abc").status_code == 200
    assert post(door, part(), path="/?upload_id=abc").status_code == 400
    assert len(left(door)) == 1


def test_room_is_the_browsers_and_its_addresss_and_where_many_share_one_the_browsers_alone() -> None:
    scope = {"client": ("10.0.0.1", 5), "headers": [(b"cookie", f"{COOKIE}={ONE}".encode())]}
    assert holders_of(scope) == (ONE, "address 10.0.0.1")
    assert holders_of(scope, shared=True) == (ONE,)
    for shared in (False, True):
        assert holders_of(scope | {"headers": []}, shared) == ("address 10.0.0.1",)
