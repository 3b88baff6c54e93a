"""Is the map telling the truth? By touch and by keyboard, to its verdict."""

from tests.browser.conftest import Open
from tests.browser.visit import photo


def test_by_touch_three_bars_and_a_verdict_are_there(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("try_map")
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert headline.inner_text().startswith("This ")
    assert page.page.locator(".experiment .bar").count() == 3
    assert page.overflow() <= 0


def test_by_keyboard_another_layer_is_tried_and_the_curves_are_drawn(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("try_map", keyboard=True)
    page.page.locator(".headline").wait_for()
    before = page.page.locator(".experiment .numbers").inner_text()
    page.page.locator(".layer select").focus()
    page.page.keyboard.press("ArrowUp")
    page.page.wait_for_function(
        "(before) => document.querySelector('.experiment .numbers').innerText !== before", arg=before
    )
    assert page.page.evaluate("document.activeElement.matches('.layer select')")
    page.page.keyboard.press("Tab")
    page.page.keyboard.press("Enter")
    page.page.locator(".experiment polyline").nth(1).wait_for()
    assert page.overflow() <= 0
