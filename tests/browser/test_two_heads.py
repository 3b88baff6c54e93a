"""Two heads, by touch and by keyboard: a film strip of all layers, and two ways of drawing."""

from tests.browser.conftest import Open
from tests.browser.visit import photo


def test_by_touch_all_layers_are_a_film_strip(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("two_heads")
    headline = page.page.locator(".headline")
    headline.wait_for()
    page.page.get_by_role("button", name="All layers").tap()
    page.page.locator(".film").wait_for()
    assert page.page.locator(".film figure").count() == page.layers.count() + 1
    assert page.page.locator(".film figure").last.inner_text().startswith("Where they agree, and where not")
    assert "By luck" in headline.inner_text()
    assert page.overflow() <= 0


def test_by_keyboard_two_ways_of_drawing_come_first(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("two_heads", keyboard=True)
    page.page.locator(".three").wait_for()
    assert page.page.locator(".three figure").count() == 3
    assert page.page.locator(".three .part").all_inner_texts() == [
        "bright in both",
        "bright only in “Grad-CAM”",
        "bright only in “LayerCAM”",
    ]
    assert "Grad-CAM" in page.page.locator(".headline").inner_text()
