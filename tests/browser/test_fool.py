"""Can you fool it? By touch and by keyboard, to its sentence, and on to something made of nothing."""

import re

from tests.browser.conftest import Open
from tests.browser.visit import photo


def test_by_touch_the_answer_changes_and_grey_becomes_a_thing(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("fool")
    page.page.get_by_role("button", name="Fool it").click()
    page.page.locator(".sum").wait_for()
    headline = page.page.locator(".headline")
    assert "says “teapot”" in headline.inner_text() or "We found no pattern for “teapot”" in page.page.inner_text(
        "main"
    )
    assert headline.inner_text().count("%") == 1
    assert page.page.locator(".experiment figure").count() == 5
    shares = page.page.locator(".stair:not(.trying) li").evaluate_all("(all) => all.map((each) => each.offsetHeight)")
    assert len(shares) > 1
    assert shares == sorted(shares)
    assert page.overflow() <= 0
    page.page.get_by_role("button", name="Make it see things in grey").click()
    page.page.get_by_role("button", name="Start from grey").click()
    page.page.get_by_role("button", name="Stop").wait_for()
    page.page.locator("[data-experiment=from_nothing] .headline").wait_for()
    assert page.page.locator("[data-experiment=from_nothing] .three figure").count() == 3
    assert page.overflow() <= 0


def test_by_keyboard_a_word_is_typed_and_the_strength_is_moved(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("fool", keyboard=True)
    typed = page.page.get_by_label("Or type a word")
    assert not typed.is_visible()
    chip = page.page.get_by_role("button", name="Teapot", exact=True)
    assert chip.get_attribute("aria-pressed") == "true"
    page.page.get_by_role("button", name="Another word …").focus()
    page.page.keyboard.press("Enter")
    page.page.keyboard.type("lynx")  # near a cat, so that the search is short
    assert chip.get_attribute("aria-pressed") == "false", "what is typed counts"
    page.page.keyboard.press("Enter")
    page.page.locator(".sum").wait_for()
    assert "lynx" in page.page.inner_text(".experiment")
    strength = page.page.get_by_role("slider")
    strength.focus()
    strongest = strength.get_attribute("max")
    page.page.keyboard.press("End")
    page.page.locator(".experiment", has_text=f"{strongest} of 255").wait_for()
    assert page.page.evaluate("document.activeElement.type") == "range"
    assert page.overflow() <= 0


def test_a_search_can_be_stopped_and_shows_what_it_has(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("fool")
    page.page.get_by_role("button", name="Grand piano", exact=True).click()
    page.page.get_by_role("button", name="Fool it").click()
    page.page.locator(".searching", has_text=re.compile("Trying strength [2-8] of 8.")).wait_for()
    page.page.get_by_role("button", name="Stop").click()
    page.page.locator(".sum").wait_for()
    assert page.page.locator(".stair:not(.trying) li").count() >= 1
