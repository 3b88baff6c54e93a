"""Cover it up: painted by finger and by keys, to the sentence with two numbers and to a second try."""

import pytest

from tests.browser.conftest import Open
from tests.browser.visit import SIZES, Visit, photo

PAPER = ".painter-picture canvas"
OTHER = "Name it, or cover it another way"


def start(page: Visit, keyboard: bool = False) -> None:
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("cover", keyboard)
    page.page.get_by_role("button", name="Mark another part").click()


def on_one_screen(page: Visit, size: str) -> None:
    ask = page.page.get_by_role("button", name="Ask again", exact=True)
    box, paper = ask.bounding_box(), page.page.locator(PAPER).bounding_box()
    assert box
    assert paper
    assert paper["y"] >= 0
    assert box["y"] + box["height"] <= SIZES[size][1]
    assert not page.page.locator(".namer").is_visible(), "painting is enough"


def test_by_touch_a_part_is_painted_named_and_the_answer_compares(visit: Open) -> None:
    page = visit("phone")
    start(page)
    page.page.get_by_role("button", name="Ask again", exact=True).tap()
    assert page.said().startswith("Nothing is marked yet")
    box = page.page.locator(PAPER).bounding_box()
    assert box
    page.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.page.get_by_role("button", name="Ask again", exact=True).tap()
    page.page.get_by_role("button", name="Cover something else").tap()
    on_one_screen(page, "phone")
    page.page.get_by_text(OTHER).tap()
    page.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    page.page.get_by_role("button", name="the eyes").tap()
    page.page.get_by_role("button", name="Ask again", exact=True).tap()
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert headline.inner_text().startswith("Without the eyes: ")
    assert headline.inner_text().count("%") == 2
    assert page.page.locator(".tries li").count() == 2
    assert page.overflow() <= 0


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_asking_and_the_picture_are_on_one_screen_with_few_choices(visit: Open, size: str) -> None:
    page = visit(size)
    start(page)
    on_one_screen(page, size)
    body = page.page.locator("[data-experiment=cover]")
    assert body.locator("button:visible:not(.brushes button)").all_inner_texts() == [
        "Mark the bright part for me",
        "Ask again",
    ]
    page.page.get_by_role("button", name="Mark the bright part for me").click()
    assert body.locator("button:visible:not(.brushes button)").all_inner_texts() == ["Undo", "Clear", "Ask again"]


def test_by_keyboard_two_tries_are_told_apart_and_undo_takes_a_mark_back(visit: Open) -> None:
    page = visit("desk")
    start(page, keyboard=True)
    keys = page.page.keyboard

    def paint_and_ask() -> None:
        paper = page.page.locator(PAPER)
        paper.focus()
        keys.press("Space")
        keys.press("Backspace")
        assert not page.page.get_by_role("button", name="Undo").is_visible()
        keys.down("Space")
        keys.press("ArrowRight")
        keys.press("ArrowDown")
        keys.up("Space")
        page.page.get_by_role("button", name="Ask again", exact=True).press("Enter")
        page.page.locator(".headline").wait_for()

    paint_and_ask()
    page.page.get_by_role("button", name="Cover something else").press("Enter")
    page.page.get_by_role("button", name="Ask again", exact=True).press("Tab")
    assert page.page.evaluate("document.activeElement.innerText") == OTHER, "as it is seen: below asking"
    keys.press("Enter")
    page.page.get_by_role("button", name="Grey").press("Space")
    paint_and_ask()
    names = page.page.locator(".tries .name").all_inner_texts()
    shares = page.page.locator(".tries .bar i").evaluate_all("(all) => all.map((one) => parseFloat(one.style.width))")
    assert names == ["In the middle (2)", "In the middle"], "the last one first"
    assert page.page.locator(".tries li img").count() == 2
    assert len(shares) == 2


def test_the_smallest_cover_is_found_from_the_result(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("cover")
    page.page.get_by_role("button", name="Cover it up").click()
    page.page.get_by_role("button", name="Find the smallest cover").click()
    page.page.locator(".small-steps").wait_for()
    headline = page.page.locator(".headline").inner_text()
    assert "of 49 squares" in headline
    assert page.page.locator(".trip figure").count() >= 2
    assert page.overflow() <= 0
