"""Text that is pasted or dropped brings an image along, as from Word or Excel: a field takes the text, a test stays."""

import base64

import pytest

from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo

WORDS = load()
WAYS = ("paste", "drop")

# Gives text, an image file, or both to what `selector` finds, and tells whether the page kept the browser from acting.
HAND_OVER = """
([way, selector, text, picture, address]) => {
  const data = new DataTransfer();
  if (text) { data.setData("text/plain", text); data.setData("text/html", `<b>${text}</b>`); }
  if (address) data.setData("text/uri-list", address);
  if (picture) {
    const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], "image.png", { type: "image/png" }));
  }
  const options = { bubbles: true, cancelable: true };
  const target = document.querySelector(selector);
  if (way === "paste") return !target.dispatchEvent(new ClipboardEvent("paste", { ...options, clipboardData: data }));
  const drag = { ...options, dataTransfer: data };
  const events = ["dragenter", "dragover", "drop"].map((step) => new DragEvent(step, drag));
  return events.map((event) => !target.dispatchEvent(event)).at(-1);
}
"""
FIELD = "[data-experiment=memory_card] textarea"
TEST = "[data-experiment=memory_card] h1"


def hand_over(page: Visit, way: str, selector: str, text: str = "", picture: bytes = b"", address: str = "") -> bool:
    return bool(page.page.evaluate(HAND_OVER, [way, selector, text, base64.b64encode(picture).decode(), address]))


@pytest.fixture
def card(visit: Open) -> Visit:
    page = visit()
    page.answered(lambda: page.tap(WORDS("examples.lion")))
    page.open_test("memory_card")
    page.page.locator(FIELD).fill("my")
    return page


def stays(page: Visit) -> None:
    page.page.wait_for_timeout(500)
    assert (page.state, page.busy) == ("experiment", False)
    assert page.page.locator(FIELD).input_value() == "my"


def test_in_a_field_of_a_test_the_text_wins(card: Visit) -> None:
    for way in WAYS:
        assert not hand_over(card, way, FIELD, "my dear lion", photo("coffee")), "the browser does what it always does"
        stays(card)
        assert card.sentences() == []
        assert card.page.locator("[data-drag]").count() == 0


def test_text_that_is_really_pasted_arrives(card: Visit) -> None:
    field = card.page.locator(FIELD)
    field.select_text()
    field.press("Control+c")
    field.press("End")
    field.press("Control+v")
    assert field.input_value() == "mymy"


def test_beside_a_field_the_test_stays_too(card: Visit) -> None:
    for way in WAYS:
        hand_over(card, way, TEST, "1\t2\t3", photo("coffee"))
        stays(card)
        assert card.sentences() == []


@pytest.mark.parametrize("way", WAYS)
def test_an_image_in_a_field_of_a_test_is_told_and_the_test_stays(card: Visit, way: str) -> None:
    assert hand_over(card, way, FIELD, "", photo("coffee"))
    assert card.said() == WORDS("page.words_only", button=WORDS("page.new_picture"))
    stays(card)


@pytest.mark.parametrize("way", WAYS)
def test_an_image_alone_beside_a_field_is_the_next_picture(card: Visit, way: str) -> None:
    card.answered(lambda: hand_over(card, way, TEST, "", photo("coffee")))
    assert card.label == "Espresso"


def test_a_picture_that_is_dragged_from_another_page_is_a_picture_though_it_has_an_address(card: Visit) -> None:
    address = "https://example.org/coffee.png"
    card.answered(lambda: hand_over(card, "drop", TEST, address, photo("coffee"), address))
    assert card.label == "Espresso"


@pytest.mark.parametrize("way", WAYS)
def test_in_the_field_of_a_question_text_wins_and_an_image_alone_is_the_next_picture(visit: Open, way: str) -> None:
    page = visit()
    page.answered(lambda: page.tap(WORDS("examples.lion")))
    page.open_more()
    assert not hand_over(page, way, "#target input", "dogs", photo("coffee"))
    page.page.wait_for_timeout(500)
    assert (page.state, page.busy, page.label) == ("result", False, "Lion")
    page.answered(lambda: hand_over(page, way, "#target input", "", photo("coffee")))
    assert page.label == "Espresso"


def test_text_that_is_dropped_beside_a_picture_is_no_picture(visit: Open) -> None:
    page = visit()
    assert hand_over(page, "drop", "#hero", "Dear visitor")
    assert page.said() == WORDS("picture.not_a_picture")
    assert not hand_over(page, "paste", "#hero", "Dear visitor")
    assert page.state == "idle"
