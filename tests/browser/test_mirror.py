"""The mirror: the visitor's own film with the map over it, and nothing of it left afterwards."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from page.words import load
from tests.browser.conftest import CHROMIUM, QUIET, TIMEOUT, with_camera
from tests.browser.test_access import serious
from tests.browser.test_camera import END, KEEP_STREAMS
from tests.browser.visit import SIZES, Visit, photo
from tests.server import Server

WORDS = load()
WIDTH, HEIGHT = 320, 240
OUT = "streams.every((one) => !one.active)"
LATE = """
() => {
  const ask = navigator.mediaDevices.getUserMedia;
  navigator.mediaDevices.getUserMedia = async (wish) => {
    await new Promise((resolve) => { window.comes = resolve; });
    return ask(wish);
  };
}
"""
HIDE = """
(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


# Two cameras whose films are drawn here, each time in another colour: `size(width, height)` is how a phone is turned.
CAMERAS = """
(() => {
  window.opened = [];
  const sheet = Object.assign(document.createElement("canvas"), { width: 320, height: 240 });
  const pen = sheet.getContext("2d");
  let turn = 0;
  const draw = () => {
    pen.fillStyle = window.covered ? "black" : `hsl(${(turn += 7)} 80% 50%)`;
    pen.fillRect(0, 0, sheet.width, sheet.height);
  };
  setInterval(draw, 40);
  window.size = (width, height) => (Object.assign(sheet, { width, height }), draw());
  navigator.mediaDevices.getUserMedia = async ({ video }) => {
    opened.push(video.deviceId?.exact ?? "front");
    const film = sheet.captureStream(25);
    const [track] = film.getVideoTracks();
    const name = opened.at(-1);
    track.getSettings = () => ({ deviceId: name });
    window.last = track;
    return film;
  };
  navigator.mediaDevices.enumerateDevices = async () =>
    ["front", "back"].map((deviceId) => ({ kind: "videoinput", deviceId, label: deviceId }));
})()
"""
SHAPE = """
() => {
  const [reel, map] = [".reel", ".reel canvas"].map((one) =>
    document.querySelector(`#mirror ${one}`).getBoundingClientRect());
  const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  const apart = middle(reel).map((one, axis) => Math.abs(one - middle(map)[axis]));
  return {
    shape: reel.width / reel.height,
    map: map.width / map.height,
    seen: map.height / Math.min(reel.width, reel.height),
    apart: Math.max(...apart),
  };
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


def test_a_camera_that_opens_after_the_visitor_went_elsewhere_goes_out_at_once(visit: Visit) -> None:
    visit.page.evaluate(LATE)
    visit.page.locator("#use-camera").click()
    visit.page.wait_for_function("'comes' in window")
    visit.answered(lambda: visit.tap(WORDS("examples.cheetah")))
    before = visit.page.evaluate("streams.length")
    visit.page.evaluate("comes()")
    visit.page.wait_for_function("(before) => streams.length > before", arg=before)
    visit.page.wait_for_function(OUT)
    assert visit.state == "result"


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


def test_while_it_is_held_there_is_no_map_and_nothing_is_read_aloud(visit: Visit) -> None:
    looking(visit.page)
    empty = (
        "document.querySelector('#mirror canvas').getContext('2d').getImageData(0, 0, 128, 128).data.every((v) => !v)"
    )
    pressed = "document.querySelector('#mirror .hold').ariaPressed === 'true'"
    visit.page.keyboard.down("h")
    assert visit.page.evaluate(empty)
    visit.page.wait_for_timeout(400)
    visit.page.keyboard.up("h")
    visit.page.wait_for_function(f"!({empty})")
    assert not visit.page.evaluate(pressed)
    visit.page.locator("#mirror .hold").press("Enter")
    visit.page.evaluate("document.querySelector('#mirror .heard').textContent = ''")
    more(visit.page, 8)
    assert visit.page.evaluate(f"{empty} && {pressed}"), "a tap holds until the next one"
    assert visit.page.locator("#mirror .heard").inner_text() == ""
    visit.page.locator("#mirror .hold").click()
    visit.page.wait_for_function(f"!({empty}) && !({pressed})")


def test_a_film_of_any_shape_has_its_map_in_the_middle_also_when_it_is_turned(filmed: Browser, server: Server) -> None:
    context = filmed.new_context()
    context.add_init_script(CAMERAS)
    visit = Visit(context.new_page(), server.url).open()
    looking(visit.page)
    for width, height in ((320, 240), (240, 320), (180, 320), (240, 240), (333, 241)):
        visit.page.evaluate("(size) => window.size(...size)", [width, height])
        visit.page.wait_for_function(
            "(size) => { const { videoWidth, videoHeight } = document.querySelector('#mirror video');"
            " return videoWidth === size[0] && videoHeight === size[1]; }",
            arg=[width, height],
        )
        more(visit.page, 2)
        found = visit.page.evaluate(SHAPE)
        assert found["shape"] == pytest.approx(width / height, rel=0.02)
        assert found["map"] == pytest.approx(1, abs=0.02)
        assert found["seen"] == pytest.approx(224 / 256, abs=0.02)
        assert found["apart"] < 1.5
        assert visit.overflow() == 0
    visit.page.set_viewport_size({"width": 820, "height": 1180})
    tall = "document.querySelector('#mirror .reel').clientHeight"
    assert visit.page.evaluate(tall) > 0.35 * 1180, "a tablet is no phone"
    scale = visit.page.locator("#mirror .scale").bounding_box()
    dock = visit.page.locator("#mirror .keeping").bounding_box()
    assert scale
    assert dock
    assert scale["y"] + scale["height"] <= dock["y"], "all of it is seen"
    assert visit.failures == []
    context.close()


def test_another_camera_takes_the_place_of_the_first(filmed: Browser, server: Server) -> None:
    context = filmed.new_context()
    context.add_init_script(CAMERAS)
    visit = Visit(context.new_page(), server.url).open()
    looking(visit.page)
    visit.page.evaluate("window.first = window.last")
    visit.page.get_by_role("button", name=WORDS("mirror.other")).click()
    visit.page.wait_for_function("opened.length === 2 && first.readyState === 'ended'")
    more(visit.page)
    visit.page.get_by_role("button", name=WORDS("mirror.other")).click()
    visit.page.wait_for_function("opened.length === 3")
    more(visit.page)
    assert visit.page.evaluate("opened") == ["front", "back", "front"]
    assert visit.failures == []
    context.close()


def test_a_film_that_stays_black_is_told_until_it_shows_something(filmed: Browser, server: Server) -> None:
    context = filmed.new_context()
    context.add_init_script(CAMERAS)
    visit = Visit(context.new_page(), server.url).open()
    looking(visit.page)
    visit.page.evaluate("window.covered = true")
    visit.page.get_by_text(WORDS("camera.dark")).wait_for()
    more(visit.page)
    assert visit.page.locator("#mirror .trouble").inner_text() == WORDS("camera.dark"), "answers come all the same"
    visit.page.evaluate("window.covered = false")
    visit.page.get_by_text(WORDS("camera.dark")).wait_for(state="hidden")
    assert visit.failures == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(filmed: Browser, server: Server, scheme: Literal["light", "dark"]) -> None:
    context = filmed.new_context(bypass_csp=True, color_scheme=scheme)
    visit = Visit(context.new_page(), server.url).open()
    looking(visit.page)
    assert serious(visit) == []
    context.close()


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
