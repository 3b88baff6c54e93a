"""One POST with a picture gets what `/explain` gives, or a status and a sentence."""

import asyncio
import gc
import logging
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Message

from models.download import Progress
from page import metrics
from page.doors.budget import Budget
from page.doors.line import Line
from page.doors.plain import PATH, PlainDoor
from page.pictures.picture import Limits
from page.question import Question
from page.texts import LONGEST
from page.words import Words
from tests.page import corpus, fakes
from tests.page.corpus import Refused, Taken
from tests.page.talk import HTTP, Program, Refusal
from tests.server import Server

MB = 1024 * 1024
RED = corpus.taken()["png"].data


def door(words: Words, at_once: int = 2, waiting: int = 4, each: int = 100, **options: Any) -> PlainDoor:
    service = fakes.service(words, fakes.spec(source=fakes.Source(**options)))
    service.readiness.status = "ok"
    return PlainDoor(service, Limits(bytes=2 * MB), Line(at_once, waiting, each))


async def post(app: PlainDoor, client: str = "10.0.0.1", method: str = "POST", **request: Any) -> httpx.Response:
    transport = httpx.ASGITransport(app, client=(client, 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
        return await http.request(method, PATH, **request)


def ask(app: PlainDoor, **request: Any) -> httpx.Response:
    return asyncio.run(post(app, **request))


def refused(answered: httpx.Response) -> tuple[int, str]:
    assert answered.headers["content-type"] == "application/json"
    body = answered.json()
    assert set(body) == {"error"}
    return answered.status_code, body["error"]


@pytest.mark.parametrize(
    "request_",
    [
        {"content": RED},
        {"content": RED, "headers": {"content-type": "application/x-www-form-urlencoded"}},
        {"content": RED, "headers": {"content-type": "image/png"}},
        {"files": {"anything": ("holiday.txt", RED, "text/plain")}},
    ],
    ids=["bare", "as curl sends it", "typed", "form"],
)
def test_picture_is_taken_as_the_body_or_as_the_only_file_of_a_form(words: Words, request_: Any) -> None:
    answered = ask(door(words), **request_)
    assert (answered.status_code, answered.headers["content-type"]) == (200, "application/json")
    assert answered.json()["model"] == "colours"


def test_question_stands_in_the_address(words: Words) -> None:
    said = ask(door(words), content=RED, params={"model": "colours", "target": "blue", "method": "layercam"}).json()
    assert (said["method"], said["target"]["label"]) == ("layercam", "blue")
    empty = ask(door(words), content=RED, params={"model": "", "target": " ", "method": ""}).json()
    assert (empty["method"], empty["target"]["index"]) == ("gradcam", empty["index"])


def test_fields_of_a_form_are_asked_as_well_and_unknown_ones_are_refused(words: Words) -> None:
    app, file = door(words), {"a": ("a", RED)}
    said = ask(app, files=file, data={"target": "blue", "method": "layercam"}, params={"target": "green"}).json()
    assert (said["method"], said["target"]["label"]) == ("layercam", "blue"), "as `curl -F target=blue` sends it"
    status, sentence = refused(ask(app, files=file, data={"more": "words"}))
    assert (status, "“more”" in sentence) == (400, True)
    assert refused(ask(app, files=file, data={"target": "xyzzy"}))[0] == 400
    assert refused(ask(app, files=file, data={"target": "x" * 1000}))[0] == 400


def test_one_layer_is_asked_for_by_name_and_an_empty_one_is_all_of_them(words: Words) -> None:
    for asked, names in (
        ({"layer": "default"}, ["late"]),
        ({"layer": "early"}, ["early"]),
        ({"layer": ""}, ["early", "late"]),
    ):
        said = ask(door(words), content=RED, params=asked).json()
        assert [layer["name"] for layer in said["layers"]] == names
    assert refused(ask(door(words), content=RED, params={"layer": "x"}))[0] == 400


@pytest.mark.parametrize("form", [False, True], ids=["body", "form"])
def test_bad_file_is_refused_for_its_reason(words: Words, form: bool) -> None:
    app = door(words)
    for file in corpus.refused().values():
        if len(file.data) < MB:
            answered = ask(app, **({"files": {"a": ("a", file.data)}} if form else {"content": file.data}))
            status, sentence = refused(answered)
            section, _, name = file.key.partition(".")
            assert (status, sentence[:15]) == (400, words.section(section)[name][:15])


def test_form_needs_one_file_and_no_more(words: Words) -> None:
    app = door(words)
    two = [("a", ("a", RED)), ("a", ("b", RED))]
    assert refused(ask(app, files=two)) == (400, words("picture.several"))
    for content in (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n', b"--x--\r\n", b""):
        answered = ask(app, content=content, headers={"content-type": "multipart/form-data; boundary=x"})
        assert refused(answered) == (400, words("picture.none"))
    for kind in ("multipart/form-data", "multipart/form-data; boundary=y"):
        assert refused(ask(app, content=b"--x--\r\n", headers={"content-type": kind})) == (400, words("picture.broken"))


def test_wrong_question_is_refused_with_what_there_is(words: Words) -> None:
    app = door(words)
    for name in ("model", "method", "target"):
        status, sentence = refused(ask(app, content=RED, params={name: "x<b>"}))
        assert status == 400
        assert "“x\u2039b\u203a”" in sentence


def test_file_just_above_the_limit_is_too_large(words: Words) -> None:
    too_large = 413, words("picture.too_many_bytes", limit=2)
    assert refused(ask(door(words), content=bytes(2 * MB + 1))) == too_large
    assert refused(ask(door(words), files={"a": ("a", bytes(2 * MB + 1))})) == too_large


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_told_to_post(words: Words, method: str) -> None:
    answered = ask(door(words), method=method)
    assert (answered.status_code, answered.headers["allow"]) == (405, "POST")
    assert method == "HEAD" or refused(answered) == (405, words("api.post"))


def test_default_model_on_its_way_is_not_waited_for(words: Words) -> None:
    app = door(words)
    app.service.readiness.status = "starting"
    for params in ({}, {"model": "colours"}):
        answered = ask(app, content=RED, params=params)
        assert refused(answered) == (503, words("api.starting"))
        assert int(answered.headers["retry-after"]) > 0
    assert refused(ask(app, content=RED, params={"model": "x"}))[0] == 400


def test_model_that_is_brought_is_told_at_once_and_holds_up_nobody(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    far = fakes.spec("far", fakes.Source(fetching=held, here=False))
    app = PlainDoor(fakes.service(words, fakes.spec(), far), Limits(bytes=2 * MB), Line(1, 0, 1))
    app.service.readiness.status = "ok"
    answered = ask(app, content=RED, params={"model": "far"})
    assert refused(answered) == (503, words("model.on_its_way", title="Far", percent=0))
    assert int(answered.headers["retry-after"]) > 0
    assert ask(app, content=RED).status_code == 200
    app.seconds = 0.01
    monkeypatch.setattr(app.service, "_asked", lambda *_: held.go.wait(60))
    assert refused(ask(app, content=RED)) == (503, words("server.too_long")), "its patience is as ever"
    held.go.set()


def test_failure_is_left_to_the_guard_and_gives_the_place_back(words: Words) -> None:
    def fail(progress: Progress | None) -> None:
        raise RuntimeError("disk full")

    app = door(words, at_once=1, waiting=0, fetching=fail)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="disk full"):
            ask(app, content=RED)


def test_refusal_is_in_the_log_without_the_files_name(words: Words, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "seewhy"):
        ask(door(words), files={"a": ("secret.png", RED[:-40])})
    assert [record.getMessage() for record in caplog.records if record.name == "seewhy"] == [
        "refused: picture.broken, OSError"
    ]


def test_nothing_of_a_form_is_written_to_disk(words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*_: object, **__: object) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr(tempfile, "TemporaryFile", write)
    assert ask(door(words), files={"a": ("a", RED + bytes(MB + MB // 2))}).status_code == 200


def test_body_takes_no_place_before_it_is_complete(words: Words) -> None:
    app = door(words, at_once=1, waiting=0)

    async def both() -> None:
        ending = asyncio.Event()

        async def dawdling() -> AsyncIterator[bytes]:
            yield RED[:10]
            await ending.wait()
            yield RED[10:]

        slow = asyncio.create_task(post(app, content=dawdling()))
        await settled()
        assert (await post(app, content=RED)).status_code == 200
        ending.set()
        assert (await slow).status_code == 200

    asyncio.run(both())


# --- many at once ---


class Held:
    """A model that comes only when it is let go, so that requests pile up before it."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def __call__(self, progress: Progress | None) -> None:
        assert self.go.wait(60)


async def settled() -> None:
    """All that can go on has gone on."""
    for _ in range(50):
        await asyncio.sleep(0)


def test_full_line_is_refused_and_empties_again(words: Words) -> None:
    held = Held()
    app = door(words, at_once=1, waiting=2, fetching=held)

    async def crowd() -> None:
        asked = [asyncio.create_task(post(app, f"10.0.0.{number}", content=RED)) for number in range(3)]
        await settled()
        answered = await post(app, "10.0.0.9", content=RED)
        assert refused(answered) == (503, words("server.busy"))
        assert int(answered.headers["retry-after"]) > 0
        held.go.set()
        assert [done.status_code for done in await asyncio.gather(*asked)] == [200, 200, 200]
        assert (await post(app, "10.0.0.9", content=RED)).status_code == 200

    asyncio.run(crowd())


def test_one_address_cannot_take_the_whole_line(words: Words) -> None:
    held = Held()
    app = door(words, at_once=1, waiting=4, each=3, fetching=held)

    async def crowd() -> None:
        asked = [asyncio.create_task(post(app, "10.0.0.1", content=RED)) for _ in range(4)]
        await settled()
        answered = await post(app, "10.0.0.1", content=RED, headers={"x-forwarded-for": "10.9.9.9"})
        assert refused(answered) == (429, words("server.busy"))
        other = asyncio.create_task(post(app, "10.0.0.2", content=RED))
        await settled()
        held.go.set()
        assert {done.status_code for done in await asyncio.gather(other, *asked)} == {200}

    asyncio.run(crowd())


def test_whoever_waits_for_a_model_to_be_loaded_holds_nobody_else_up(words: Words) -> None:
    held = Held()
    service = fakes.service(words, fakes.spec(), fakes.spec("away", fakes.Source(fetching=held)))
    service.readiness.status = "ok"
    app = PlainDoor(service, Limits(bytes=2 * MB), Line(1, 4, 4), slow=Line(1, 4, 4))

    async def crowd() -> None:
        away = [
            asyncio.create_task(post(app, f"10.0.0.{one}", content=RED, params={"model": "away"})) for one in (1, 2)
        ]
        await settled()
        assert (await post(app, "10.0.0.3", content=RED)).status_code == 200
        assert (await post(app, "10.0.0.3", content=RED, params={"model": "colours"})).status_code == 200
        assert (app.slow.waiting, app.line.busy) == (1, False)
        held.go.set()
        assert [done.status_code for done in await asyncio.gather(*away)] == [200, 200]
        assert "away" in app.service.store.loaded()
        assert app._line_for(Question("away")) is app.line

    asyncio.run(crowd())


def test_answer_that_takes_too_long_is_given_up_and_keeps_its_place(words: Words) -> None:
    held = Held()
    app = door(words, at_once=1, fetching=held)
    app.seconds = 0.01

    async def crowd() -> None:
        assert refused(await post(app, content=RED)) == (503, words("server.too_long"))
        app.seconds = 60
        next_one = asyncio.create_task(post(app, content=RED))
        await asyncio.sleep(0.05)
        assert app.line.waiting == 1
        held.go.set()
        assert (await next_one).status_code == 200
        assert not app.line.busy

    asyncio.run(crowd())


def test_door_that_is_closed_takes_nothing_new(words: Words) -> None:
    app = door(words)
    app.line.shut()
    assert refused(ask(app, content=RED)) == (503, words("server.stopping"))


def test_visitor_who_left_is_not_served(words: Words) -> None:
    app = door(words)
    sent: list[Message] = []
    messages = iter([{"type": "http.request", "body": RED}, {"type": "http.disconnect"}])

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": PATH, "headers": [], "query_string": b"", "client": ("a", 1)}
    asyncio.run(app(scope, receive, send))
    assert sent == []
    assert app.service.store.loaded() == ()


class Leaving:
    """A visitor who has sent a picture and may leave at any time."""

    def __init__(self) -> None:
        self.left = asyncio.Event()
        self.sent: list[Message] = []
        self._body: list[Message] = [{"type": "http.request", "body": RED}]

    async def receive(self) -> Message:
        if self._body:
            return self._body.pop()
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    def asks(self, app: PlainDoor) -> "asyncio.Task[None]":
        scope = {"type": "http", "method": "POST", "path": PATH, "headers": [], "query_string": b"", "client": ("a", 1)}
        return asyncio.create_task(app(scope, self.receive, self.send))


def test_visitor_who_leaves_leaves_the_line(words: Words) -> None:
    held = Held()
    app = door(words, at_once=1, fetching=held)

    async def crowd() -> None:
        first = asyncio.create_task(post(app, content=RED))
        await settled()
        other = Leaving()
        asked = other.asks(app)
        await settled()
        assert app.line.waiting == 1
        other.left.set()
        await asked
        assert app.line.waiting == 0
        held.go.set()
        assert (await first).status_code == 200
        assert other.sent == []

    asyncio.run(crowd())


def test_work_of_a_visitor_who_leaves_ends_at_its_next_step_and_keeps_its_place_till_then(
    words: Words, caplog: pytest.LogCaptureFixture
) -> None:
    held = Held()
    app = door(words, at_once=1, fetching=held)

    async def crowd() -> None:
        visitor = Leaving()
        asked = visitor.asks(app)
        await settled()
        visitor.left.set()
        await asked
        assert app.line.busy, "what runs can't be stopped in the middle of a step"
        explained = metrics.EXPLANATIONS.labels("colours")._value.get()
        held.go.set()
        while app.line.busy:
            await asyncio.sleep(0.001)
        assert metrics.EXPLANATIONS.labels("colours")._value.get() == explained
        assert visitor.sent == []

    asyncio.run(crowd())
    gc.collect()
    assert [record for record in caplog.records if record.exc_info] == []


def test_whoever_is_still_answered_when_the_page_ends_is_told(words: Words) -> None:
    held = Held()
    app = door(words, at_once=1, fetching=held)

    async def story() -> None:
        asked = asyncio.create_task(post(app, content=RED))
        while not any(turn.work for turn in app.line._served):
            await asyncio.sleep(0.001)
        app.line.give_up()
        assert refused(await asked) == (503, words("server.stopping"))
        held.go.set()

    asyncio.run(story())


def test_what_was_computed_is_charged_and_who_is_over_the_budget_is_told_before_the_next(words: Words) -> None:
    budget = Budget(1.0)
    app = door(words)
    app.budget = budget

    async def story() -> None:
        assert (await post(app, "10.0.0.1", content=RED)).status_code == 200
        spent = budget._accounts["10.0.0.1"].spent
        assert 0 < spent < 1
        budget.charge("10.0.0.1", 2)
        assert (await post(app, "10.0.0.1", content=RED)).status_code == 200, "nobody else is there"
        budget.came("10.0.0.2")
        assert refused(await post(app, "10.0.0.1", content=RED)) == (429, words("server.too_fast"))
        assert (await post(app, "10.0.0.2", content=RED)).status_code == 200

    asyncio.run(story())


# --- the real server ---


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, **HTTP) as client:
        yield client


@pytest.mark.parametrize(
    "asked",
    [{}, {"target": "dogs rather than cats"}, {"method": "xgradcam", "model": "efficientnet_lite0"}, {"target": "281"}],
)
def test_answer_is_that_of_the_endpoint(http: httpx.Client, program: Program, asked: dict[str, str]) -> None:
    data = corpus.taken()["a photo"].data
    answered = http.post(PATH, content=data, params=asked)
    assert answered.status_code == 200
    expected = program.explain(program.send(data, "a.jpg"), **asked)
    assert answered.json() | {"milliseconds": 0} == expected | {"milliseconds": 0}
    assert set(answered.json()["milliseconds"]) == {"decode", "explain"}


@pytest.mark.parametrize(
    "file", [*corpus.some_taken().items(), *corpus.some_refused().items()], ids=lambda file: file[0]
)
def test_every_kind_of_file_is_taken_or_refused_as_the_endpoint_does(
    http: httpx.Client, words: Words, program: Program, file: tuple[str, Taken | Refused]
) -> None:
    data = file[1].data
    answered = http.post(PATH, content=data)
    if isinstance(file[1], Taken):
        assert answered.status_code == 200
        return
    if len(data) > 15 * MB:
        assert answered.status_code == 413
        assert answered.json()["error"] == words("picture.too_many_bytes", limit=15)
        return
    status, sentence = refused(answered)
    assert status == 400
    with pytest.raises(Refusal) as caught:
        program.explain(program.send(data))
    assert sentence == caught.value.sentence


def test_body_of_the_largest_size_gets_in_and_a_larger_one_does_not(http: httpx.Client, words: Words) -> None:
    def pieces(size: int) -> Iterator[bytes]:
        for at in range(0, size, MB):
            yield bytes(min(MB, size - at))

    assert refused(http.post(PATH, content=bytes(15 * MB)))[1] == words("picture.not_a_picture")
    assert refused(http.post(PATH, content=pieces(15 * MB)))[1] == words("picture.not_a_picture")
    assert refused(http.post(PATH, files={"a": ("a", bytes(15 * MB))}))[1] == words("picture.not_a_picture")
    for size in (15 * MB + 1, 17 * MB, 40 * MB):
        for content in (bytes(size), pieces(size)):
            answered = http.post(PATH, content=content)
            assert (answered.status_code, answered.json()["error"]) == (
                413,
                words("picture.too_many_bytes", limit=15),
            )


def test_answer_has_the_headers_of_every_page_and_is_for_no_foreign_one(http: httpx.Client) -> None:
    for content in (RED, b""):
        answered = http.post(PATH, content=content, headers={"origin": "https://elsewhere.example"})
        assert answered.headers["x-content-type-options"] == "nosniff"
        assert "content-security-policy" in answered.headers
        assert "access-control-allow-origin" not in answered.headers
        assert "content-encoding" not in answered.headers
    asks = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    assert "access-control-allow-origin" not in http.options(PATH, headers=asks).headers


def test_connection_stays_usable_after_a_refusal(http: httpx.Client) -> None:
    for _ in range(3):
        assert http.post(PATH, content=b"x" * 5 * MB).status_code == 400
        assert http.put(PATH, content=b"x" * 5 * MB).status_code == 405
        assert http.post(PATH, content=RED).status_code == 200


def test_no_file_is_left_behind(http: httpx.Client, server: Server) -> None:
    def files() -> set[Path]:
        return {path for path in server.uploads.rglob("*") if path.is_file()}

    before = files()
    data = corpus.taken()["a photo"].data
    assert http.post(PATH, content=data).status_code == http.post(PATH, files={"a": ("a", data)}).status_code == 200
    assert files() == before


@pytest.mark.parametrize("name", ["model", "target", "method", "layer"])
def test_long_text_is_refused(words: Words, name: str) -> None:
    app = door(words)
    answered = ask(app, content=RED, params={name: "w " * (LONGEST // 2) + "w"})
    assert refused(answered) == (400, words("api.long", limit=LONGEST))
