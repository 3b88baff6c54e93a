"""You first: the answer stays hidden until the visitor has marked or skipped."""

from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo

CANVAS = ".painter canvas"


def start(page: Visit) -> None:
    page.page.get_by_label("I guess first").press("Space")
    page.choose(photo("cat"), kind="image/png")
    page.page.locator(CANVAS).wait_for()


def hidden(page: Visit) -> bool:
    """Whether nothing on the page tells what the model said."""
    label = page.page.evaluate("seewhy.answer.top[0].label")
    return label.lower() not in page.page.locator("body").inner_text().lower()


def test_by_touch_marks_come_before_the_map_and_both_are_compared(visit: Open) -> None:
    page = visit("phone")
    start(page)
    assert hidden(page)
    assert page.page.get_by_text("All tests").is_hidden()
    compare = page.page.get_by_role("button", name="Compare with the model")
    assert compare.is_disabled()
    page.page.locator(CANVAS).tap()
    page.page.wait_for_timeout(400)  # a tap right after is taken for the second half of a double tap
    compare.tap()
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert headline.inner_text().endswith("you marked is where it looked.")
    assert "Its answer: " in page.page.locator(".experiment").inner_text()
    assert page.page.locator(".dots i").count() == 10
    assert page.overflow() <= 0
    page.page.get_by_role("button", name="Guess on another picture").tap()
    page.page.wait_for_function("document.documentElement.dataset.state === 'idle'")
    assert page.page.get_by_label("I guess first").is_checked()


def test_by_keyboard_it_can_be_skipped_and_comes_late_from_its_card(visit: Open) -> None:
    page = visit("desk")
    start(page)
    page.page.go_back()
    page.page.wait_for_function("document.documentElement.dataset.state === 'idle'")  # and not the answer
    start(page)
    page.page.get_by_role("button", name="Skip").press("Enter")
    page.page.wait_for_function("document.documentElement.dataset.state === 'result'")
    page.open_test("you_first", keyboard=True)
    page.page.get_by_role("button", name="Mark this one anyway").press("Enter")
    page.page.locator(CANVAS).focus()
    keys = page.page.keyboard
    for key in (" ", "ArrowUp", " "):
        keys.press(key)
    page.page.get_by_role("button", name="Compare with the model").press("Enter")
    page.page.locator(".headline", has_text="you marked").wait_for()
    page.page.get_by_role("button", name="See the whole answer").press("Enter")
    page.page.wait_for_function("document.documentElement.dataset.state === 'result'")
