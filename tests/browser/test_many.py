"""Many at once: good, strange and broken files on one wall, counted, and checked against the visitor's own words."""

import csv
import io

import numpy as np
from PIL import Image
from playwright.sync_api import FilePayload

from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo

WORDS = load()
FILES = "[data-experiment=many] input[type=file]"


def file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": data}


def noise() -> bytes:
    """None of the things that the model has words for."""
    dots = np.random.default_rng(0).integers(0, 256, (200, 300, 3)).astype(np.uint8)
    kept = io.BytesIO()
    Image.fromarray(dots).save(kept, "PNG")
    return kept.getvalue()


def start(page: Visit, keyboard: bool = False) -> None:
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    page.open_test("many", keyboard)


def lion(page: Visit) -> float:
    """How sure the model is of the third example, as a program is told."""
    answer = page.page.request.post(f"{page.url.rstrip('/')}/api/explain", data=photo("lion"))
    return float(answer.json()["confidence"])


def uploads(page: Visit) -> list[bytes]:
    return [each.post_data_buffer or b"" for each in page.requests if each.url.endswith("gradio_api/upload")]


def test_by_touch_mixed_files_are_counted_and_checked(visit: Open) -> None:
    page = visit("phone")
    start(page)
    good = [file(f"{word}.jpg", photo(word)) for word in ("lion", "coffee", "cat")]
    page.page.set_input_files(FILES, [good[0], file("broken.jpg", b"\xff\xd8\xff no"), *good[1:]])
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert "of 3 are " in headline.inner_text()
    assert page.page.get_by_text("Pictures: 4. Named and counted: 3. Could not be read: 1.").is_visible()
    tiles = page.page.locator(".tile")
    assert tiles.count() == 4
    assert tiles.last.get_attribute("data-number") == "2", "what is broken comes last"
    assert not any(b"lion.jpg" in body for body in uploads(page)), "the name of a file stays with the visitor"

    page.page.get_by_role("button", name="Check its answers").tap()
    page.page.get_by_label("What do all of them show?").fill("cats")
    page.page.locator(".tile[data-number='3'] select").select_option(label="Another word …")
    page.page.locator(".tile[data-number='3'] input[type=text]").fill("hourglass")
    page.page.get_by_role("button", name="Count what is right").tap()
    page.page.locator(".headline", has_text="By your words, it got ").wait_for()
    assert headline.inner_text().endswith(" 2 of 3 right."), "a lion is a cat, too"
    assert "You say: hourglass" in page.page.locator(".tile.wrong[data-number='3']").inner_text()
    assert page.overflow() <= 0


def test_what_is_none_of_the_things_it_knows_has_no_percentage_and_does_not_count(visit: Open) -> None:
    page = visit("desk")
    page.page.locator("#many-door").click()  # from the start, with no picture yet
    page.page.locator(".experiment[data-experiment=many]").wait_for()
    page.page.set_input_files(FILES, [file("noise.png", noise()), file("lion.jpg", photo("lion"))])
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert headline.inner_text().startswith("1 of 1 are ")
    strange = page.page.locator(".tile[data-number='1']")
    assert WORDS("viewer.caption_outside", label="").split(" Nearest")[0] in strange.inner_text()
    assert "%" not in strange.inner_text()
    page.page.get_by_role("button", name="Check its answers").click()
    assert strange.locator("select").count() == 0
    page.page.get_by_label("What do all of them show?").fill("lion")
    page.page.get_by_role("button", name="Count what is right").click()
    page.page.locator(".headline", has_text="By your words, it got 1 of 1 right.").wait_for()
    with page.page.expect_download() as kept:
        page.page.get_by_role("button", name="Table of all answers").click()
    first, second = csv.DictReader(kept.value.path().open(encoding="utf-8-sig", newline=""))
    assert (first["outside"], first["answer"], first["confidence"], first["right"]) == ("yes", "", "", "")
    assert first["nearest"]
    assert (second["outside"], second["answer"], second["right"]) == ("no", "lion", "yes")


def test_by_keyboard_the_pictures_of_the_page_are_taken_and_the_table_is_kept(visit: Open) -> None:
    page = visit("desk")
    start(page, keyboard=True)
    page.page.get_by_role("button", name="Take the pictures of this page").press("Enter")
    page.page.locator(".headline").wait_for()
    count = page.page.locator("#examples img").count()
    assert page.page.locator(".tile canvas").count() == count
    walls = page.page.locator(".walls .wall")
    most, least = ([int(text.split()[0]) for text in walls.nth(at).locator(".num").all_inner_texts()] for at in (0, 1))
    assert page.page.locator(".walls h2").all_inner_texts()[:2] == ["Most sure", "Least sure"]
    assert most == sorted(most, reverse=True)
    assert least == sorted(least)
    assert min(most) >= max(least)
    first = page.page.locator(".tile[data-number='3']").inner_text()
    assert "Lion" in first
    assert f"{round(100 * lion(page))}\u00a0%" in first, "as sure as of the picture itself, and not of a small one"
    with page.page.expect_download() as kept:
        page.page.get_by_role("button", name="Table of all answers").press("Enter")
    assert kept.value.suggested_filename == "seewhy-many.csv"
    assert len(kept.value.path().read_text(encoding="utf-8-sig").splitlines()) == count + 1
