"""A host's own network of two classes on the page: several tests in its own words, and to other models and back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from playwright.sync_api import FilePayload

from models.catalogue import DEFAULT, built_in
from models.own.adding import Wishes, add
from page.words import load
from tests.browser.conftest import Open
from tests.browser.test_far_models import choose, chosen
from tests.browser.visit import Visit, photo
from tests.pets import cat_or_dog
from tests.server import Server, running

WORDS = load()


def transformer(folder: Path) -> None:
    """One that has learned nothing; its ways of drawing are what counts."""
    from timm import create_model

    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = create_model("vit_tiny_patch16_224", num_classes=2, depth=12)
    torch.save(network.state_dict(), folder / "net.pth")
    wishes = Wishes("tokens", "Our tokens", "timm/vit_tiny_patch16_224", ("reed", "rush"))
    add(folder / "net.pth", folder / "own", wishes, tuple(built_in()), folder, lambda line: None)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("host")
    cat_or_dog(folder)
    transformer(folder)
    flags = ("--models", str(folder / "own"), "--model", "pets", "--engine", "torch")
    with running(folder, *flags) as server:
        yield server


def start(visit: Open, host: Server, size: str = "desk") -> Visit:
    page = visit(size, url=host.url)
    page.answered(lambda: page.choose(photo("cat"), kind="image/png"))
    assert page.label == "Moggy"
    return page


def ways(page: Visit) -> list[str]:
    return page.page.locator("#method label:visible").all_inner_texts()


def test_which_of_two_asks_about_its_own_two_words(visit: Open, host: Server) -> None:
    page = start(visit, host)
    page.open_test("dog_or_cat")
    page.asked()
    headline = page.page.locator(".headline").inner_text()
    assert headline.startswith("Moggy: ")
    assert "Hound: " in headline
    assert page.page.locator(".experiment figure").count() == 3
    assert not page.page.get_by_text("other words").is_visible(), "there are none"
    assert not page.page.get_by_text("Ask about two other things").is_visible()


def test_covering_its_brightest_part_compares_its_own_word(visit: Open, host: Server) -> None:
    page = start(visit, host, "phone")
    page.open_test("cover")
    page.page.get_by_role("button", name="Cover it up").click()
    headline = page.page.locator(".headline")
    headline.wait_for()
    assert headline.inner_text().count("%") == 2
    assert "oggy" in page.page.inner_text(".experiment")
    assert page.overflow() <= 0


def test_it_is_fooled_into_its_other_word(visit: Open, host: Server) -> None:
    page = start(visit, host)
    page.open_test("fool")
    page.page.get_by_role("button", name="Hound", exact=True).wait_for()
    page.page.get_by_role("button", name="Fool it").click()
    page.page.locator(".sum").wait_for()
    assert "hound" in page.page.inner_text(".experiment").lower()
    assert "teapot" not in page.page.inner_text("main").lower(), "no word of another model"


def test_its_squares_add_up_to_its_score(visit: Open, host: Server) -> None:
    page = start(visit, host)
    page.open_test("honest_grid")
    page.page.get_by_role("button", name="only a sum").click()
    assert page.page.locator(".experiment td").count() == 49
    assert "oggy" in page.page.inner_text(".experiment")


def test_many_pictures_are_counted_by_its_words(visit: Open, host: Server) -> None:
    page = start(visit, host, "phone")
    page.open_test("many")
    files: list[FilePayload] = [
        {"name": f"{word}.jpg", "mimeType": "image/jpeg", "buffer": photo(word)} for word in ("cat", "cheetah", "lion")
    ]
    page.page.set_input_files("[data-experiment=many] input[type=file]", files)
    page.page.locator(".headline").wait_for()
    told = page.page.inner_text(".experiment").lower()
    assert "moggy" in told
    assert page.page.locator(".tile").count() == 3
    assert page.overflow() <= 0


def test_to_the_bundled_model_and_back_each_has_its_own_words(visit: Open, host: Server) -> None:
    page = start(visit, host)
    page.answered(lambda: choose(page, "EfficientNet-Lite0"))
    assert chosen(page) == DEFAULT
    assert "cat" in page.label.lower()
    page.page.locator("#target input").click()
    assert "dogs" in page.page.locator("#target [role=listbox], #target ul").first.inner_text().lower()
    page.page.keyboard.press("Escape")
    page.answered(lambda: choose(page, "Our pets"))
    assert (chosen(page), page.label) == ("pets", "Moggy")
    page.answered(lambda: page.ask("hound"))
    assert "hound" in page.page.locator("#answer").inner_text().lower()
    page.silent()


def test_a_transformers_way_of_drawing_comes_and_goes_with_it(visit: Open, host: Server) -> None:
    page = start(visit, host)
    page.open_more()
    assert "Attention" not in ways(page)
    page.answered(lambda: choose(page, "Our tokens"))
    assert ways(page)[-1] == "Attention"
    page.answered(lambda: page.page.locator("#method label", has_text="Attention").click())
    page.page.locator("#method input[value=attention]:checked").wait_for(state="attached")
    page.answered(lambda: choose(page, "Our pets"))
    page.page.locator("#method input[value=gradcam]:checked").wait_for(state="attached")
    assert len(ways(page)) == 5
    assert page.label == "Moggy"
    page.silent()
