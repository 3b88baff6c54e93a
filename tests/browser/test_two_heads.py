"""Two heads, by touch and by keyboard: all layers as rows of one stage, and two ways of drawing."""

from tests.browser.conftest import Open
from tests.browser.visit import photo


def test_by_touch_all_layers_are_rows_of_one_stage(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("two_heads")
    headline = page.page.locator(".headline")
    headline.wait_for()
    page.page.get_by_role("button", name="All layers").tap()
    rows = page.page.locator(".pictures button")
    rows.nth(page.layers.count()).wait_for()
    assert rows.count() == page.layers.count() + 1
    assert rows.first.inner_text() == "Where they agree, and where not"
    rows.last.tap()
    assert page.page.locator(".experiment .foot2 b").inner_text() == rows.last.inner_text()
    assert "By luck" in headline.inner_text()
    assert page.overflow() <= 0


def test_by_keyboard_two_ways_of_drawing_come_first(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("two_heads", keyboard=True)
    page.page.locator(".pictures").wait_for()
    assert page.page.locator(".pictures button").count() == 3
    assert page.page.locator(".experiment .part").all_inner_texts() == [
        "bright in both",
        "bright only in “Grad-CAM”",
        "bright only in “LayerCAM”",
    ]
    assert "Grad-CAM" in page.page.locator(".headline").inner_text()
