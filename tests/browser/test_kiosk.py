"""A screen that nobody looks after: how it begins, how it ends a visit, and what it does not let anybody do.

Its server reaches no other host, nor does its browser.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from page.words import load
from tests.browser.conftest import at_home
from tests.browser.own import own_browser
from tests.browser.visit import Visit, photo
from tests.server import Server, running

WORDS = load()
IDLE, COUNTDOWN = 45, 15
ATTRACT, ASKED = "#attract[data-ready]", "#still-there"
GONE = "document.documentElement.dataset.old === undefined && document.querySelector('#picture')?.inert"
ALONE = """
import socket
connect = socket.socket.connect
def only_here(self, address):
    if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
        with open(CALLS, "a") as calls:
            calls.write(f"{address}\\n")
        raise OSError("there is no network")
    return connect(self, address)
socket.socket.connect = only_here
"""

Arrive = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A kiosk as a host starts it, with the network cable out."""
    folder = tmp_path_factory.mktemp("museum")
    calls = folder / "calls"
    (folder / "sitecustomize.py").write_text(f"CALLS = {str(calls)!r}\n{ALONE}")
    curator = folder / "curator.toml"
    curator.write_text("teach = true\n")
    with running(folder, "--kiosk", "--offline", "--curator", str(curator), PYTHONPATH=str(folder)) as started:
        yield started
    assert not calls.exists(), "nobody is called"


@pytest.fixture
def arrive(browser: Browser, museum: Server) -> Arrive:
    """Opens the screen, with a clock that can be moved on; `touch` stops the loop that shows itself."""

    @contextmanager
    def screen(touch: bool = True, **options: object) -> Iterator[Visit]:
        context = browser.new_context(viewport={"width": 1080, "height": 1920}, has_touch=True, **options)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.clock.install()
        visit = Visit(page, museum.url).open()
        if touch:
            page.touchscreen.tap(540, 700)
            page.wait_for_selector("#attract", state="detached")
        yield visit
        context.close()
        assert visit.failures == []
        assert [each.url for each in visit.requests if not at_home(each.url, museum.url)] == []

    return screen


def wait(visit: Visit, seconds: float) -> None:
    visit.page.clock.fast_forward(int(1000 * seconds))


def left_alone(visit: Visit) -> None:
    """Nobody touches it until the visit is over."""
    visit.page.evaluate("document.documentElement.dataset.old = ''")
    wait(visit, IDLE + 1)
    visit.page.wait_for_selector(ASKED)
    wait(visit, COUNTDOWN + 1)
    visit.page.wait_for_function(GONE)
    visit.page.wait_for_selector(ATTRACT)


def test_it_shows_itself_until_the_first_touch_which_does_nothing_else(arrive: Arrive) -> None:
    with arrive(touch=False) as visit:
        visit.page.wait_for_selector(ATTRACT)
        first = visit.page.locator("#attract h1").inner_text()
        assert first == WORDS("kiosk.headline", label="cheetah")
        assert "%" in visit.page.locator("#attract .read").inner_text()
        visit.page.wait_for_selector("#attract .lit")
        assert visit.page.locator("#attract .brand").is_visible(), "whose screen it is"
        wait(visit, 9)
        visit.page.wait_for_function("(old) => document.querySelector('#attract h1').innerText !== old", arg=first)
        example = visit.page.locator("#examples button").first.bounding_box()
        assert example
        visit.page.touchscreen.tap(example["x"] + 50, example["y"] + 50)
        visit.page.wait_for_selector("#attract", state="detached")
        assert (visit.state, visit.busy) == ("idle", False)
        wait(visit, IDLE + 1)
        visit.page.wait_for_selector("#attract")


def test_with_reduced_motion_it_stands_still(arrive: Arrive) -> None:
    with arrive(touch=False, reduced_motion="reduce") as visit:
        visit.page.wait_for_selector("#attract .lit")
        first = visit.page.locator("#attract h1").inner_text()
        wait(visit, 30)
        assert visit.page.locator("#attract h1").inner_text() == first
        assert (
            visit.page.locator("#attract .glow").evaluate("(one) => getComputedStyle(one).transitionDuration") == "0s"
        )


