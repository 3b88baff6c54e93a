"""For and against: by touch and by keyboard, to its sentences."""

from playwright.sync_api import Locator

from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo


def weigh(page: Visit, keyboard: bool) -> None:
    def act(what: Locator) -> None:
        if keyboard:
            what.press("Enter")
        else:
            what.tap()

    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("for_and_against", keyboard=keyboard)
    button = page.page.get_by_role("button", name="Weigh it against")
    button.wait_for()
    curious = page.page.locator(".experiment summary")
    assert not page.page.locator(".experiment .bars").is_visible()
    act(curious)
    assert page.page.get_by_text("Most is against it in ").is_visible()
    assert page.page.locator(".experiment .bars .num").count() == 5
    alone = page.page.locator(".experiment .headline").inner_text()
    assert "Most for it: " in page.page.locator(".experiment .foot2").inner_text(), "where it glows, in words"
    act(button)
    page.page.get_by_text("rather than").first.wait_for()
    headline = page.page.locator(".experiment .headline")
    assert headline.count() == 1, "one sentence stands out"
    assert headline.inner_text().count("%") == 2
    assert page.page.get_by_text(alone).is_visible()
    assert page.page.get_by_text("We tried it. ").is_visible()
    assert page.page.locator(".experiment .legend").is_visible()
    assert page.overflow() <= 0


def test_by_touch_a_word_is_weighed_alone_and_beside_another(visit: Open) -> None:
    weigh(visit("phone"), keyboard=False)


def test_by_keyboard_a_word_is_weighed_alone_and_beside_another(visit: Open) -> None:
    weigh(visit("desk"), keyboard=True)
