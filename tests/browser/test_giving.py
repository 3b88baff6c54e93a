"""Every way to give a picture, and what happens when there are two at once."""

from pathlib import Path

import pytest
from playwright.sync_api import Route

from page.examples import PACKAGED
from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Visit, photo
from tests.page.corpus import bomb, refused, taken

WORDS = load()
LATE = 1500  # milliseconds in which a late answer would do harm; nothing on the page tells that none will come
NAMES = {"cheetah": "Cheetah", "coffee": "Espresso", "lion": "Lion"}
# One thing that the model has three words for, and one that it has none for.
OTHER = {"cat": {"Tabby cat", "Tiger cat", "Egyptian cat"}, "rocket": {WORDS("outside.headline")}}


def test_a_chosen_file_is_answered(visit: Open, size: str) -> None:
    page = visit(size)
    with page.answering():
        with page.page.expect_file_chooser() as chooser:
            page.page.locator("#choose-file").click()
        chooser.value.set_files({"name": "holiday.jpg", "mimeType": "image/jpeg", "buffer": photo("cheetah")})
    assert page.label == "Cheetah"


def test_something_moves_as_soon_as_a_picture_is_given(visit: Open) -> None:
    page = visit()
    for way in ("choose", "paste", "drop"):
        with page.answering():
            assert page.hand_over(way, photo("coffee"), "coffee.png", "image/png"), way
        assert page.label == "Espresso"
        assert page.page.locator("[data-drag]").count() == 0
        page.put_away()


def test_the_next_picture_can_be_given_on_top_of_an_answer(visit: Open, size: str) -> None:
    page = visit(size)
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    page.answered(lambda: page.paste(photo("coffee")))
    assert page.label == "Espresso"
    page.answered(lambda: page.drop(photo("lion")))
    assert page.label == "Lion"


def test_the_same_picture_can_be_given_again(visit: Open) -> None:
    page = visit()
    file, example = lambda: page.choose(photo("cheetah")), lambda: page.tap(WORDS("examples.cheetah"))
    for give in (file, file, example, example):
        page.answered(give)
        assert page.label == "Cheetah"
        page.put_away()


