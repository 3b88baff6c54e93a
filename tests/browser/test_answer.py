"""What the model calls the picture, the other answers, and further questions."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gradio_client import Client, handle_file

from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo

WORDS = load()


@pytest.fixture
def cat(visit: Open) -> Visit:
    """A desk that shows the answer to the cat, of which the model is not very sure."""
    page = visit()
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    return page


@pytest.mark.parametrize(("word", "size"), [("cheetah", "desk"), ("cat", "phone")])
def test_label_percentage_sureness_and_four_more_answers(
    visit: Open, size: str, client: Client, tmp_path: Path, word: str
) -> None:
    path = tmp_path / "photo"
    path.write_bytes(photo(word))
    told = client.predict(handle_file(path), None, None, None, api_name="/explain")
    page = visit(size)
    page.answered(lambda: page.choose(path.read_bytes()))
    answer = page.page.locator("#answer")
    assert page.label == capital(told["label"])
    assert answer.locator(".pct").inner_text() == percent(told["confidence"])
    sure = "very_sure" if told["confidence"] >= 0.8 else "fairly_sure" if told["confidence"] >= 0.4 else "not_sure"
    assert answer.locator(".sure").inner_text() == WORDS(f"answer.{sure}")
    rows = answer.locator(".next button")
    seen = [row.inner_text().split("\n")[:2] for row in rows.all()]  # then comes what is heard of "< 1 %"
    assert seen == [[capital(other["label"]), percent(other["confidence"])] for other in told["top"][1:]]
    assert page.page.locator("#notes p").all_inner_texts() == told["notes"]


def test_another_answer_gets_its_map_and_there_is_a_way_back(cat: Visit) -> None:
    first, before = cat.label, cat.pixels()
    row = cat.page.locator("#answer .next button").nth(1)
    other, share = row.inner_text().split("\n")
    cat.answered(row.click)
    assert cat.label == first, "the first answer stays the first answer"
    assert cat.page.locator("#answer .asked").inner_text() == WORDS("answer.asked", label=lower(other), percent=share)
    assert f"“{lower(other)}”" in cat.page.locator("#viewer .read").inner_text()
    assert cat.page.locator("#answer .next [aria-pressed=true]").inner_text().split("\n")[0] == other
    assert np.abs(cat.pixels() - before).max() > 20
    cat.answered(cat.page.get_by_role("button", name=f"Back to “{lower(first)}”").click)
    assert not cat.page.locator("#answer .asked").is_visible()
    assert cat.page.locator("#answer .next [aria-pressed=true]").count() == 0
    assert (cat.pixels() == before).all()


def test_another_picture_is_asked_about_afresh(cat: Visit) -> None:
    cat.answered(cat.page.locator("#answer .next button").nth(1).click)
    cat.answered(lambda: cat.choose(photo("coffee")))
    assert cat.label == "Espresso"
    assert not cat.page.locator("#answer .asked").is_visible()
    assert "“espresso”" in cat.page.locator("#viewer .read").inner_text()


def test_on_a_phone_the_map_of_another_answer_comes_into_sight(visit: Open) -> None:
    page = visit("phone")
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    row = page.page.locator("#answer .next button").nth(1)
    page.answered(row.click)
    page.page.wait_for_timeout(300)
    assert row.evaluate("(row) => row === document.activeElement"), "the keyboard stays where it was"
    assert page.page.locator("#viewer .stage").evaluate("(stage) => stage.getBoundingClientRect().bottom") > 200


def test_a_further_question_does_not_bring_the_picture_again(cat: Visit) -> None:
    cat.set_glow(0)
    bare = cat.pixels()
    cat.open_more()
    for act in (
        cat.page.locator("#answer .next button").nth(1).click,
        lambda: cat.ask("dogs"),
        cat.page.locator("#method label", has_text="LayerCAM").click,
    ):
        cat.answered(act)
        assert cat.page.evaluate("seewhy.view().base") is None
        assert (cat.pixels() == bare).all()


def test_every_further_question_is_drawn_over_the_picture_that_it_is_about(visit: Open) -> None:
    page = visit()
    seen: list[bytes] = []

    def shown(give: Callable[[], object]) -> None:
        page.answered(give)
        page.set_glow(0)
        seen.append(page.pixels().tobytes())
        page.answered(page.page.locator("#answer .next button").nth(1).click)
        assert page.page.evaluate("seewhy.view().base") is None
        assert page.pixels().tobytes() == seen[-1]

    shown(lambda: page.choose(photo("cat")))
    shown(lambda: page.choose(photo("cheetah")))
    shown(lambda: page.choose(photo("cat")))
    page.page.locator("#new-picture").click()
    shown(lambda: page.tap("Lion"))
    page.page.locator("#new-picture").click()
    shown(lambda: page.tap("Cat"))
    assert seen[0] == seen[2] == seen[4]
    assert len(set(seen)) == 3


def test_another_way_of_drawing_gives_another_map_of_the_same_answer(cat: Visit) -> None:
    label, before = cat.label, cat.pixels()
    cat.open_more()
    cat.answered(cat.page.locator("#method label", has_text="LayerCAM").click)
    assert cat.label == label
    cat.page.locator("#viewer summary").click()
    assert WORDS("viewer.method", method="LayerCAM") in cat.page.locator("#viewer details li").all_inner_texts()
    assert np.abs(cat.pixels() - before).max() > 20


def test_a_typed_question_is_answered(visit: Open, size: str) -> None:
    page = visit(size)
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_more()
    for typed in ("dogs", "Dogs rather than cats", "teapot"):
        page.answered(lambda typed=typed: page.ask(typed))
        about = typed[:1].lower() + typed[1:]
        assert f"“{about}”" in page.page.locator("#answer .asked").inner_text()
        assert f"“{about}”" in page.page.locator("#viewer .read").inner_text()


def test_a_word_that_the_model_does_not_have_leaves_everything_as_it_was(cat: Visit) -> None:
    cat.open_more()
    for typed, known in {"xyzzy": "dogs", "crane": "teapot", "dogs rather than dogs": "dogs"}.items():
        before = cat.seen()
        cat.ask(typed)
        sentence = cat.said()
        assert all(f"“{part}”" in sentence for part in typed.split(" rather than "))
        assert cat.seen() == before
        cat.answered(lambda known=known: cat.ask(known))
        cat.silent()


def test_the_question_stays_for_another_way_of_drawing(cat: Visit) -> None:
    cat.open_more()
    cat.answered(lambda: cat.ask("dogs"))
    cat.answered(cat.page.locator("#method label", has_text="LayerCAM").click)
    assert "“dogs”" in cat.page.locator("#answer .asked").inner_text()


def percent(share: float) -> str:
    if 0.995 <= share < 1:
        return WORDS("answer.over_99")
    return WORDS("answer.percent", percent=round(100 * share)) if share >= 0.005 else WORDS("answer.under_one")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """A label as it stands inside a sentence, for labels that are not names."""
    return text[:1].lower() + text[1:]


ASKED = """(() => {
  const ask = window.requestAnimationFrame.bind(window);
  window.asked = 0;
  window.requestAnimationFrame = (call) => { window.asked += 1; return ask(call); };
})();"""
# Nobody has asked for an animation frame since the last look, and nothing is animated by a style.
RESTS = """() => {
  const before = window.asked_before;
  window.asked_before = window.asked;
  return before === window.asked && document.getAnimations().every((one) => one.playState !== "running");
}"""


def test_a_page_that_nobody_touches_rests(visit: Open) -> None:
    """And leaves the battery of a phone alone."""
    page = visit(before=ASKED)
    page.answered(lambda: page.choose(photo("cheetah")))
    page.page.wait_for_function(RESTS, polling=500)
    assert page.page.evaluate("window.asked") > 0
