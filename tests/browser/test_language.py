"""The page in its visitor's language: chosen by the browser or by hand, refusals included, and from right to left."""

import pytest

from models.labels import Labels
from page.words import codes, load, speaking
from tests.browser.conftest import Open
from tests.browser.visit import photo

WORDS = load()


def test_arabic_runs_from_right_to_left_in_words_of_its_own(visit: Open, size: str) -> None:
    page = visit(size, locale="ar-EG")
    html = page.page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == ("ar", "rtl")
    brand, picker = page.page.locator(".brand").bounding_box(), page.page.locator("#language").bounding_box()
    assert brand
    assert picker
    assert brand["x"] > picker["x"]
    assert picker["height"] >= 48
    heading = page.page.locator("#hero h1")
    assert heading.evaluate("(h1) => getComputedStyle(h1).direction") == "rtl"
    assert page.overflow() <= 0
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    with speaking("ar"):
        told, word = page.page.evaluate("[seewhy.answer.top[0].label, seewhy.view().word]")
        assert told == Labels.imagenet().in_language("ar").told(word) != word
        assert page.page.locator("#answer h1").inner_text() == told
        assert page.page.locator(".labels").inner_text() == WORDS("answer.own_word", label=told, word=word)
        assert "\u201c" not in page.page.locator("#viewer").inner_text()
        assert page.page.locator(".layers, .strip").first.is_visible()
        page.page.get_by_role("button", name=WORDS("answer.not_yet")).click()
        page.page.locator(".opening").wait_for()
        assert page.page.locator(".to-answer").inner_text().startswith(WORDS("story.tests_about"))
    assert page.overflow() <= 0


def test_visitor_chooses_another_language_which_refusals_and_notes_speak_as_well(visit: Open) -> None:
    page = visit("desk")
    names = page.page.locator("#language option").all_inner_texts()
    assert names == list(WORDS.languages.values())
    assert len(names) == len(codes())
    with page.page.expect_navigation():
        page.page.locator("#language").select_option("de")
    page.page.wait_for_function("document.querySelector('#picture')?.inert && window.seewhy.draws !== undefined")
    with speaking("de"):
        assert page.page.locator("html").get_attribute("lang") == "de"
        assert page.page.title() == WORDS("page.title")
        page.hand_over("choose", b"no picture", "a.jpg", "image/jpeg")
        page.page.get_by_text(WORDS("picture.not_a_picture")).wait_for()
        page.answered(lambda: page.tap(WORDS("examples.person")))
        said = page.page.locator("#answer, #notes").all_inner_texts()
        assert any(WORDS("outside.headline") in text or WORDS("answer.title") in text for text in said)
    assert page.page.context.cookies()[0]["sameSite"] in ("Lax", "None")


@pytest.mark.parametrize("language", codes())
def test_answer_layers_glow_and_vote_are_on_one_screen_in_every_language(visit: Open, language: str) -> None:
    page = visit("phone", locale=language)
    for example in (0, 2):
        page.answered(page.page.locator("#examples button").nth(example).click)
        tools, vote = (page.page.locator(each).bounding_box() for each in ("#viewer .tools", "#answer .vote"))
        assert tools["y"] + tools["height"] <= vote["y"]
        assert vote["y"] + vote["height"] <= page.page.viewport_size["height"]
        page.put_away()


@pytest.mark.parametrize("language", codes())
def test_the_start_fits_on_a_phone_in_every_language(visit: Open, language: str) -> None:
    page = visit("phone", locale=language)
    assert page.page.locator("html").get_attribute("lang") == language
    assert page.overflow() <= 0