def test_a_visit_that_nobody_goes_on_with_is_forgotten(arrive: Arrive, museum: Server) -> None:
    with arrive() as visit:
        visit.answered(lambda: visit.choose(photo("cheetah")))
        assert museum.files() == 1
        before = visit.page.evaluate("history.length")
        wait(visit, IDLE + 3)
        visit.page.wait_for_selector(ASKED)
        assert WORDS("kiosk.there") in visit.page.locator(ASKED).inner_text()
        assert "this picture goes away for good" in visit.page.locator(ASKED).inner_text()
        visit.page.touchscreen.tap(540, 400)
        visit.page.wait_for_selector(ASKED, state="detached")
        assert visit.label == "Cheetah", "any touch stops it, and does nothing else"
        left_alone(visit)
        assert museum.files() == 0
        assert visit.page.evaluate("history.length") == before
        assert visit.page.evaluate("[seewhy.view(), Object.keys(localStorage).length]") == [None, 0]
        assert "Cheetah" not in visit.page.locator("#answer").inner_html()


def test_start_again_is_there_in_every_state_and_forgets_at_once(arrive: Arrive, museum: Server) -> None:
    with arrive() as visit:
        again = visit.page.locator("#start-again")
        assert not again.is_visible(), "there is nothing to start again from"
        visit.page.locator("#use-camera").tap()
        again.wait_for()
        visit.page.wait_for_function("document.querySelector('#mirror video')?.readyState >= 2")
        visit.page.locator("#stop-camera").tap()
        visit.answered(lambda: visit.choose(photo("cheetah")))
        visit.page.set_viewport_size({"width": 1080, "height": 1200})
        visit.page.evaluate("scrollTo(0, 9999)")
        assert visit.page.evaluate("scrollY") > 0
        box, head = again.bounding_box(), visit.page.locator("#top").bounding_box()
        assert box
        assert head
        assert head["y"] == 0
        assert box["y"] + box["height"] <= head["height"], "it covers nothing of the page"
        visit.page.set_viewport_size({"width": 1080, "height": 1920})
        visit.open_test("dog_or_cat")
        visit.asked()
        tops = visit.page.locator(".three figure").evaluate_all(TOPS)
        assert len(set(tops)) == 1, "what is compared stands side by side"
        box = again.bounding_box()
        assert box
        assert box["y"] >= 0
        assert min(box["width"], box["height"]) >= 78
        visit.page.evaluate("document.documentElement.dataset.old = ''")
        again.tap()
        visit.page.wait_for_function(GONE)
        assert museum.files() == 0
        assert (visit.state, visit.page.locator("#attract").count()) == ("idle", 0), "somebody is there"


def test_a_visitor_who_stays_keeps_the_language_until_the_screen_is_idle(arrive: Arrive) -> None:
    with arrive() as visit:
        page = visit.page
        page.evaluate("document.documentElement.dataset.old = ''")
        page.locator("#language").select_option("de")
        page.wait_for_function(GONE)
        visit.answered(lambda: visit.choose(photo("cheetah")))  # of an upload something is left to wipe
        page.locator("#another-picture").tap()
        page.locator("#choose-file").wait_for(state="attached")
        page.wait_for_function("document.documentElement.dataset.state === 'idle'")
        box, other = page.locator("#languages").bounding_box(), page.locator("#start-again").bounding_box()
        assert box
        assert other
        assert box["x"] + box["width"] <= other["x"], "neither covers the other"
        page.evaluate("document.documentElement.dataset.old = ''")
        page.locator("#start-again").tap()
        page.wait_for_function(GONE)
        assert page.evaluate("document.documentElement.lang") == "de"
        visit.answered(lambda: page.locator("#examples button").first.tap())
        left_alone(visit)
        assert page.evaluate("document.documentElement.lang") == "en"


def test_the_answer_and_its_vote_are_on_the_first_screen(arrive: Arrive) -> None:
    with arrive(locale="de") as visit:
        visit.answered(lambda: visit.page.locator("#examples button").nth(2).tap())
        assert visit.page.evaluate("document.documentElement.scrollHeight") <= 1920
        assert not visit.page.locator("#more").is_visible()


def test_the_shutter_counts_down_where_there_is_no_mirror(arrive: Arrive) -> None:
    with arrive() as visit:
        page = visit.page
        page.evaluate("delete seewhy.mirror")
        page.locator("#use-camera").tap()
        page.wait_for_function("document.documentElement.dataset.camera === 'ready'")
        with visit.answering():
            page.get_by_role("button", name=WORDS("story.take_photo")).tap()
            for left in ("3", "2", "1"):
                page.wait_for_function("(left) => document.querySelector('#countdown').textContent === left", arg=left)
                wait(visit, 1)
            page.wait_for_function("document.querySelector('#countdown').textContent === ''")


