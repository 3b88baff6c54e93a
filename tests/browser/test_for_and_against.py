"""For and against: by touch and by keyboard, to its sentences."""

from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo


def weigh(page: Visit, keyboard: bool) -> None:
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("for_and_against", keyboard=keyboard)
    button = page.page.get_by_role("button", name="Weigh it against")
    button.wait_for()
    assert page.page.get_by_text("Most is against it in ").is_visible()
    assert page.page.locator(".experiment .bars .num").count() == 5
    if keyboard:
        button.press("Enter")
    else:
        button.tap()
    second = page.page.locator(".headline").nth(1)
    second.wait_for()
    assert page.page.get_by_text("We tried it: ").is_visible()
    assert "speaks" in page.page.locator(".headline").first.inner_text()
    assert page.page.locator(".experiment .legend").is_visible()
    assert page.overflow() <= 0


def test_by_touch_a_word_is_weighed_alone_and_beside_another(visit: Open) -> None:
    weigh(visit("phone"), keyboard=False)


def test_by_keyboard_a_word_is_weighed_alone_and_beside_another(visit: Open) -> None:
    weigh(visit("desk"), keyboard=True)
