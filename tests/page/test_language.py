"""Each request is answered in its own language: the visitor's choice, else the host's, else the browser's."""

import asyncio
from datetime import date

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from page import request
from page.language import AUTO, LanguageDoor, Teller, preferred
from page.refusal import answer
from page.words import Words, speak, speaking, spoken

SENTENCES = {"language": {"name": "English"}, "page": {"close": "Close"}}
GERMAN = {
    "language": {"name": "Deutsch"},
    "page": {"close": "Schließen"},
}
WORDS = Words({"en": SENTENCES, "de": GERMAN})


async def says_close(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(400, WORDS("page.close"))(scope, receive, send)


def asked(setting: str = AUTO, **headers: str) -> str:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(LanguageDoor(says_close, Teller(WORDS, setting)))
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
            return await http.get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})

    return str(asyncio.run(ask()).json()["error"])


def test_browser_chooses() -> None:
    assert asked(accept_language="de-AT,de;q=0.9,en;q=0.5") == "Schließen"
    assert asked(accept_language="en-GB,de;q=0.9") == "Close"


@pytest.mark.parametrize("header", ["", "xx", "*"])
def test_whoever_asks_for_nothing_that_is_here_hears_the_pages_own(header: str) -> None:
    assert asked() == asked(cookie=f"language={header}") == asked(accept_language=header) == "Close"


def test_setting_comes_before_the_browser_and_the_visitors_choice_before_both() -> None:
    assert asked("de", accept_language="en") == "Schließen"
    assert asked("de", accept_language="de", cookie="visitor=abc; language=en") == "Close"
    assert asked(cookie="language=de") == "Schließen"


@pytest.mark.parametrize(
    ("header", "best"),
    [
        ("de", "de"),
        ("DE-at", "de"),
        ("en;q=0.2, de;q=0.8", "de"),
        ("en;q=0.8, de;q=0.8", "en"),
        ("fr, xx;q=0.9", ""),
        ("de;q=0", ""),
        ("de;q=junk, en;q=0.1", "en"),
        ("", ""),
        (",;=;q,", ""),
        ("deutsch", ""),
    ],
)
def test_best_of_what_a_browser_likes(header: str, best: str) -> None:
    assert preferred(header, WORDS.languages) == best


def test_request_that_waited_goes_on_in_its_language() -> None:
    scope: Scope = {"type": "http"}
    with speaking(""):
        request.speak(scope, "de")
        speak("en")
        request.resume(scope)
        assert WORDS("page.close") == "Schließen"


def test_language_ends_with_its_block() -> None:
    before = spoken()
    with speaking("de"):
        assert WORDS.language == "de"
    assert spoken() == before


def test_language_that_is_not_there_is_the_pages_own() -> None:
    with speaking("xx"):
        assert WORDS("page.close") == "Close"


def test_numbers_and_days_are_written_as_is_usual() -> None:
    assert WORDS.number(1000) == "1,000"
    assert WORDS.number(-1234.567, 2) == "\u22121,234.57"
    assert WORDS.number(-0.001, 2) == "0.00"
    with speaking("de"):
        assert WORDS.number(-1234.567, 2) == "\u22121.234,57"
        assert WORDS.date(date(2026, 3, 9)) == "9. März 2026"
        assert WORDS.point == ","
    assert WORDS.point == "."
    assert WORDS.date(date(2026, 3, 9)) == "March 9, 2026"


def test_own_words_are_said_in_every_language() -> None:
    words = WORDS.but({"page.close": "Museum"})
    for language in WORDS.languages:
        with speaking(language):
            assert words("page.close") == "Museum"
    with pytest.raises(KeyError):
        WORDS.but({"page.none": "Museum"})
