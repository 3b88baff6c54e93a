"""What leaves the browser, what weighs, and what a hostile name can do."""

import pytest
from playwright.sync_api import Browser

from page.doors.owners import COOKIE
from page.words import load
from tests.browser.conftest import Open, at_home
from tests.browser.visit import photo, resized
from tests.server import Server, running

WORDS = load()
HEAVIEST = 400_000  # bytes of the page on its way, before a picture
HOSTILE = ("<img src=x onerror=alert(1)>", "${window.broken = 1}", "{{7*7}}", "&lt;b&gt; \"quoted\" 'too'")


def test_a_whole_visit_asks_no_other_host(visit: Open, server: Server) -> None:
    page = visit()
    page.answered(lambda: page.choose(photo("cheetah")))
    page.open_more()
    page.answered(lambda: page.ask("dogs"))
    page.page.locator("#new-picture").click()
    page.answered(lambda: page.tap(WORDS("examples.coffee")))
    assert [each.url for each in page.requests if not at_home(each.url, server.url)] == []


def test_the_name_of_a_file_stays_with_the_visitor(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.choose(photo("cheetah"), name="grandmother-at-the-doctor.jpg"))
    told = [each.url + (each.post_data_buffer or b"").decode("latin-1") for each in page.requests]
    assert not any("grandmother" in each for each in told)
    assert "grandmother" not in page.page.content()


def test_nothing_is_kept_in_the_browser(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.choose(photo("cheetah")))
    (cookie,) = page.page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (COOKIE, True, "Lax", -1)
    assert page.page.evaluate("document.cookie") == ""
    kept = page.page.evaluate("Object.values(localStorage).concat(Object.values(sessionStorage)).join()")
    assert len(kept) < 200, kept


def test_the_page_is_light(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    sizes: list[int] = []
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(server.url)
    page.wait_for_selector("#examples button")
    page.wait_for_function("document.querySelector('#picture')?.inert")
    page.wait_for_timeout(500)
    context.close()
    assert 50_000 < sum(sizes) < HEAVIEST


@pytest.fixture(scope="module")
def museum(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A page with pictures of the host's own, some with hostile names."""
    folder = tmp_path_factory.mktemp("museum")
    (folder / "examples").mkdir()
    for number, name in enumerate(HOSTILE):
        (folder / "examples" / f"{number:02}_{name}.png").write_bytes(resized("cheetah", 300, 200))
    with running(folder, cwd=folder) as started:
        yield started


def test_names_of_pictures_are_words_and_nothing_else(visit: Open, museum: Server) -> None:
    page = visit(url=museum.url)
    captions = [text.strip() for text in page.page.locator("#examples button").all_inner_texts()]
    assert captions == [" ".join(name[:1].upper() + name[1:] for name in [each]).replace("-", " ") for each in HOSTILE]
    page.answered(page.page.locator("#examples button").first.click)
    assert page.page.evaluate("window.broken") is None
    assert page.page.locator("img[src=x]").count() == 0


def test_a_typed_question_is_words_and_nothing_else(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    page.open_more()
    page.ask("<img src=x onerror=window.broken=1>${window.broken=1}{{7*7}}")
    page.said()
    assert page.page.evaluate("window.broken") is None
    assert page.page.locator("img[src=x]").count() == 0
    assert not any(each.url.endswith("/x") for each in page.requests)
