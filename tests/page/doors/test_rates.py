"""What one address may ask for in a minute, however it spells what it asks for."""

import asyncio

import httpx
import pytest

from page.doors.budget import Budget
from page.doors.guard import Guard
from page.doors.headers import Headers
from page.doors.rates import DEAR, FRAMES, HEALTH, Rates, rates
from page.language import Teller
from page.settings import Settings
from page.words import Words, speaking
from tests.page.doors.test_budget import Clock
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
    return Rates(reads_all, words, rates(requests, questions, uploads, 1))


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


def test_health_has_a_count_of_its_own(words: Words) -> None:
    app = counted(words, requests=1)
    answered = sent(app, *["GET /healthz"] * 5, "GET /a", "GET /healthz", "GET /healthz/more")
    assert [each.status_code for each in answered] == [200] * 7 + [429]
    answered = sent(app, *["GET /healthz"] * (HEALTH - 6 + 1))
    assert [each.status_code for each in answered] == [200] * (HEALTH - 6) + [429]


def test_each_address_has_its_own_count(words: Words) -> None:
    app = counted(words, requests=1)
    for client in ("10.0.0.1", "10.0.0.2", "2001:db8::1"):
        assert [each.status_code for each in sent(app, "GET /a", "GET /a", client=client)] == [200, 429]
    assert sent(app, "GET /a", client="2001:db8::2")[0].status_code == 429, "the same network"


def test_what_a_visitor_writes_into_a_header_is_not_an_address(words: Words) -> None:
    app = counted(words, requests=1)

    async def twice() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://page") as http:
            return [
                (await http.get("/a", headers={"x-forwarded-for": f"10.0.0.{number}"})).status_code for number in (1, 2)
            ]

    assert asyncio.run(twice()) == [200, 429]


def test_other_requests_do_not_count_as_questions_or_uploads(words: Words) -> None:
    app = counted(words, questions=1, uploads=1)
    asked = ["GET /", "GET /gradio_api/queue/data", "GET /gradio_api/upload_progress", "GET /api/explain"]
    assert {each.status_code for each in sent(app, *asked * 3)} == {200}


@pytest.mark.parametrize("page", ["GET /", "GET /?__theme=dark", "GET //", "GET /config"])
def test_the_page_itself_counts_as_ten(words: Words, page: str) -> None:
    answered = sent(counted(words, requests=25), page, page, *["GET /a"] * 6)
    assert [each.status_code for each in answered] == [200] * 7 + [429]


def test_what_is_refused_behind_it_counts_as_well(words: Words) -> None:
    """A refusal costs something, too."""
    guarded = Guard(reads_all, words, upload_limit=1000)
    app = Rates(guarded, words, rates(4, MANY, MANY, 1))
    answered = sent(app, *["GET /gradio_api/runs", "GET /monitoring"] * 3)
    assert [each.status_code for each in answered] == [404] * 4 + [429] * 2


def test_refusal_speaks_the_visitors_language(words: Words) -> None:
    app = Rates(reads_all, words, rates(1, MANY, MANY, 1), tell=Teller(words, "de"))
    _, refused = sent(app, "GET /a", "GET /a")
    with speaking("de"):
        assert refused.json()["error"] == words("server.too_fast")
    assert refused.json()["error"] != words("server.too_fast")


def test_long_headers_count_as_well(words: Words) -> None:
    app = Rates(Headers(reads_all, words), words, rates(4, MANY, MANY, 1))
    answered = sent(app, *["GET /" + "a" * 9000] * 6)
    assert [each.status_code for each in answered] == [414] * 4 + [429] * 2


def test_refusal_has_the_headers_of_every_page_and_a_number(words: Words) -> None:
    (refused,) = sent(counted(words, requests=1), "GET /")
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert refused.headers["x-request-id"]


@pytest.mark.parametrize("asked", ["POST /api/explain", "POST /gradio_api/queue/join", "POST /gradio_api/upload"])
def test_address_over_its_budget_is_refused_while_others_are_there(words: Words, asked: str) -> None:
    clock = Clock()
    budget = Budget(60, clock)
    app = Rates(reads_all, words, rates(MANY, MANY, MANY, 1), budget)
    budget.charge("10.0.0.1", 90)
    assert sent(app, asked)[0].status_code == 200, "it is alone"
    assert sent(app, "POST /api/explain", client="10.0.0.2")[0].status_code == 200
    refused, page = sent(app, asked, "GET /a")
    assert (refused.status_code, refused.json()["error"]) == (429, words("server.too_fast"))
    assert refused.headers["retry-after"] == "30"
    assert page.status_code == 200
    clock.now += 30
    assert sent(app, asked)[0].status_code == 200


def test_a_class_behind_one_address_can_work() -> None:
    settings = Settings(public=True)
    pupils, page, pictures, questions = 30, 50, 4, 12
    assert settings.requests_each >= pupils * (page + DEAR + 4 * (pictures + questions))
    assert settings.uploads_each >= pupils * pictures
    assert settings.questions_each >= pupils * questions
    assert settings.queue_each >= pupils


def test_a_class_behind_one_address_can_work_beside_others() -> None:
    """In a minute each shows a picture, asks three things more about it and does a test; in seconds of a processor, as
    they were measured with the bundled model and a photograph of 12 megapixels."""
    settings = Settings(public=True)
    pupils, picture, question, test = 30, 0.35, 0.25, 1.3
    assert settings.cpu_seconds_each >= pupils * (picture + 3 * question + test)


def test_frames_of_a_film_count_apart_from_questions_and_from_all_else(words: Words) -> None:
    app = counted(words, requests=1, questions=1)
    assert {each.status_code for each in sent(app, *["POST /api/mirror"] * (FRAMES - 1))} == {200}
    assert [each.status_code for each in sent(app, "GET /", "POST /api/mirror", "POST /api/mirror")][1:] == [200, 429]
