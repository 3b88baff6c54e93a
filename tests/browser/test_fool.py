"""Can you fool it? By touch and by keyboard, to its sentence, and on to something made of nothing."""

from tests.browser.conftest import Open
from tests.browser.visit import photo


def test_by_touch_the_answer_changes_and_grey_becomes_a_thing(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("fool")
    page.page.get_by_role("button", name="Fool it").click()
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert "Now it says" in headline.inner_text()
    assert headline.inner_text().count("%") == 2
    assert page.page.locator(".experiment figure").count() == 5
    assert page.overflow() <= 0
    page.page.get_by_role("button", name="Make it see things in grey").click()
    page.page.get_by_role("button", name="Start from grey").click()
    page.page.locator("[data-experiment=from_nothing] .headline").wait_for()
    assert page.overflow() <= 0


def test_by_keyboard_a_word_is_typed_and_the_strength_is_moved(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("fool", keyboard=True)
    typed = page.page.get_by_label("Or type a word")
    assert not typed.is_visible()
    page.page.get_by_role("button", name="Other words").focus()
    page.page.keyboard.press("Enter")
    typed.focus()
    page.page.keyboard.type("teapot")
    page.page.keyboard.press("Enter")
    page.page.locator(".headline", has_text="“teapot”").wait_for()
    strength = page.page.get_by_label("Strength")
    strength.focus()
    page.page.keyboard.press("End")
    page.page.locator(".experiment", has_text="8 of 255").wait_for()
    assert page.page.evaluate("document.activeElement.type") == "range"
    assert page.overflow() <= 0
