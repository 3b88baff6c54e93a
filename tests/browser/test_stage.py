"""From the answer to the tests, into one, and back; three cards at a time; a new picture starts clean."""

import pytest

from page.experiments import EXPERIMENTS
from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo

WORDS = load()
CARDS = [kind.name for kind in EXPERIMENTS if kind.card]


@pytest.fixture
def cat(visit: Open, size: str) -> Visit:
    page = visit(size)
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    return page


def names(page: Visit) -> list[str | None]:
    page.page.locator(".card").first.wait_for()
    return [card.get_attribute("data-experiment") for card in page.page.locator(".card").all()]


def test_the_answer_invites_and_three_cards_are_there_at_a_time(cat: Visit) -> None:
    label = cat.label
    cat.page.get_by_role("button", name=WORDS("answer.test")).click()
    seen = names(cat)
    assert seen == CARDS[:3]
    assert cat.page.get_by_role("heading", name=WORDS("experiments.title")).is_visible()
    assert label in cat.page.locator(".strip-answer").inner_text()
    assert not cat.page.locator("#result").is_visible()
    assert cat.overflow() <= 0
    while len(seen) < len(CARDS):
        left = len(CARDS) - len(seen)
        cat.page.get_by_role("button", name=WORDS("experiments.more" if left >= 3 else "experiments.rest")).click()
        seen += names(cat)
    assert seen == CARDS, "every test comes up, and none twice"
    assert cat.page.get_by_text(WORDS("experiments.end", count=len(CARDS))).is_visible()
    cat.page.get_by_role("button", name=WORDS("experiments.first")).click()
    assert names(cat) == CARDS[:3]


def test_each_step_leads_back_by_the_pages_own_ways(cat: Visit) -> None:
    cat.open_test("dog_or_cat")
    assert cat.state == "experiment"
    cat.page.get_by_role("button", name=WORDS("experiments.all")).first.click()
    cat.page.locator(".cards").wait_for()
    cat.page.locator(".strip-answer").click()
    assert cat.state == "result"
    assert cat.page.locator("#answer h1").is_visible()


def test_the_browsers_way_back_goes_the_same_way(cat: Visit) -> None:
    cat.open_test("dog_or_cat")
    cat.page.locator(".headline").wait_for()
    for state in ("cards", "result", "idle"):
        cat.page.go_back()
        cat.page.wait_for_function("(state) => document.documentElement.dataset.state === state", arg=state)
    assert cat.page.locator("#examples button").first.is_visible()


def test_a_new_picture_ends_the_test_and_is_what_the_next_one_is_about(cat: Visit) -> None:
    cat.open_test("dog_or_cat")
    cat.page.locator(".headline").wait_for()
    cat.page.locator("#new-picture").click()
    assert cat.state == "idle"
    assert cat.page.locator(".experiments").inner_text() == ""
    cat.answered(lambda: cat.choose(photo("coffee")))
    cat.open_test("dog_or_cat")
    assert "espresso" in cat.page.locator(".headline").inner_text()


def test_the_heading_has_the_focus_so_that_the_keyboard_goes_on_below_it(cat: Visit) -> None:
    cat.page.locator("#answer .ask button").focus()
    cat.page.keyboard.press("Enter")
    cat.page.locator(".cards").wait_for()
    assert cat.page.evaluate("document.activeElement.tagName") == "H1"
    cat.page.keyboard.press("Tab")
    assert cat.page.evaluate("document.activeElement.dataset.experiment") == CARDS[0]
