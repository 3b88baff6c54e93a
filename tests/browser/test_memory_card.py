"""Memory card: a part is marked by finger or by keys, put into words, and kept by the visitor alone."""

import zipfile

import pytest
from PIL import Image

from tests.browser.conftest import Open
from tests.browser.visit import SIZES, Visit, photo, resized

OTHER = "Take ready words, or say who may use the card"


def start(page: Visit, keyboard: bool = False) -> None:
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("memory_card", keyboard)


def test_by_touch_a_card_with_tapped_words_stands_beside_the_models_word(visit: Open) -> None:
    page = visit("phone")
    start(page)
    page.page.locator(".painter canvas").tap()
    page.page.get_by_text(OTHER).tap()
    page.page.get_by_role("button", name="It makes me laugh").tap()
    page.page.get_by_role("button", name="Make the card").tap()
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert headline.inner_text().startswith("To you: “It makes me laugh”. To the model: “")
    assert page.page.locator(".paper img").evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 1200
    assert page.overflow() <= 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", [(600, 400), (400, 600)], ids=["wide", "tall"])
def test_picture_words_and_making_fit_one_screen_with_few_choices(
    visit: Open, size: str, shape: tuple[int, int]
) -> None:
    page = visit(size)
    page.answered(lambda: page.choose(resized("cat", *shape), kind="image/png"))
    page.open_test("memory_card")
    go = page.page.get_by_role("button", name="Make the card")
    box, paper = go.bounding_box(), page.page.locator(".painter canvas").bounding_box()
    assert box
    assert paper
    assert paper["y"] >= 0
    assert box["y"] + box["height"] <= SIZES[size][1]
    body = page.page.locator("[data-experiment=memory_card]")
    assert body.locator("button:visible:not(.brushes button)").all_inner_texts() == ["Make the card"]
    assert body.locator(":is(input, select, textarea):visible").count() == 1, "one's own words"
    assert page.overflow() <= 0


def test_by_keyboard_two_cards_are_made_and_kept(visit: Open) -> None:
    page = visit("desk")
    start(page, keyboard=True)
    keys = page.page.keyboard

    def card(text: str, key: str) -> None:
        page.page.locator(".painter canvas").focus()
        for press in (key, key, " "):
            keys.press(press)
        page.page.get_by_label("What is it to you?").first.fill(text)
        page.page.get_by_role("button", name="Make the card").press("Enter")
        page.page.locator(".headline", has_text=text).wait_for()

    card("the nose", "ArrowUp")
    with page.page.expect_download() as kept:
        page.page.get_by_role("button", name="Keep the card").press("Enter")
    assert kept.value.suggested_filename == "memory-card.png"
    assert Image.open(kept.value.path()).width == 1200
    page.page.get_by_role("button", name="Mark another part").press("Enter")
    card("the whiskers", "ArrowDown")
    with page.page.expect_download() as all_of_them:
        page.page.get_by_role("button", name="Keep all as a small data set").press("Enter")
    archive = zipfile.ZipFile(all_of_them.value.path())
    words = archive.read("memories.jsonl").decode()
    assert "the nose" in words
    assert "the whiskers" in words
    page.page.get_by_role("button", name="Forget these cards").press("Enter")
    assert page.page.get_by_role("button", name="Keep all").count() == 0
