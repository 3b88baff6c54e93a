"""What the server does when a visit is over, and what it tells the screen."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from page.curator import Curator, Idle
from page.doors.owners import COOKIE
from page.kiosk import Kiosk
from page.settings import Settings
from page.words import Words
from tests.page import fakes


@pytest.fixture
def gone() -> list[tuple[str, str]]:
    """The visits of which the kiosk said that they are over."""
    return []


@pytest.fixture
def kiosk(words: Words, gone: list[tuple[str, str]]) -> Kiosk:
    return Kiosk(Settings(kiosk=True), Curator(), fakes.service(words), (), lambda *visit: gone.append(visit))


@pytest.fixture
def screen(kiosk: Kiosk) -> TestClient:
    return TestClient(Starlette(routes=kiosk.routes))


def test_a_visit_that_is_over_is_told_by_its_browser_and_its_session(
    screen: TestClient, gone: list[tuple[str, str]]
) -> None:
    token = "a" * 32
    answer = screen.post("/kiosk/reset", json={"session": "mine"}, headers={"cookie": f"{COOKIE}={token}"})
    assert answer.status_code == 204
    assert gone == [(token, "mine")]
    assert '"cache"' in answer.headers["clear-site-data"], "the browser forgets as well"


@pytest.mark.parametrize("body", ["", "[]", "{", '{"session": ["a"]}', '{"more": 1}'])
def test_what_is_no_visit_is_refused(screen: TestClient, body: str) -> None:
    assert screen.post("/kiosk/reset", content=body).status_code == 400
    assert screen.get("/kiosk/reset").status_code == 405


def test_the_screen_waits_until_the_model_is_warm(screen: TestClient, kiosk: Kiosk) -> None:
    assert screen.get("/kiosk/attract").status_code == 503
    assert screen.get("/kiosk/alive").json() == {"run": kiosk.run, "ready": False}
    kiosk.service.readiness.status = "ok"
    assert screen.get("/kiosk/attract").json() == []
    assert screen.get("/kiosk/alive").json()["ready"]


def test_each_start_has_a_name_of_its_own(kiosk: Kiosk) -> None:
    assert Kiosk(kiosk.settings, Curator(), kiosk.service, (), kiosk.left).run != kiosk.run


def given(words: Words, curator: Curator, **flags: float) -> dict[str, Any]:
    settings = Settings(kiosk=True, **flags)  # type: ignore[arg-type]
    return Kiosk(settings, curator, fakes.service(words), (), lambda *visit: None).given()


def test_scripts_get_the_times_of_the_host_and_a_flag_says_more_than_a_file(words: Words) -> None:
    chosen = Curator(idle=Idle(seconds=60, countdown=20))
    assert [given(words, Curator())[name] for name in ("idle", "countdown")] == [45, 15]
    assert [given(words, chosen)[name] for name in ("idle", "countdown")] == [60, 20]
    assert [given(words, chosen, idle_seconds=30)[name] for name in ("idle", "countdown")] == [30, 20]


def test_curator_chooses_what_comes_first_what_wakes_it_and_how_long_moving_counts(words: Words) -> None:
    names = ("first", "wake", "stay")
    assert [given(words, Curator())[name] for name in names] == ["page", "touch", 300]
    chosen = Curator(first="mirror", wake="motion", idle=Idle(stay=60))
    assert [given(words, chosen)[name] for name in names] == ["mirror", "motion", 60]
    assert given(words, chosen, stay_seconds=30)["stay"] == 30


def test_the_sentence_promises_only_what_is_offered(words: Words) -> None:
    offered = Curator.model_construct(experiments=("fool",)), Curator.model_construct(experiments=())
    assert [given(words, each)["words"]["lead"] for each in offered] == [words("kiosk.lead_fool"), words("kiosk.lead")]
