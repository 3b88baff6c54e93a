"""What a visitor saves is still there when a slow browser begins to read it."""

import pytest
from PIL import Image

from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import resized

WORDS = load()
# Safari reads what is to be saved only after the script that pressed the link has ended.
LATE = """
window.saved = [];
const make = URL.createObjectURL.bind(URL);
URL.createObjectURL = (blob) => { const address = make(blob); saved.push(address); return address; };
"""
READ = "Promise.all(saved.map((address) => fetch(address).then((answer) => answer.ok, () => false)))"
TABLE = """
async () => {
  const { save } = await import(new URL("parts/files.js", document.baseURI));
  save(new Blob(["a table"], { type: "text/csv" }), "table.csv");
}
"""


@pytest.mark.parametrize("door", ["picture", "table"])
def test_what_is_saved_can_be_read_after_the_press(visit: Open, door: str) -> None:
    page = visit(before=LATE)
    page.answered(lambda: page.tap(WORDS("examples.lion")))
    with page.page.expect_download():
        if door == "picture":
            page.page.locator("#viewer .save").click()
        else:
            page.page.evaluate(TABLE)
    page.page.wait_for_timeout(500)
    assert page.page.evaluate(READ) == [True]


def test_a_small_picture_is_saved_large_with_all_its_words(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.choose(resized("lion", 120, 400), kind="image/png"))
    with page.page.expect_download() as kept:
        page.page.locator("#viewer .save").click()
    with Image.open(kept.value.path()) as saved:
        assert max(saved.size) >= 1000
        assert saved.width >= 640, "there is room for the words"
