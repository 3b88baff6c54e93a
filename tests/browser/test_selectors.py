"""Each selector of Gradio's finds something, in the state of the page where it is used."""

from collections.abc import Callable

import pytest

from page.patches.selectors import FOR_SCRIPTS, FOR_STYLES, for_scripts
from tests.browser.conftest import Open
from tests.browser.visit import Visit

ALL = (*FOR_SCRIPTS, *FOR_STYLES)


def answered(page: Visit) -> None:
    page.answered(lambda: page.page.locator("#examples button").first.click())


def with_more(page: Visit) -> None:
    answered(page)
    page.open_more()


def with_words(page: Visit) -> None:
    with_more(page)
    page.page.locator("#target input").click()
    page.page.locator(for_scripts()["choices"]).wait_for()


def with_camera(page: Visit) -> None:
    page.page.evaluate("delete seewhy.mirror")  # as on a page without mirrors
    page.page.locator("#use-camera").click()
    page.page.wait_for_function("document.documentElement.dataset.camera === 'ready'")


def asking_for_the_camera(page: Visit) -> None:
    """As the page does it, but for the answer that it gives at once."""
    page.page.evaluate("(button) => document.querySelector(button).click()", for_scripts()["from_camera"])
    page.page.wait_for_selector(for_scripts()["allow_camera"], state="attached")


def with_message(page: Visit) -> None:
    page.choose(b"no picture at all", "a.png", "image/png")
    page.page.locator(".toast-body:not(.seewhy-toast)").wait_for()


STATES: dict[str, Callable[[Visit], object]] = {
    "start": lambda page: None,
    "dark": lambda page: None,
    "asking": asking_for_the_camera,
    "camera": with_camera,
    "answer": answered,
    "more": with_more,
    "asking for a word": with_words,
    "message": with_message,
}


def test_every_state_is_reached() -> None:
    assert {each.seen for each in ALL} == set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_selectors_find_what_they_are_for(visit: Open, state: str) -> None:
    page = visit(dark=state == "dark")
    STATES[state](page)
    missing = [each.name for each in ALL if each.seen == state and not page.page.locator(each.selector).count()]
    assert missing == []
    if state == "message":  # Gradio's own button around the button that closes it is none any more
        assert page.page.locator(f"{for_scripts()['message_head']}[role]").count() == 0
