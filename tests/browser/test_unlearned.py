"""A brain with nothing in it: by touch and by keyboard, to its sentence."""

from tests.browser.conftest import Open
from tests.browser.visit import photo


def test_by_touch_two_maps_stand_side_by_side(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("unlearned")
    page.page.locator(".headline").wait_for()
    assert page.page.locator(".headline").inner_text().startswith("Without all it learned, the map is another one:")
    assert page.page.locator(".experiment canvas").count() == 2
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
    each = page.page.locator(".experiment .try")
    each.wait_for()
    first = each.inner_text()
    page.page.get_by_role("button", name="Other random numbers").press("Enter")
    assert (first.startswith("Try 1 of 5"), each.inner_text().startswith("Try 2 of 5")) == (True, True)
