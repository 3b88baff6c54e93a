"""A browser that answers with white or noise when a page reads what it drew: the map is right, and the page says so."""

import numpy as np

from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Pixels, photo

WORDS = load()
SENTENCE = WORDS("page.spoiled")
READ = "window.trueAddress = HTMLCanvasElement.prototype.toDataURL;"
WHITE = """
const read = CanvasRenderingContext2D.prototype.getImageData;
CanvasRenderingContext2D.prototype.getImageData = function (...place) {
  const image = read.apply(this, place);
  image.data.fill(255);
  return image;
};
"""
NO = "CanvasRenderingContext2D.prototype.getImageData = () => { throw new DOMException('', 'SecurityError'); };"
FILES = """
const empty = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
HTMLCanvasElement.prototype.toDataURL = () => trueAddress.call(empty);
"""
# The last bit of each value changes, as in Brave.
FAINT = """
const read = CanvasRenderingContext2D.prototype.getImageData;
CanvasRenderingContext2D.prototype.getImageData = function (...place) {
  const image = read.apply(this, place);
  image.data.forEach((value, i) => { if (i % 4 < 3) image.data[i] = value ^ 1; });
  return image;
};
"""


def pixels(visit: Open, before: str) -> tuple[Pixels, list[str]]:
    page = visit(before=READ + before)
    page.answered(lambda: page.choose(photo("cheetah")))
    page.page.wait_for_function("window.seewhy.spoiled().then(() => true)")
    said = page.page.locator("#viewer .spoiled").all_inner_texts()
    if "toDataURL" in before:
        page.page.evaluate("() => { HTMLCanvasElement.prototype.toDataURL = trueAddress; }")
    return page.pixels(), said


def test_the_map_is_right_and_the_page_says_what_is_not(visit: Open) -> None:
    right, quiet = pixels(visit, "")
    assert quiet == []
    for name, spoiled in {"white": WHITE, "refused": NO, "files": FILES}.items():
        same, said = pixels(visit, spoiled)
        assert said == [SENTENCE], name
        assert np.array_equal(right, same), name


def test_a_browser_that_changes_the_last_bits_only_is_not_worth_a_word(visit: Open) -> None:
    _, said = pixels(visit, FAINT)
    assert said == []


def test_it_is_said_once_and_again_where_the_camera_marks_or_a_file_would_be_wrong(visit: Open) -> None:
    page = visit(before=READ + WHITE)
    page.page.locator("#use-camera").click()
    assert page.said() == SENTENCE
    assert page.page.locator("#choose-file").is_visible()
    page.answered(lambda: page.choose(photo("cheetah")))
    page.answered(page.page.locator("#answer .next button").first.click)
    assert page.page.get_by_text(SENTENCE).count() == 1, "it stands below the map, and covers nothing"
    page.page.locator("#viewer .save").click()
    assert page.said() == SENTENCE
    page.open_test("cover")
    page.page.get_by_role("button", name=WORDS("cover.mark_other")).click()
    assert SENTENCE in page.page.locator(".painter").inner_text()