def test_many_pictures_come_from_the_camera_or_the_page_and_no_chooser_opens(arrive: Arrive) -> None:
    with arrive() as visit:
        page = visit.page
        page.on("filechooser", lambda chooser: pytest.fail("a chooser would show the files of this computer"))
        visit.answered(lambda: visit.tap(WORDS("examples.lion")))
        visit.open_test("many")
        assert page.locator("[data-experiment=many] input[type=file]").count() == 0
        page.get_by_role("button", name=WORDS("many.use_camera")).tap()
        page.wait_for_function("document.querySelector('.camera video')?.videoWidth > 0")
        for count in (1, 2):
            page.get_by_role("button", name=WORDS("many.shoot")).tap()
            page.get_by_text(WORDS("many.shots", count=count, limit=24)).wait_for()
        page.get_by_role("button", name=WORDS("many.ask")).tap()
        page.locator("[data-experiment=many] .headline").wait_for()
        assert page.locator(".tile").count() == 2
        page.get_by_role("button", name=WORDS("many.again")).tap()
        page.get_by_role("button", name=WORDS("many.ours")).tap()
        page.locator(".tile").nth(5).wait_for()
        page.get_by_role("button", name=WORDS("many.check")).tap()
        assert not page.locator("[data-experiment=many] input[type=text]:visible").count(), "there is no keyboard"
        assert not page.locator("option[value='?']").count()
        page.locator(".checking .choice button").first.tap()
        page.get_by_role("button", name=WORDS("many.count_again")).tap()
        page.locator(".headline", has_text="By your words").wait_for()


def test_camera_that_ends_between_two_shots_keeps_the_first_and_goes_on(arrive: Arrive) -> None:
    with arrive() as visit:
        page = visit.page
        visit.answered(lambda: visit.tap(WORDS("examples.lion")))
        visit.open_test("many")
        page.get_by_role("button", name=WORDS("many.use_camera")).tap()
        page.wait_for_function("document.querySelector('.camera video')?.videoWidth > 0")
        page.get_by_role("button", name=WORDS("many.shoot")).tap()
        page.evaluate(
            "document.querySelector('.camera video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))"
        )
        assert visit.said() == WORDS("camera.ended")
        assert page.get_by_role("button", name=WORDS("many.shoot")).count() == 0
        page.get_by_role("button", name=WORDS("many.use_camera")).tap()
        page.get_by_role("button", name=WORDS("many.shoot")).tap()
        page.get_by_text(WORDS("many.shots", count=2, limit=24)).wait_for()
        page.get_by_role("button", name=WORDS("many.ask")).tap()
        page.locator("[data-experiment=many] .headline").wait_for()
        assert page.locator(".tile").count() == 2


