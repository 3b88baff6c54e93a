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


def test_by_touch_four_bars_and_a_verdict_are_there(visit: Open) -> None:
    page = visit("phone", before=KEEP)
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("try_map")
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert headline.inner_text().startswith("This ")
    assert page.page.evaluate("window.told") == WORDS("try_map.hiding")
    assert page.page.locator(".experiment p.small[role=status]").count() == 0
    assert page.page.locator(".experiment .bar").count() == 4
    assert page.page.locator("figure", has_text=WORDS("try_map.middle_hidden")).locator("img").is_visible()
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
