"""The mirror: the visitor's own film with the map over it, and nothing of it left afterwards."""

import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from page.words import load
from tests.browser.conftest import CHROMIUM, QUIET, TIMEOUT, with_camera
from tests.browser.test_camera import END, KEEP_STREAMS
from tests.browser.visit import SIZES, Visit, photo
from tests.server import Server

WORDS = load()
WIDTH, HEIGHT = 320, 240
OUT = "streams.every((one) => !one.active)"
HIDE = """
(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


def frame(picture: Image.Image) -> bytes:
    luma, blue, red = picture.resize((WIDTH, HEIGHT)).convert("YCbCr").split()
    half = (WIDTH // 2, HEIGHT // 2)
    return b"FRAME\n" + luma.tobytes() + blue.resize(half).tobytes() + red.resize(half).tobytes()


def film_of(*pictures: Image.Image, each: int = 1) -> bytes:
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    return head + b"".join(frame(picture) * each for picture in pictures)


def cheetah() -> Image.Image:
    return Image.open(io.BytesIO(photo("cheetah"))).convert("RGB")


def wall() -> Image.Image:
    return Image.new("RGB", (WIDTH, HEIGHT), (205, 200, 190))


def before(browser: Browser, folder: Path, film: bytes) -> Browser:
    """A browser whose camera shows a film."""
    shown = folder / "shown.y4m"
    shown.write_bytes(film)
    return browser.browser_type.launch(executable_path=CHROMIUM, args=[*QUIET, *with_camera(shown)])


@pytest.fixture(scope="module")
def filmed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    started = before(browser, tmp_path_factory.mktemp("film"), film_of(cheetah()))
    yield started
    started.close()


@pytest.fixture
def visit(filmed: Browser, server: Server) -> Iterator[Visit]:
    context = filmed.new_context()
    context.set_default_timeout(TIMEOUT)
    context.add_init_script(KEEP_STREAMS)
    page = Visit(context.new_page(), server.url).open()
    yield page
    assert page.failures == []
    context.close()


def looking(page: Page, maps: int = 4) -> None:
    """Open the mirror and wait for some maps."""
    page.locator("#use-camera").click()
    more(page, maps)


def more(page: Page, maps: int = 4) -> None:
    """Wait for so many further maps, however long a busy machine takes for each."""
    page.wait_for_function("(least) => window.seewhy.maps >= least", arg=page.evaluate("seewhy.maps") + maps)


def heading(page: Page) -> str:
    return page.locator("#mirror h1").inner_text()


def test_the_film_has_its_answer_and_its_map_and_the_page_says_what_happens_to_it(visit: Visit) -> None:
    looking(visit.page)
    assert heading(visit.page) == "Cheetah"
    assert "%" in visit.page.locator("#mirror .pct").inner_text()
    assert "cheetah" in (visit.page.locator("#mirror canvas[role=img]").get_attribute("aria-label") or "")
    glow = visit.page.evaluate(
        "Math.max(...document.querySelector('#mirror canvas').getContext('2d').getImageData(0, 0, 128, 128).data)"
    )
    assert glow > 100
    assert visit.page.locator("#mirror .privacy").inner_text() == WORDS("mirror.privacy")
    visit.page.wait_for_function("document.querySelector('#mirror .heard').innerText.startsWith('Cheetah')")


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_off_and_the_button_is_on_the_first_screen(visit: Visit, size: str) -> None:
    width, height = SIZES[size]
    visit.page.set_viewport_size({"width": width, "height": height})
    looking(visit.page, 1)
    assert visit.overflow() == 0
    box = visit.page.locator("#keep").bounding_box()
    assert box
    assert box["y"] + box["height"] <= height
    assert box["height"] >= 48


def test_another_layer_is_asked_for_and_drawn(visit: Visit) -> None:
    looking(visit.page)
    with visit.page.expect_request(lambda request: "layer=blocks.2" in request.url):
        visit.page.get_by_role("radio", name=WORDS("layers.textures")).check(force=True)
    more(visit.page)
    assert heading(visit.page) == "Cheetah"


def test_keep_this_one_opens_the_whole_picture_and_puts_the_camera_out(visit: Visit) -> None:
    looking(visit.page)
    visit.answered(lambda: visit.page.locator("#keep").click())
    assert visit.label == "Cheetah"
    assert visit.page.evaluate(OUT)
    height, width, _ = visit.pixels().shape
    assert (width, height) == (WIDTH, HEIGHT), "all of the film's picture, not the square"


def test_the_camera_goes_out_with_the_mirror(visit: Visit) -> None:
    looking(visit.page, 1)
    visit.page.locator("#stop-camera").click()
    visit.page.locator("#choose-file").wait_for()
    assert visit.page.evaluate(OUT)
    looking(visit.page, 1)
    visit.page.keyboard.press("Escape")
    visit.page.locator("#choose-file").wait_for()
    assert visit.page.evaluate(OUT)
    looking(visit.page, 1)
    visit.page.go_back()
    visit.page.locator("#choose-file").wait_for()
    assert visit.page.evaluate(OUT)


def test_the_camera_goes_out_while_the_tab_is_hidden_and_comes_back_with_it(visit: Visit) -> None:
    looking(visit.page)
    visit.page.evaluate(HIDE, True)
    assert visit.page.evaluate(OUT)
    visit.page.wait_for_timeout(1200)  # longer than between two looks after a camera that died
    visit.page.evaluate(HIDE, False)
    visit.page.wait_for_function("streams.at(-1).active")
    more(visit.page)
    assert heading(visit.page) == "Cheetah"


@pytest.mark.parametrize("trouble", ["ended", "unplugged"])
def test_a_camera_that_ends_is_told_with_the_way_on(visit: Visit, trouble: str) -> None:
    looking(visit.page, 1)
    visit.page.evaluate(END[trouble])
    assert visit.said() == WORDS("camera.ended")
    assert visit.page.locator("#use-camera").is_visible()
    looking(visit.page, 1)


def test_while_it_is_held_there_is_no_map(visit: Visit) -> None:
    looking(visit.page)
    empty = (
        "document.querySelector('#mirror canvas').getContext('2d').getImageData(0, 0, 128, 128).data.every((v) => !v)"
    )
    visit.page.keyboard.down("h")
    assert visit.page.evaluate(empty)
    visit.page.keyboard.up("h")
    visit.page.wait_for_function(f"!({empty})")


def test_a_server_that_is_away_is_told_and_the_film_goes_on_until_it_is_back(visit: Visit) -> None:
    looking(visit.page)
    visit.page.route("**/api/mirror*", lambda route: route.abort())
    visit.page.wait_for_function(
        "(broken) => document.querySelector('#mirror .trouble').textContent === broken", arg=WORDS("mirror.broken")
    )
    assert visit.page.evaluate("!document.querySelector('#mirror video').paused")
    visit.page.unroute("**/api/mirror*")
    more(visit.page)
    assert visit.page.locator("#mirror .trouble").inner_text() != WORDS("mirror.broken")
    visit.failures.clear()  # the browser writes each request that was broken off


def test_taken_mirrors_are_told_and_a_picture_can_be_taken_all_the_same(visit: Visit) -> None:
    refusal = {"status": 429, "json": {"error": WORDS("mirror.taken")}}
    visit.page.route("**/api/mirror*", lambda route: route.fulfill(**refusal))  # type: ignore[arg-type]
    visit.page.locator("#use-camera").click()
    visit.page.get_by_text(WORDS("mirror.taken")).wait_for()
    visit.answered(lambda: visit.page.locator("#keep").click())
    assert visit.label == "Cheetah"
    visit.failures.clear()


def test_an_empty_wall_has_no_name_no_percentage_and_no_glow(browser: Browser, server: Server, tmp_path: Path) -> None:
    empty = before(browser, tmp_path, film_of(wall()))
    visit = Visit(empty.new_page(), server.url).open()
    looking(visit.page)
    assert heading(visit.page) == WORDS("mirror.nothing")
    assert visit.page.locator("#mirror .pct").inner_text() == ""
    assert visit.page.locator("#mirror .try").inner_text() == WORDS("mirror.hold_up")
    assert visit.page.locator("#mirror canvas[role=img]").get_attribute("aria-label") == WORDS(
        "mirror.describe_nothing"
    )
    assert visit.page.evaluate(
        "document.querySelector('#mirror canvas').getContext('2d').getImageData(0, 0, 128, 128).data.every((v) => !v)"
    )
    assert visit.failures == []
    empty.close()


def test_words_follow_the_film(browser: Browser, server: Server, tmp_path: Path) -> None:
    changing = before(browser, tmp_path, film_of(cheetah(), wall(), each=60))
    visit = Visit(changing.new_page(), server.url).open()
    looking(visit.page)
    for words in ("Cheetah", WORDS("mirror.nothing"), "Cheetah"):
        visit.page.wait_for_function("(words) => document.querySelector('#mirror h1').innerText === words", arg=words)
    changing.close()


def test_with_reduced_motion_it_is_a_still_every_two_seconds(filmed: Browser, server: Server) -> None:
    context = filmed.new_context(reduced_motion="reduce")
    visit = Visit(context.new_page(), server.url).open()
    looking(visit.page, 1)
    asked = [request for request in visit.requests if "api/mirror" in request.url]
    visit.page.wait_for_timeout(3000)
    assert len([request for request in visit.requests if "api/mirror" in request.url]) - len(asked) <= 2
    context.close()


@pytest.mark.parametrize("language", ["de", "ar"])
def test_it_speaks_the_visitors_language(filmed: Browser, server: Server, language: str) -> None:
    context = filmed.new_context(locale=language)
    visit = Visit(context.new_page(), server.url).open()
    looking(visit.page, 1)
    assert visit.page.locator("#keep").inner_text().strip() == load(language)("mirror.keep")
    assert visit.overflow() == 0
    context.close()


def test_nothing_of_a_film_stays_on_the_server(visit: Visit, server: Server) -> None:
    before, log = server.files(), server.log()
    looking(visit.page, 10)
    visit.page.locator("#stop-camera").click()
    visit.page.locator("#choose-file").wait_for()
    assert server.files() == before
    assert "mirror" not in server.log().removeprefix(log)
    assert httpx.get(f"{server.url}/healthz").json()["ready"]
