"""The doors stand in the order in which a request passes them."""

from pathlib import Path

import pytest
from starlette.middleware import Middleware

from page.doors.bodies import Bodies
from page.doors.order import doors_of
from page.doors.owners import Owners
from page.doors.queue import FairQueue
from page.language import Teller
from page.settings import read_settings
from page.translated import Site
from page.words import Words

PRIVATE = [
    "Headers", "Caching", "Hosts", "LanguageDoor", "Compressed", "Guard", "OwnersDoor", "Bodies", "QuestionsDoor",
    "StreamsDoor", "Kept",
]  # fmt: skip


def doors(words: Words, *flags: str) -> list[Middleware]:
    with Site(words, analytics_enabled=False) as site:
        pass
    site.queue()
    site._queue = FairQueue(site, 10, 5, words)
    return doors_of(site, read_settings(list(flags)), Teller(words), Owners(Path("uploads")), [])


def names(made: list[Middleware]) -> list[str]:
    return [str(getattr(door.cls, "__name__", "")) for door in made]


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPACE_ID", raising=False)


def test_long_headers_are_refused_before_anything_reads_them(words: Words) -> None:
    assert names(doors(words)) == PRIVATE


def test_on_a_public_page_what_one_address_sends_is_counted_first(words: Words) -> None:
    made = doors(words, "--public")
    assert names(made) == ["Rates", *PRIVATE]
    assert {each.kwargs["tell"] for each in made if "tell" in each.kwargs} == {Teller(words)}


def test_in_a_space_cookies_are_made_to_fit_its_frame_before_any_is_set(
    words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPACE_ID", "somebody/seewhy")
    made = doors(words)
    assert names(made) == [*PRIVATE[:3], "Cookies", *PRIVATE[3:]]
    assert made[2].kwargs["proxies"] == "*"


def test_strangers_may_not_take_all_places_of_the_line_for_bodies(words: Words) -> None:
    own, strangers = (
        next(each.kwargs["line"]._places for each in doors(words, *flags) if each.cls is Bodies)
        for flags in ((), ("--public",))
    )
    assert own.each == own.at_once
    assert strangers.each < strangers.at_once
