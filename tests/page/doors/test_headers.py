"""The very first door: more headers, cookies or address than a browser sends."""

import asyncio

import httpx
import pytest

from page.doors.headers import LONGEST_ADDRESS, MOST_BYTES, MOST_COOKIES, MOST_HEADERS, Headers
from page.words import Words
from tests.page.doors.test_guard import reads_all


def asked(words: Words, path: str = "/", headers: list[tuple[str, str]] | None = None) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Headers(reads_all, words))
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
            http.headers.clear()
            return await http.get(path, headers=headers or [])

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "headers",
    [
        [("cookie", "a=" + "b" * (MOST_COOKIES - 2))],
        [("cookie", "a=" + "b" * (MOST_COOKIES // 2 - 2))] * 2,
        [("x-long", "a" * (MOST_BYTES - 200))],
        [(f"x-{number}", "a") for number in range(MOST_HEADERS - 5)],
    ],
)
def test_what_browsers_send_comes_through(words: Words, headers: list[tuple[str, str]]) -> None:
    assert asked(words, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        [("cookie", "a=" + "b" * MOST_COOKIES)],
        [("cookie", "a=" + "b" * (MOST_COOKIES // 2))] * 2,
        [("cookie", 'visitor="' + "\\" * 30_000 + '"')],
        [("x-long", "a" * MOST_BYTES)],
        [(f"x-{number}", "a" * 1000) for number in range(17)],
        [(f"x-{number}", "a") for number in range(MOST_HEADERS + 1)],
    ],
)
def test_more_is_refused_before_anything_reads_it(words: Words, headers: list[tuple[str, str]]) -> None:
    refused = asked(words, headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (431, words("server.long_headers"))


@pytest.mark.parametrize("path", ["/{}", "/?{}", "/?target={}", "/%C3%A9{}"])
def test_long_address_is_refused(words: Words, path: str) -> None:
    assert asked(words, path.format("a" * (LONGEST_ADDRESS - 100))).status_code == 200
    refused = asked(words, path.format("a" * LONGEST_ADDRESS))
    assert (refused.status_code, refused.json()["error"]) == (414, words("server.long_address"))
