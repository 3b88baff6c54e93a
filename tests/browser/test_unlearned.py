"""A brain with nothing in it: by touch and by keyboard, to its sentence."""

from tests.browser.conftest import Open
from tests.browser.visit import photo


def test_by_touch_six_maps_are_rows_of_one_stage(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("unlearned")
    page.page.locator(".headline").wait_for()
    assert page.page.locator(".headline").inner_text().startswith("Without all it learned, the map is another one:")
    assert page.page.locator(".experiment .ready canvas").count() == 1
    assert page.page.locator(".experiment .pictures button").count() == 6, "as it learned, and five tries"
    likeness = page.page.get_by_text("Likeness: ")
    assert not likeness.is_visible()
    page.page.locator(".experiment summary").tap()
    assert likeness.is_visible()
    assert page.page.locator(".experiment .curious li").count() == 5
    assert page.overflow() <= 0


def test_by_keyboard_other_random_numbers_give_another_map(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("unlearned", keyboard=True)
    caption, map_shown = page.page.locator(".experiment .foot2 b"), page.page.locator(".experiment .ready canvas")
    caption.wait_for()
    first, map_first = caption.inner_text(), map_shown.evaluate("(canvas) => canvas.toDataURL()")
    page.page.locator(".pictures button", has_text="Try 2 of 5").press("Enter")
    assert (first, caption.inner_text()) == ("Try 1 of 5", "Try 2 of 5")
    assert map_shown.evaluate("(canvas) => canvas.toDataURL()") != map_first
    held = page.page.get_by_role("button", name="Hold: the map")
    held.dispatch_event("keydown", {"key": "Enter"})
    assert "the map for “" in map_shown.get_attribute("aria-label").lower(), "as it learned, while it is held"
    held.dispatch_event("keyup", {"key": "Enter"})
    assert map_shown.get_attribute("aria-label").startswith("With random numbers")