def test_a_picture_put_away_while_it_is_looked_at_does_not_come_back(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    page.choose(bomb(6_000, 6_000), kind="image/png")
    page.page.locator("#new-picture").click()
    page.page.wait_for_timeout(LATE)
    assert page.state == "idle"
    assert page.draws == 1
    page.answered(lambda: page.choose(photo("coffee"), kind="image/png"))
    assert page.label == "Espresso"


def test_every_example_is_answered_when_it_is_tapped(visit: Open, size: str) -> None:
    page = visit(size)
    for word, *_ in PACKAGED:
        page.answered(lambda word=word: page.tap(WORDS(f"examples.{word}")))
        assert page.label in OTHER.get(word, {NAMES.get(word, page.label)})
        page.page.locator("#new-picture").click()
        page.page.locator("#examples").wait_for()
        assert page.state == "idle"


def test_unusual_pictures_are_drawn_too(visit: Open) -> None:
    page = visit()
    for kind in ("avif", "heic", "tiff", "gif moving", "one dot", "a long strip", "a high strip"):
        picture = taken()[kind]
        name, said = f"x{picture.suffix}", "" if kind == "heic" else "image/png"
        page.answered(lambda picture=picture, name=name, said=said: page.choose(picture.data, name, said))
        height, width, _ = page.pixels().shape
        scale = min(1, 1280 / max(picture.size))
        assert (width, height) == tuple(max(1, round(side * scale)) for side in picture.size), kind
        assert page.overflow() == 0, kind
        page.put_away()


@pytest.mark.parametrize("way", ["choose", "drop", "paste"])
def test_what_a_file_is_the_server_judges_and_not_what_the_system_calls_it(visit: Open, way: str) -> None:
    page = visit()
    for kind in ("heic", "avif"):
        for said in ("application/octet-stream", "", "video/quicktime"):
            given = way, taken()[kind].data, f"photo{taken()[kind].suffix}", said
            page.answered(lambda given=given: page.hand_over(*given))
            assert page.label, (kind, said)
            page.put_away()


def test_every_chooser_shows_the_same_files(visit: Open) -> None:
    page = visit()
    first = page.page.locator("#file").get_attribute("accept")
    page.answered(lambda: page.tap(WORDS("examples.lion")))
    page.open_test("many")
    second = page.page.locator("[data-experiment=many] input[type=file]").get_attribute("accept")
    assert first == second
    assert {"image/*", ".heic", ".heif", ".avif"} <= set((first or "").split(","))


def test_many_takes_what_the_system_does_not_know_and_refuses_what_is_too_heavy_before_it_travels(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.tap(WORDS("examples.lion")))
    page.open_test("many")
    heic, heavy = taken()["heic"].data, refused()["more than 15 MB"].data
    before = len(page.requests)
    page.page.set_input_files("[data-experiment=many] input[type=file]", [
        {"name": "a.heic", "mimeType": "application/octet-stream", "buffer": heic},
        {"name": "b.jpg", "mimeType": "image/jpeg", "buffer": heavy},
    ])  # fmt: skip
    page.page.locator("[data-experiment=many] .headline").wait_for()
    assert page.page.locator(".tile").count() == 2
    assert page.page.locator(".tile.broken").inner_text().endswith(WORDS("picture.too_many_bytes", limit=15))
    assert sum(each.url.endswith("/upload") for each in page.requests[before:]) == 1


def test_folder_is_refused_in_a_sentence(visit: Open) -> None:
    page = visit(before="Blob.prototype.arrayBuffer = async () => { throw new DOMException('', 'NotFoundError'); };")
    page.drop(b"", "")
    assert page.said() == WORDS("picture.not_a_picture")
    assert page.state == "idle"


def test_the_button_takes_a_file_also_while_another_one_travels(visit: Open, tmp_path: Path) -> None:
    page = visit()
    path = tmp_path / "coffee.png"
    path.write_bytes(photo("coffee"))
    slow: list[Route] = []
    page.page.route("**/upload?*", lambda route: slow.append(route), times=1)
    page.paste(photo("cheetah"))
    page.page.wait_for_selector("#picture input[type=file]", state="detached")
    page.page.on("filechooser", lambda chooser: None)
    with page.page.expect_file_chooser() as chooser:
        page.page.locator("#choose-file").click()
    with page.answering():
        chooser.value.set_files(path)
        slow[0].continue_()
    stays(page, "Espresso")


def test_the_newest_of_two_pictures_wins(visit: Open) -> None:
    page = visit()
    slow = bomb(6_000, 6_000)
    with page.answering():
        page.choose(slow, kind="image/png")
        page.paste(photo("coffee"))
    stays(page, "Espresso")
    assert "espresso" in page.page.locator("#viewer .read").inner_text().lower()


@pytest.mark.parametrize("first", ["upload", "example"])
def test_the_newest_wins_between_an_example_and_a_file(visit: Open, first: str) -> None:
    page = visit()
    with page.answering():
        if first == "upload":
            page.choose(bomb(6_000, 6_000), kind="image/png")
            page.tap(WORDS("examples.coffee"))
        else:
            page.tap(WORDS("examples.cheetah"))
            page.choose(photo("coffee"), kind="image/png")
    stays(page, "Espresso")
    assert "espresso" in page.page.locator("#viewer .read").inner_text().lower()


@pytest.mark.parametrize("newer", ["example", "file"])
def test_the_newest_wins_also_when_the_server_is_slow_to_let_go(visit: Open, newer: str) -> None:
    page = visit()
    held: list[Route] = []
    page.page.route("**/cancel", lambda route: held.append(route))
    page.choose(bomb(6_000, 6_000), kind="image/png")
    with page.page.expect_request("**/queue/join?*"):
        pass
    with page.answering():
        with page.page.expect_request("**/cancel"):
            if newer == "example":
                page.tap(WORDS("examples.coffee"))
            else:
                page.choose(photo("coffee"), kind="image/png")
        page.page.wait_for_timeout(400)
        held[0].continue_()
        page.page.unroute("**/cancel")
    stays(page, "Espresso")


def test_a_picture_given_while_another_one_travels_wins(visit: Open) -> None:
    page = visit()
    slow: list[Route] = []
    page.page.route("**/upload?*", lambda route: slow.append(route), times=1)
    page.paste(photo("cheetah"))
    page.page.wait_for_selector("#picture input[type=file]", state="detached")
    with page.answering():
        page.paste(photo("coffee"))
        slow[0].continue_()
    stays(page, "Espresso")


def stays(page: Visit, label: str) -> None:
    """Wait for an answer, and then for a late one that would replace it."""
    page.page.locator("#answer h1", has_text=label).wait_for()
    page.page.wait_for_timeout(LATE)
    page.page.wait_for_function("!('busy' in document.documentElement.dataset)")
    assert page.label == label


def test_a_picture_put_away_before_the_server_has_numbered_it_does_not_come_back(visit: Open) -> None:
    page = visit()
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    held: list[Route] = []
    page.page.route("**/queue/join?*", lambda route: held.append(route), times=1)
    with page.page.expect_request("**/queue/join?*"):
        page.choose(bomb(6_000, 6_000), kind="image/png")
    page.page.locator("#new-picture").click()
    page.page.wait_for_timeout(200)
    held[0].continue_()
    page.page.wait_for_timeout(LATE)
    assert (page.state, page.draws, page.errors) == ("idle", 1, [])
    page.answered(lambda: page.choose(photo("coffee"), kind="image/png"))
    assert page.label == "Espresso"
