"""What one address may ask for in a minute, however it spells what it asks for."""

import asyncio

import httpx
import pytest

from page.doors.rates import Rates, rates
from page.settings import Settings
from page.words import Words
from tests.page.doors.test_guard import reads_all

MANY = 10_000


def sent(app: Rates, *asked: str, client: str = "10.0.0.1") -> list[httpx.Response]:
    """What comes back for each "METHOD /path"."""

    async def all_of_them() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app, client=(client, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
            return [await http.request(*each.split(" ", 1)) for each in asked]

    return asyncio.run(all_of_them())


def counted(words: Words, requests: int = MANY, questions: int = MANY, uploads: int = MANY) -> Rates:
    return Rates(reads_all, words, rates(requests, questions, uploads))


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("requests", "GET /anything"),
        ("requests", "DELETE /"),
        ("questions", "POST /gradio_api/queue/join"),
        ("questions", "POST /gradio_api/queue/join/?a=b"),
        ("questions", "POST /gradio_api/call/explain"),
        ("questions", "POST /gradio_api/call/v2/explain"),
        ("questions", "POST /api/explain?target=dogs"),
        ("questions", "POST /%61pi/explain"),
        ("uploads", "POST /gradio_api/upload?upload_id=1"),
    ],
)
def test_address_that_is_too_fast_is_told_so(words: Words, kind: str, asked: str) -> None:
    answered = sent(counted(words, **{kind: 3}), *[asked] * 5)
    assert [each.status_code for each in answered] == [200] * 3 + [429] * 2
    assert answered[-1].json()["error"] == answered[-1].json()["detail"] == words("server.too_fast")
    assert int(answered[-1].headers["retry-after"]) > 0


def test_health_can_be_asked_as_often_as_it_takes(words: Words) -> None:
    app = counted(words, requests=1)
    answered = sent(app, *["GET /healthz"] * 5, "GET /", "GET /healthz", "GET /healthz/more")
    assert [each.status_code for each in answered] == [200] * 7 + [429]


def test_each_address_has_its_own_count(words: Words) -> None:
    app = counted(words, requests=1)
    for client in ("10.0.0.1", "10.0.0.2", "2001:db8::1"):
        assert [each.status_code for each in sent(app, "GET /", "GET /", client=client)] == [200, 429]
    assert sent(app, "GET /", client="2001:db8::2")[0].status_code == 429, "the same network"


def test_what_a_visitor_writes_into_a_header_is_not_an_address(words: Words) -> None:
    app = counted(words, requests=1)

    async def twice() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as http:
            return [
                (await http.get("/", headers={"x-forwarded-for": f"10.0.0.{number}"})).status_code for number in (1, 2)
            ]

    assert asyncio.run(twice()) == [200, 429]


def test_other_requests_do_not_count_as_questions_or_uploads(words: Words) -> None:
    app = counted(words, questions=1, uploads=1)
    asked = ["GET /", "GET /gradio_api/queue/data", "GET /gradio_api/upload_progress", "GET /api/explain"]
    assert {each.status_code for each in sent(app, *asked * 3)} == {200}


def test_a_class_behind_one_address_can_work() -> None:
    settings = Settings(public=True)
    pupils, page, pictures, questions = 30, 50, 4, 12
    assert settings.requests_each >= pupils * (page + 4 * (pictures + questions))
    assert settings.uploads_each >= pupils * pictures
    assert settings.questions_each >= pupils * questions
    assert settings.queue_each >= pupils
