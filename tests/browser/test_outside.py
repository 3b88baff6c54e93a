"""A picture that may be none of the things the model has words for: three words and no percentage."""

import io

import numpy as np
import pytest
from PIL import Image

from page.experiments import EXPERIMENTS
from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Visit

WORDS = load()
CARDS = [kind.name for kind in EXPERIMENTS if kind.card]
UNSURE = f"{WORDS('outside.headline')} {WORDS('experiments.unsure')}"


@pytest.fixture(scope="module")
def noise() -> bytes:
    file = io.BytesIO()
    dots = np.random.default_rng(0).integers(0, 256, (200, 300, 3)).astype(np.uint8)
    Image.fromarray(dots).save(file, "PNG")
    return file.getvalue()


def ask(page: Visit, noise: bytes) -> list[str]:
    """The three words."""
    page.answered(lambda: page.choose(noise, kind="image/png"))
    return page.page.locator("#answer .next button").all_inner_texts()


def test_by_touch_three_words_no_percentage_and_the_way_to_something_else(visit: Open, noise: bytes) -> None:
    page = visit("phone")
    nearest = ask(page, noise)
    assert page.label == WORDS("outside.headline")
    assert page.page.locator("#answer .lead").inner_text() == WORDS("outside.lead", classes="1,000")
    assert len(nearest) == 3
    assert "%" not in page.page.locator("#answer .answer").inner_text()
    assert page.page.locator("#answer button.go:visible").count() == 1
    assert not page.page.locator("#answer .vote").is_visible(), "no vote on what it has no word for"
    assert page.overflow() <= 0
    page.page.locator("#viewer summary").tap()
    assert "100 real photos set this limit" in page.page.locator("#viewer .curious li").last.inner_text()
    page.page.get_by_role("button", name=WORDS("answer.familiar")).tap()
    page.page.wait_for_function("document.documentElement.dataset.state === 'idle'")
    page.answered(lambda: page.tap("Cheetah"))
    assert page.label == "Cheetah"
    assert page.page.locator("#answer .pct").is_visible()
    assert not page.page.locator("#answer .lead").is_visible()


def test_by_keyboard_the_map_of_another_word_and_the_tests_are_there(visit: Open, noise: bytes) -> None:
    page = visit("desk")
    nearest = ask(page, noise)
    second = page.page.locator("#answer .next button").nth(1)
    second.focus()
    page.answered(lambda: second.press("Enter"))
    asked = page.page.locator("#answer .asked").inner_text().lower()
    assert nearest[1].lower() in asked
    assert "%" not in asked
    page.open_test("dog_or_cat", keyboard=True)
    page.asked()
    assert page.page.locator(".experiments .unsure").inner_text() == UNSURE


def test_every_test_of_it_says_above_its_numbers_that_they_mean_little(visit: Open, noise: bytes) -> None:
    page = visit("phone")
    for name in (name for name in CARDS if name not in ("many", "you_first", "from_nothing")):
        ask(page, noise)
        page.open_test(name)
        said, title = (page.page.locator(f".experiments {each}").bounding_box() for each in (".unsure", "h1"))
        assert said, name
        assert title, name
        assert said["y"] < title["y"], name
        assert page.page.locator(".experiments .unsure").inner_text() == UNSURE, name
        assert page.overflow() <= 0, name
        page.put_away()
        page.answered(lambda: page.tap("Cheetah"))
        page.open_test(name)
        assert not page.page.locator(".experiments .unsure").count(), name
        page.put_away()
