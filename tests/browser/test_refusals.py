"""What can't be taken is refused with one sentence, and nothing is lost."""

import pytest

from models.problems import Problem
from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo
from tests.page.corpus import refused

WORDS = load()
FILES = {
    "letter.txt": ("text/plain", b"Dear visitor", "picture.not_a_picture"),
    "letter.jpg": ("image/jpeg", b"Dear visitor", "picture.not_a_picture"),
    "paper.pdf": ("application/pdf", b"%PDF-1.7\n", "picture.document"),
    "without-suffix": ("", b"Dear visitor", "picture.not_a_picture"),
    "broken.png": ("image/png", refused()["png cut off at 50 %"].data, "picture.broken"),
    "empty.png": ("image/png", b"", "picture.empty"),
    "drawing.svg": ("image/svg+xml", refused()["svg"].data, "picture.svg"),
    "heavy.png": ("image/png", refused()["more than 15 MB"].data, "picture.too_many_bytes"),
    "huge.png": ("image/png", refused()["too large: png of 169 megapixels"].data, "picture.too_many_pixels"),
}
VALUES = {
    "picture.document": {"kind": "PDF"},
    "picture.too_many_bytes": {"limit": 15},
    "picture.too_many_pixels": {"limit": 40, "megapixels": 169},
}


def refusal(page: Visit, name: str, way: str) -> None:
    kind, data, key = FILES[name]
    page.hand_over(way, data, name, kind)
    expected = WORDS(key, **VALUES.get(key, {}))
    page.page.locator(".toast-body", has_text=expected).first.wait_for()
    assert page.said() == expected


def test_before_a_picture_every_refusal_is_one_sentence(visit: Open, size: str) -> None:
    page = visit(size)
    for name in FILES:
        refusal(page, name, "choose")
        assert page.state == "idle"
        assert page.page.locator("#choose-file").is_visible()
    page.answered(lambda: page.choose(photo("cheetah")))
    assert page.label == "Cheetah"
    page.silent()


# One that the page itself refuses, one that is broken and one that is no picture: a paste and a drop lead where the
# file chooser does.
EACH_SORT = ("heavy.png", "broken.png", "letter.txt")


@pytest.mark.parametrize(("way", "names"), [("choose", tuple(FILES)), ("paste", EACH_SORT), ("drop", EACH_SORT)])
def test_after_a_refusal_the_answer_before_is_still_there(visit: Open, way: str, names: tuple[str, ...]) -> None:
    page = visit()
    page.answered(lambda: page.choose(photo("cheetah")))
    before = page.seen()
    for name in reversed(names):
        refusal(page, name, way)
        assert page.seen() == before
    page.answered(lambda: page.hand_over(way, photo("coffee"), "x.png", "image/png"))
    assert page.label == "Espresso"
    page.silent()


def test_a_question_after_a_refusal_is_about_the_picture_on_the_page(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.choose(photo("cheetah")))
    refusal(page, "broken.png", "choose")
    page.answered(page.page.locator("#answer .next button").first.click)
    assert page.label == "Cheetah"


def test_a_message_can_be_closed(visit: Open, size: str) -> None:
    page = visit(size)
    for name in ("letter.txt", "broken.png"):
        refusal(page, name, "choose")
        page.page.locator(".toast-body button").click()
        page.page.locator(".toast-body").wait_for(state="detached")


@pytest.mark.parametrize("state", ["idle", "result"])
def test_when_the_line_is_full_the_picture_can_be_tried_again(visit: Open, state: str) -> None:
    page = visit()
    if state == "result":
        page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    assert not page.page.locator("#again").is_visible()
    page.page.route(
        "**/queue/join*", lambda route: route.fulfill(status=503, json={"detail": "Queue is full."}), times=1
    )
    page.choose(photo("coffee"), kind="image/png")
    assert page.said() == WORDS("server.busy")
    assert page.state == state
    page.answered(page.page.locator("#again").click)
    assert page.label == "Espresso"
    page.silent()
    assert not page.page.locator("#again").is_visible()


def test_when_the_line_is_full_an_example_can_be_tapped_again(visit: Open) -> None:
    page = visit()
    page.page.route(
        "**/queue/join*", lambda route: route.fulfill(status=503, json={"detail": "Queue is full."}), times=1
    )
    page.tap(WORDS("examples.coffee"))
    assert page.said() == WORDS("server.busy")
    page.answered(page.page.locator("#again").click)
    assert page.label == "Espresso"


@pytest.mark.parametrize("way", ["choose", "example"])
def test_without_a_network_the_page_says_so_and_goes_on_afterwards(visit: Open, way: str) -> None:
    page = visit()

    def give() -> None:
        if way == "choose":
            page.choose(photo("coffee"), kind="image/png")
        else:
            page.tap(WORDS("examples.coffee"))

    page.page.context.set_offline(True)
    give()
    assert page.said() == WORDS("server.failed")
    assert page.state == "idle"
    page.page.context.set_offline(False)
    page.answered(give)
    assert page.label == "Espresso"
    page.silent()


def test_no_word_of_the_machinery_is_left_for_screen_readers(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.choose(photo("cheetah")))
    refusal(page, "broken.png", "choose")
    page.page.locator(".toast-body button").click()
    page.page.locator(".toast-body").wait_for(state="detached")
    assert "Error" not in page.page.locator("body").aria_snapshot()


def test_every_problem_has_its_sentence() -> None:
    def kinds(kind: type[Problem]) -> list[type[Problem]]:
        return [kind, *(found for each in kind.__subclasses__() for found in kinds(each))]

    # Other tests of the same run make problems of their own.
    ours = [kind for kind in kinds(Problem)[1:] if not kind.__module__.startswith("tests.")]
    assert [kind.__name__ for kind in ours if kind.key not in WORDS] == []
    assert ours
