"""A visit ends when its last page was closed, in whatever way, and not when it only sleeps."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from page.words import load
from tests.browser.own import OwnBrowser, own_browser
from tests.browser.visit import Visit, photo
from tests.server import Server, running

WORDS = load()
FAREWELL = 6  # seconds in place of a minute
SWEEP = 24  # in place of ten minutes
LONGER = FAREWELL + 2  # seconds, in which what is going to happen then has happened
LATE = 60  # seconds after which something did not happen


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    flags = ("--farewell-seconds", str(FAREWELL), "--sweep-minutes", str(SWEEP / 60), "--offline")
    with running(tmp_path_factory.mktemp("host"), *flags) as started:
        yield started
    assert "Traceback" not in started.log()


@pytest.fixture
def mine(browser: Browser, tmp_path: Path) -> Iterator[OwnBrowser]:
    with own_browser(browser.browser_type, tmp_path / "mine") as started:
        yield started


@pytest.fixture(autouse=True)
def nothing_before(host: Server) -> None:
    until(lambda: host.files() == 0)


def until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LATE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def shown(page: Page, host: Server, word: str = "cheetah") -> Visit:
    visit = Visit(page, host.url).open()
    visit.answered(lambda: visit.choose(photo(word)))
    return visit


def next_tap(visit: Visit) -> None:
    """The next question about the picture on the page is answered as if nothing had been."""
    visit.page.wait_for_function("!document.hidden")
    second = visit.page.locator("#answer .next button").first
    visit.answered(second.click)
    assert visit.label == "Cheetah"
    assert visit.sentences() == []


def test_open_page_keeps_its_picture_and_a_closed_one_does_not(mine: OwnBrowser, host: Server) -> None:
    visit = shown(mine.page(), host)
    time.sleep(LONGER)
    assert host.files() == 1
    visit.page.close()
    until(lambda: host.files() == 0)


def test_browser_that_is_killed_takes_its_picture_along(mine: OwnBrowser, host: Server) -> None:
    shown(mine.page(), host)
    mine.signal(signal.SIGKILL)
    assert host.files() == 1
    until(lambda: host.files() == 0)


def test_page_that_sleeps_keeps_its_picture(mine: OwnBrowser, host: Server) -> None:
    visit = shown(mine.page(), host)
    devtools = visit.page.context.new_cdp_session(visit.page)
    devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    time.sleep(LONGER)
    assert host.files() == 1
    devtools.send("Page.setWebLifecycleState", {"state": "active"})
    next_tap(visit)


@pytest.mark.parametrize("how", ["frozen", "stopped"])
def test_picture_that_went_while_the_page_slept_comes_again_with_the_next_tap(
    mine: OwnBrowser, host: Server, how: str
) -> None:
    visit = shown(mine.page(), host)
    devtools = visit.page.context.new_cdp_session(visit.page)
    if how == "frozen":
        devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    else:
        mine.signal(signal.SIGSTOP)
    until(lambda: host.files() == 0)
    time.sleep(FAREWELL)
    if how == "frozen":
        devtools.send("Page.setWebLifecycleState", {"state": "active"})
    else:
        mine.signal(signal.SIGCONT)
    visit.page.evaluate(LONG_AGO)
    next_tap(visit)
    assert host.files() == 1
    visit.open_test("dog_or_cat")
    visit.asked()


def test_picture_that_can_not_be_sent_again_is_asked_for_and_the_answer_stays(mine: OwnBrowser, host: Server) -> None:
    visit = shown(mine.page(), host)
    visit.page.route("**/upload", lambda route: route.abort())
    visit.page.context.new_cdp_session(visit.page).send("Page.setWebLifecycleState", {"state": "frozen"})
    until(lambda: host.files() == 0)
    visit.page.context.new_cdp_session(visit.page).send("Page.setWebLifecycleState", {"state": "active"})
    visit.page.evaluate(LONG_AGO)
    before = visit.seen()
    visit.page.locator("#answer .next button").first.click()
    assert visit.said() == WORDS("picture.not_uploaded")
    assert visit.seen() == before
    visit.answered(lambda: visit.choose(photo("coffee"), kind="image/png"))
    assert visit.label == "Espresso"


def test_page_that_loads_again_lets_go_of_the_picture_before(mine: OwnBrowser, host: Server) -> None:
    visit = shown(mine.page(), host)
    visit.open()
    until(lambda: host.files() == 0)
    visit.answered(lambda: visit.choose(photo("cheetah")))
    time.sleep(LONGER)
    assert host.files() == 1


# What a browser says to a page that it keeps for a way back. Chromium keeps none that may not be cached; others do.
LEFT = "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
BACK = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"


def test_page_that_was_kept_for_the_way_back_goes_on(mine: OwnBrowser, host: Server) -> None:
    visit = shown(mine.page(), host)
    visit.page.evaluate(LEFT)
    until(lambda: host.files() == 0)
    visit.page.evaluate(BACK)
    visit.page.evaluate(LONG_AGO)
    next_tap(visit)
    time.sleep(LONGER)
    assert host.files() == 1


def test_one_of_two_tabs_closed_keeps_the_picture_of_the_other(mine: OwnBrowser, host: Server) -> None:
    one, other = shown(mine.page(), host), shown(mine.page(), host, "lion")
    assert host.files() == 2
    other.page.close()
    time.sleep(LONGER)
    next_tap(one)
    assert host.files() == 2, "they are of one visit"
    one.page.close()
    until(lambda: host.files() == 0)


# What was there a moment ago is not asked for again; here a moment passes at once.
LONG_AGO = "(() => { const now = Date.now; Date.now = () => now() + 60_000; })()"