def test_a_screen_that_loses_its_power_leaves_no_picture(
    browser: Browser, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("short")
    with running(folder, "--kiosk", "--offline", "--farewell-seconds", "4") as host:
        with own_browser(browser.browser_type, tmp_path / "mine") as mine:
            visit = Visit(mine.page(), host.url).open()
            visit.page.locator("#attract .touch").click()
            visit.page.wait_for_selector("#attract", state="detached")
            visit.answered(lambda: visit.choose(photo("cheetah")))
            assert host.files() == 1
            mine.signal(signal.SIGKILL)
        deadline = time.monotonic() + 60
        while host.files() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert host.files() == 0


def test_without_a_network_two_models_are_compared(arrive: Arrive) -> None:
    with arrive() as visit:
        visit.answered(lambda: visit.tap(WORDS("examples.lion")))
        visit.open_test("two_heads")
        test = visit.page.locator("[data-experiment=two_heads]")
        test.locator(".headline").wait_for()
        test.get_by_role("button", name=WORDS("two_heads.by_models")).click()
        rows = test.locator(".pictures button", has_text="EfficientNet")
        rows.nth(1).wait_for()
        assert [row.split("\n")[0] for row in rows.all_inner_texts()] == ["EfficientNet-Lite0", "EfficientNet-Lite2"]


TOPS = "(all) => all.map((one) => one.getBoundingClientRect().top)"
PREVENTED = """
([name, options, kind]) => !document.querySelector("#hero h1").dispatchEvent(
  new window[kind](name, { bubbles: true, cancelable: true, ...options }))
"""


def test_it_opens_nothing_saves_nothing_and_selects_nothing(arrive: Arrive) -> None:
    with arrive() as visit:
        page = visit.page
        for event in (
            ["contextmenu", {}, "MouseEvent"],
            ["dragstart", {}, "Event"],
            ["selectstart", {}, "Event"],
            ["wheel", {"ctrlKey": True}, "WheelEvent"],
            ["keydown", {"key": "p", "ctrlKey": True}, "KeyboardEvent"],
            ["keydown", {"key": "ArrowLeft", "altKey": True}, "KeyboardEvent"],
            ["keydown", {"key": "F12"}, "KeyboardEvent"],
        ):
            assert page.evaluate(PREVENTED, event), event
        assert not page.evaluate(PREVENTED, ["keydown", {"key": "Tab"}, "KeyboardEvent"]), "but it works by keyboard"
        assert page.evaluate("getComputedStyle(document.documentElement).touchAction") == "pan-y"
        assert page.evaluate("getComputedStyle(document.querySelector('#hero h1')).userSelect") == "none"
        assert not page.locator("#choose-file").is_visible(), "it would show the files of this computer"
        assert page.locator("a[href]:not([href^='?'])").count() == 0, "each link leads to another side of this page"
        page.evaluate(
            """() => {
              const link = Object.assign(document.createElement("a"), { href: "https://example.org/" });
              document.querySelector("#hero").append(link);
              link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
              link.click();
              Object.assign(document.createElement("a"), { href: "data:,x", download: "x" }).click();
              open("https://example.org/");
            }"""
        )
        page.wait_for_timeout(300)
        assert page.url.rstrip("/") == visit.url
        assert len(page.context.pages) == 1
        visit.answered(lambda: visit.tap(WORDS("examples.lion")))
        assert not page.locator("#viewer .save").is_visible()
        assert visit.overflow() == 0


def test_it_comes_back_by_itself_when_the_server_does(arrive: Arrive) -> None:
    with arrive() as visit:
        visit.answered(lambda: visit.tap(WORDS("examples.lion")))
        visit.page.evaluate("document.documentElement.dataset.old = ''")

        def away(route: Route) -> None:
            route.abort()

        visit.page.route("**/kiosk/alive", away)
        wait(visit, 4)
        visit.page.wait_for_selector("#kiosk-wait")
        visit.page.unroute("**/kiosk/alive")
        visit.page.route("**/kiosk/alive", lambda route: route.fulfill(json={"run": "next", "ready": False}), times=1)
        wait(visit, 4)
        visit.page.route("**/kiosk/alive", lambda route: route.fulfill(json={"run": "next", "ready": True}), times=1)
        wait(visit, 4)
        visit.page.wait_for_function(GONE)
        visit.page.wait_for_selector(ATTRACT)


def test_two_things_are_taught_by_touch_alone_and_start_again_forgets_them(arrive: Arrive) -> None:
    with arrive() as visit:
        page = visit.page
        page.locator("#teach-door").tap()
        page.locator(".teaching.things h1").wait_for()
        assert page.get_by_role("button", name=WORDS("teach.choose")).count() == 0, "no file of this computer"
        assert WORDS("teach.privacy_kiosk") in page.locator(".teach .ask + .privacy").inner_text()
        page.locator(".teach .name").first.tap()
        for letter in "CUP":
            page.locator(".letters").get_by_role("button", name=letter, exact=True).tap()
        page.get_by_role("button", name=WORDS("teach.done")).tap()
        page.locator(".teach .name").nth(1).tap()
        page.locator(".key.word").nth(1).tap()
        assert page.locator(".given-name").all_inner_texts() == ["Cup", "Toy"]
        for number in (0, 1):
            hold = page.locator(".teach .hold").nth(number)
            hold.tap()
            page.wait_for_function(
                "(number) => document.querySelectorAll('.kind')[number].querySelectorAll('.thumb').length > 1",
                arg=number,
            )
            hold.tap()
        bottom = page.locator(".teach .try").bounding_box()
        assert bottom
        assert bottom["y"] + bottom["height"] <= 1920
        page.locator(".teach .try").tap()
        page.wait_for_function("document.querySelectorAll('.kindbars li').length === 3")
        state = "fetch('api/teach/state').then((answer) => answer.json())"
        assert len(page.evaluate(state)["things"]) == 2
        page.evaluate("document.documentElement.dataset.old = ''")
        page.locator("#start-again").tap()
        page.wait_for_function(GONE)
        assert page.evaluate(state)["things"] == []
