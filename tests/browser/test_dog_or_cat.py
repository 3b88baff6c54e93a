"""Dog, or cat? Asked by touch and by keyboard, to its sentence."""

from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo

OTHERS = "Ask about two other things"


def ask(page: Visit) -> None:
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))


def test_by_touch_the_shares_and_three_maps_are_there(visit: Open) -> None:
    page = visit("phone")
    ask(page)
    page.open_test("dog_or_cat")
    page.asked()
    first, second = (each["label"] for each in page.page.evaluate("seewhy.answer.top.slice(0, 2)"))
    headline = page.page.locator(".headline").inner_text().lower()
    assert headline.startswith(f"{first}: ".lower()), "the first two answers, where there are not two kinds of things"
    assert f"{second}: ".lower() in headline
    assert page.page.locator(".experiment figure").count() == 3
    assert page.overflow() <= 0


def test_by_keyboard_two_other_words_can_be_asked_about(visit: Open) -> None:
    page = visit("desk")
    ask(page)
    page.open_test("dog_or_cat", keyboard=True)
    page.asked()
    keys = page.page.keyboard
    others = page.page.get_by_text(OTHERS)
    others.wait_for()
    first = page.page.get_by_label("This")
    assert not first.is_visible()
    others.press("Enter")
    first.focus()
    keys.type("Birds")
    keys.press("Tab")
    keys.type("Another")
    keys.press("Tab")
    keys.type("teapot")
    keys.press("Enter")
    page.page.locator(".headline", has_text="Teapot").wait_for()
    assert page.page.locator(".headline").inner_text().startswith("Birds: ")
    assert first.is_visible(), "whoever asks about others may go on"


def test_a_word_that_it_does_not_have_leaves_the_result_as_it_was(visit: Open) -> None:
    page = visit("desk")
    ask(page)
    page.open_test("dog_or_cat")
    page.asked()
    before = page.page.locator(".experiment").inner_text()
    page.page.get_by_text(OTHERS).click()
    page.page.get_by_label("Or that").select_option("")
    page.page.get_by_role("textbox", name="Type a word").last.fill("xyzzy")
    page.page.get_by_role("button", name="Ask about both").click()
    assert "“xyzzy”" in page.said()
    assert page.page.locator(".experiment .headline").inner_text() in before
