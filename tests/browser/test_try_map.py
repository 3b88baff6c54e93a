"""Is the map telling the truth? By touch and by keyboard, to its verdict."""

from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import photo

WORDS = load()
# Keeps what stands in the note that says that the server works.
KEEP = """
new MutationObserver(() => {
  const note = document.querySelector(".experiment p.small[role=status]");
  if (note) window.told = note.innerText;
}).observe(document, { childList: true, subtree: true });
"""


def test_by_touch_five_bars_and_a_verdict_are_there(visit: Open) -> None:
    page = visit("phone", before=KEEP)
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("try_map")
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert headline.inner_text().startswith("Hide its brightest fifth: ")
    assert page.page.evaluate("window.told") == WORDS("try_map.hiding")
    assert page.page.locator(".experiment p.small[role=status]").count() == 0
    assert page.page.locator(".experiment .bar").count() == 5
    shown = page.page.locator(".experiment .ready img")
    before = shown.get_attribute("src")
    page.page.get_by_role("button", name=WORDS("try_map.middle_hidden")).tap()
    assert shown.get_attribute("src") != before, "the row that is touched is shown"
    assert page.overflow() <= 0


def test_by_keyboard_another_layer_is_tried_and_the_curves_are_drawn(visit: Open) -> None:
    page = visit("desk")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("try_map", keyboard=True)
    page.page.locator(".headline").wait_for()
    before = page.page.locator(".five").inner_text()
    page.page.locator(".layer select").focus()
    page.page.keyboard.press("ArrowUp")
    page.page.wait_for_function("(before) => document.querySelector('.five')?.innerText !== before", arg=before)
    assert page.page.evaluate("document.activeElement.matches('.layer select')")
    page.page.locator(".experiment summary").press("Enter")
    page.page.locator(".experiment polyline").nth(1).wait_for()
    assert page.overflow() <= 0
