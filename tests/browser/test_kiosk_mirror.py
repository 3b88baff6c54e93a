"""The mirror at a kiosk: it is what stops people, and whoever moves before it is there, though not for ever."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from page.words import load
from tests.browser.test_camera import KEEP_STREAMS
from tests.browser.test_mirror import OUT, before, cheetah, film_of, wall
from tests.server import Server, running

WORDS = load()
ASKED = "#still-there"
Stand = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("museum")
    file = folder / "curator.toml"
    file.write_text('first = "mirror"\nwake = "motion"\n[idle]\nseconds = 10\ncountdown = 60\nstay = 25\n')
    with running(folder, "--kiosk", "--offline", "--curator", str(file)) as started:
        yield started


@pytest.fixture
def stand(browser: Browser, museum: Server, tmp_path: Path) -> Stand:
    """Stands before the screen, whose camera shows a film."""

    @contextmanager
    def standing(film: bytes, script: str = "") -> Iterator[Page]:
        started = before(browser, tmp_path, film)
        context = started.new_context(viewport={"width": 1080, "height": 1920}, has_touch=True)
        context.add_init_script(KEEP_STREAMS + script)
        page = context.new_page()
        page.goto(museum.url)
        page.wait_for_selector("#attract[data-ready]")
        yield page
        started.close()

    return standing


def test_the_first_touch_opens_the_mirror(stand: Stand) -> None:
    with stand(film_of(cheetah())) as page:
        page.touchscreen.tap(540, 900)
        page.wait_for_selector("html[data-state=mirror]")
        page.wait_for_function("seewhy.maps > 2")
        assert page.locator("#mirror h1").inner_text() == "Cheetah"
        assert page.locator("#mirror .privacy").inner_text() == WORDS("mirror.privacy_kiosk")
        assert page.locator("#teach-door").count() == 0, "this curator did not offer it"
        box = page.locator("#keep").bounding_box()
        assert box
        assert box["y"] + box["height"] <= 1920


def test_nobody_before_a_still_wall_wakes_nothing_and_is_asked_after_a_while(stand: Stand) -> None:
    with stand(film_of(wall())) as page:
        page.wait_for_timeout(3000)
        assert page.locator("#attract").count() == 1
        page.touchscreen.tap(540, 900)
        page.wait_for_selector(ASKED)


def test_whoever_moves_wakes_it_and_holds_off_the_countdown_but_not_for_ever(stand: Stand) -> None:
    with stand(film_of(cheetah(), wall(), each=4)) as page:
        page.wait_for_selector("html[data-state=mirror]")
        began = page.evaluate("performance.now()")
        page.wait_for_selector(ASKED, timeout=180_000)
        assert page.evaluate("performance.now()") - began > 20_000, "idle is after 10 seconds, moving counts for 25"
        assert page.locator("#attract").count() == 0


def test_the_camera_that_looks_for_movement_is_out_with_the_first_touch(stand: Stand) -> None:
    with stand(film_of(wall())) as page:
        page.wait_for_function("streams[0]?.active")
        page.evaluate("seewhy.kiosk.wake()")
        assert not page.evaluate("streams[0].active")


def test_a_camera_whose_film_does_not_play_does_not_stay_on(stand: Stand) -> None:
    with stand(film_of(wall()), "HTMLMediaElement.prototype.play = () => Promise.reject(new Error());") as page:
        page.wait_for_function("streams.length > 0")
        page.wait_for_function(OUT)


def test_after_the_mirror_the_camera_is_out(stand: Stand) -> None:
    with stand(film_of(cheetah())) as page:
        page.touchscreen.tap(540, 900)
        page.wait_for_selector("html[data-state=mirror]")
        page.locator("#stop-camera").tap()
        page.locator("#use-camera").wait_for()
        assert page.evaluate(OUT)
