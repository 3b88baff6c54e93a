"""From "Do you believe it?" through three tests to what was found out; all tests; one word for all of them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from page.experiments import EXPERIMENTS
from page.words import load
from tests.browser.conftest import Contexts, Open
from tests.browser.visit import CHECKS, Visit, photo
from tests.server import running

WORDS = load()
CARDS = [kind.name for kind in EXPERIMENTS if kind.card]
ELSEWHERE = ["many", "memory_card"]  # what the start page and the end of the tests lead to
LONG = 300_000  # milliseconds; a search, or five networks, on a busy machine
RESULT = ".experiment[data-experiment={}] .onward .go"


@pytest.fixture
def lion(visit: Open, size: str) -> Visit:
    page = visit(size)
    page.answered(lambda: page.tap("Lion"))
    return page


def headline(page: Visit, ready: bool = True) -> str:
    return page.page.locator(f".experiment h1{'.headline' if ready else ''}").inner_text()


def next_step(page: Visit) -> None:
    filled = page.page.locator(".experiments button.go:visible")
    assert filled.count() == 1, "one filled button"
    filled.click()


def result(page: Visit, name: str) -> None:
    page.page.locator(RESULT.format(name)).wait_for(timeout=LONG)
    assert page.page.evaluate("document.activeElement.tagName") == "H1"
    assert page.overflow() <= 0


def test_a_vote_leads_through_three_tests_to_what_was_found_out(lion: Visit) -> None:
    page = lion.page
    answers = page.locator("#answer .vote button")
    assert answers.all_inner_texts() == [WORDS("answer.yes"), WORDS("answer.not_yet")]
    assert page.locator("#result button.go:visible").count() == 0, "neither answer is filled"
    for each in answers.all():
        assert each.bounding_box()["y"] + each.bounding_box()["height"] <= page.viewport_size["height"]
    answers.nth(1).click()
    page.get_by_text(WORDS("story.said_not_yet")).wait_for()
    assert page.locator(".segs .full").count() == 0, "no test is done yet"
    next_step(lion)  # the ring is there: one tap gives a result
    result(lion, "cover")
    shares = headline(lion).removeprefix("Without the bright part: ")
    assert shares.count("%") == 2
    assert page.locator(".rf").count() == 3

    page.get_by_role("button", name=WORDS("story.same_test")).click()
    for number in (1, 2):
        page.locator(".minis button").first.click()
        page.wait_for_function("(n) => document.querySelectorAll('.slot .b3').length > n", arg=number)
    page.locator(".onward .go").wait_for()
    assert page.locator(".slot").count() == 3
    assert "of 3 pictures" in page.locator(".experiment h1").inner_text()
    assert lion.state == "experiment"
    assert page.locator(".to-answer b").inner_text().startswith("Lion"), "the tests are about the lion still"
    next_step(lion)

    page.locator("[data-experiment=fool] .idea", has_text="Teapot").click()
    page.locator("[data-experiment=fool] .wish .go").click()
    result(lion, "fool")
    next_step(lion)
    page.locator("[data-experiment=move_the_window] .opening").wait_for()
    next_step(lion)
    result(lion, "move_the_window")
    next_step(lion)

    page.locator(".found li").nth(2).wait_for()
    lines = page.locator(".found h2").all_inner_texts()
    assert lines[0] == f"Without the bright part: {shares}", "the same numbers as on its page"
    assert "of 3 pictures" in page.locator(".found li").first.inner_text(), "and what three pictures said together"
    assert page.locator(".experiments button.go:visible").count() == 0
    page.locator(".experiments .vote button").last.click()
    assert page.locator(".experiments button.go:visible").all_inner_texts() == [WORDS("story.show_another")]
    assert page.locator(".vote .reply").inner_text() == WORDS("story.reply_no")
    page.locator(".experiments .vote button").first.click()
    assert page.locator(".vote .reply").inner_text() == WORDS("story.reply_now_yes"), "each answer gets one"
    page.get_by_role("button", name=WORDS("story.one_more_test")).click()
    page.locator(".all-tests", has_text=WORDS("story.back_to_found")).click()
    page.locator(".found li").nth(2).wait_for()
    with page.expect_download() as kept:
        page.get_by_role("button", name=WORDS("story.sheet_save")).click()
    assert kept.value.suggested_filename == WORDS("story.sheet_file")
    for before in (".groups", ".found", "[data-experiment=move_the_window] .onward .go"):
        page.go_back()
        page.locator(before).wait_for()


def test_all_tests_are_in_three_groups_and_the_checks_of_the_map_are_one_card(lion: Visit) -> None:
    lion.all_tests()
    shown = [card.get_attribute("data-experiment") for card in lion.page.locator(".card").all()]
    assert shown == [name for name in CARDS if name not in (*ELSEWHERE, *CHECKS)] + ["honest"]
    assert lion.page.locator(".group > h2").all_inner_texts() == [
        WORDS(f"story.group_{name}") for name in ("test", "play", "map")
    ]
    assert lion.overflow() <= 0
    lion.page.locator(".card[data-experiment=honest]").click()
    tabs = lion.page.get_by_role("tab")
    lion.page.locator(".experiment .onward .go").wait_for()
    lion.page.locator(".layer select").select_option(label=WORDS("layers.parts"))
    lion.page.wait_for_function("!('busy' in document.documentElement.dataset)")
    tabs.first.focus()
    lion.page.keyboard.press("ArrowRight")
    lion.page.locator(RESULT.format("unlearned")).wait_for(timeout=LONG)
    assert tabs.nth(1).get_attribute("aria-selected") == "true"
    assert lion.page.evaluate("document.activeElement.getAttribute('role')") == "tab"
    chosen = lion.page.locator(".layer select option:checked").inner_text()
    assert chosen == WORDS("layers.parts"), "one layer for all checks"


def test_the_tests_stay_about_the_first_word_unless_another_is_chosen_for_them(lion: Visit) -> None:
    page = lion.page
    second = page.locator("#answer .next button").first
    other = second.locator("span").first.inner_text()
    lion.answered(second.click)
    page.locator("#answer .not-yet").click()
    assert page.locator(".to-answer b").inner_text().startswith("Lion")
    page.go_back()
    page.get_by_role("button", name=WORDS("answer.use", label=other[0].lower() + other[1:])).or_(
        page.get_by_role("button", name=WORDS("answer.use", label=other))
    ).click()
    assert other in page.locator("#answer .tested").inner_text()
    page.locator("#answer .vote button").first.click()
    page.locator(".opening .go").click()
    page.locator(RESULT.format("cover")).wait_for()
    assert page.locator(".to-answer b").inner_text().startswith(other)
    assert headline(lion).startswith("Without the bright part: "), "of the other word"
    page.locator(".back-to-first").click()
    page.locator(".opening").wait_for()
    assert page.locator(".to-answer b").inner_text().startswith("Lion")


def test_a_link_opens_the_start_page_with_a_test_that_then_comes_first(visit: Open) -> None:
    page = visit("desk")

    def follow(test: str) -> None:
        page.page.goto(f"{page.url.rstrip('/')}/?test={test}")
        page.page.wait_for_function("document.querySelector('#picture')?.inert && window.seewhy.draws !== undefined")

    follow("dress")
    page.page.get_by_text(WORDS("dress_up.card_title")).wait_for()
    page.answered(lambda: page.tap("Cheetah"))
    page.page.locator("#answer .yes").click()
    page.page.locator("[data-experiment=dress_up] .opening").wait_for()
    follow("many")
    page.page.locator("[data-experiment=many]").wait_for()
    follow("nonsense")
    page.page.locator(".toast-body").wait_for()
    assert page.said() == WORDS("story.not_here")


def test_the_way_back_leads_from_a_test_to_the_answer_and_to_the_start(lion: Visit) -> None:
    lion.all_tests()
    for state in ("experiment", "result", "idle"):
        lion.page.go_back()
        lion.page.wait_for_function("(state) => document.documentElement.dataset.state === state", arg=state)
    assert lion.page.locator("#examples button").first.is_visible()
    assert lion.page.locator(".experiments").inner_text() == ""
    lion.answered(lambda: lion.choose(photo("coffee")))
    lion.page.locator("#answer .yes").click()
    lion.page.locator(".opening").wait_for()
    assert "Espresso" in lion.page.locator(".to-answer b").inner_text()


PLACES = """() => [...document.querySelectorAll(".rf > canvas, .pctbig, .onward button, .tries .bar")]
  .map((it) => it.getBoundingClientRect()).map((box) => [box.left, box.top + scrollY].map(Math.round))"""


def test_nothing_moves_when_the_numbers_come(lion: Visit) -> None:
    page = lion.page
    page.locator("#answer .yes").click()
    page.locator(".opening").wait_for()
    held = []
    page.route("**/queue/join*", lambda route: held.append(route))
    next_step(lion)
    page.locator(".onward.waiting").wait_for()
    assert "\N{EN DASH}" in headline(lion, ready=False)
    assert page.locator(".onward button:not([inert] *)").count() == 0, "nothing can be pressed yet"
    before = page.evaluate(PLACES)
    page.locator(".patience button").click()  # who waits can stop, and is where they were
    page.locator(".opening .go").wait_for()
    next_step(lion)
    page.locator(".onward.waiting").wait_for()
    assert page.evaluate(PLACES) == before
    for route in held:
        route.continue_()
    page.unroute("**/queue/join*")
    result(lion, "cover")
    assert page.evaluate(PLACES) == before


def say_the_same(file: Path, others: int) -> None:
    """What the first visitor said, so many others say as well, on another page that counts into the same file."""
    columns = ("people", "before", "after", "covered", "less")
    more = ", ".join(f"{name} = {name} * {1 + others}" for name in columns)
    with closing(sqlite3.connect(file)) as counts, counts:
        assert counts.execute(f"UPDATE counts SET {more} WHERE people = 1").rowcount == 1


def test_what_others_said_is_told_after_the_second_answer_alone(
    visit: Open, contexts: Contexts, tmp_path: Path
) -> None:
    four = tmp_path / "curator.toml"
    four.write_text('experiments = ["cover", "fool", "dress_up", "try_map"]\n')
    with running(tmp_path, "--tally", str(tmp_path / "counts.sqlite"), "--curator", str(four)) as server:
        for number in (0, 3, 4, 5):
            if number == 3:
                say_the_same(tmp_path / "counts.sqlite", others=2)
            page = visit(url=server.url)
            page.answered(lambda page=page: page.tap("Lion"))  # type: ignore[misc]
            page.page.locator("#answer .yes" if number % 2 else "#answer .not-yet").click()
            page.page.locator(".opening").wait_for()
            next_step(page)
            result(page, "cover")
            page.page.evaluate("seewhy.open('found')")
            told = page.page.locator(".others-said")
            told.wait_for(state="attached")
            assert told.inner_text() == ""
            page.page.locator(".experiments .vote button").last.click()
            if number < 4:
                page.page.wait_for_timeout(300)
                assert told.inner_text() == "", "of fewer than five nothing is told"
            else:
                told.get_by_text(WORDS("story.others_only")).wait_for()
                assert f"0 of {number + 1}" in told.inner_text()
            contexts.give_back()
        page = visit(url=server.url)
        page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
        page.page.locator("#answer .yes").click()
        page.page.locator(".opening").wait_for()
        page.page.evaluate("seewhy.open('found')")
        page.page.locator(".experiments .vote button").last.click()
        page.page.wait_for_timeout(300)
        assert page.page.locator(".others-said").inner_text() == "", "nor of a picture of one's own"
        page.page.evaluate("seewhy.open('tests')")
        page.page.locator(".card").first.wait_for()
        cards = [card.get_attribute("data-experiment") for card in page.page.locator(".card").all()]
        assert cards == ["cover", "fool", "dress_up", "honest"], "four tests of a curator's are shown as four"
