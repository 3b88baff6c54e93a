"""A model that is chosen and is not here yet is on its way, and then it answers by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.server import started, wait_until_warm
from page.words import load
from tests.browser.conftest import Open
from tests.browser.visit import Visit
from tests.server import Server

WORDS = load()
FAR = str(Path(__file__).parent / "far_models.py")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("far")


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[Server]:
    with started((FAR, str(folder)), folder, "--engine", "torch") as server:
        wait_until_warm(server, "/healthz")
        yield server


@pytest.fixture
def far(host: Server, folder: Path) -> Iterator[Server]:
    """Each test has a model brought that no other has."""
    yield host
    for name in ("go", "fail"):
        (folder / name).unlink(missing_ok=True)


def choose(page: Visit, title: str) -> None:
    if not page.page.locator("#model").is_visible():
        page.open_more()
    page.page.locator("#model label", has_text=title).click()


def choose_far(page: Visit, title: str, megabytes: int) -> None:
    """One that is not here: its size is told, and it is asked for."""
    choose(page, title)
    page.page.get_by_text(WORDS("notes.download_first", model=title, megabytes=megabytes)).wait_for()
    page.page.get_by_role("button", name=WORDS("notes.download_yes")).click()


def chosen(page: Visit) -> str:
    return page.page.locator("#model input:checked").input_value()


def on_its_way(page: Visit, title: str) -> None:
    way = f"{WORDS('notes.download', model=title)} {WORDS('answer.percent', percent=12)}"
    page.page.get_by_role("status").filter(has_text=way).wait_for()


def test_the_picture_on_the_page_is_asked_about_once_the_model_has_come(visit: Open, far: Server, folder: Path) -> None:
    page = visit(url=far.url)
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    with page.answering():
        choose_far(page, "ResNet-18", 45)
        on_its_way(page, "ResNet-18")
        assert chosen(page) == "resnet18"
        (folder / "go").touch()
    assert chosen(page) == "resnet18"
    assert page.layers.count() == 5
    page.silent()


def test_whoever_asks_something_else_meanwhile_is_answered_and_left_alone(
    visit: Open, far: Server, folder: Path
) -> None:
    page, other = visit(url=far.url), visit(url=far.url)
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    choose_far(page, "ResNet-50", 98)
    on_its_way(page, "ResNet-50")
    other.answered(lambda: other.tap(WORDS("examples.coffee")))
    assert other.label == "Espresso"
    choose(page, "EfficientNet-Lite0")  # whose answer is on the page already, so that nothing is drawn
    page.page.wait_for_function("!('busy' in document.documentElement.dataset)")
    (folder / "go").touch()
    page.page.wait_for_timeout(1500)  # longer than it looks again
    assert (chosen(page), page.busy) == ("efficientnet_lite0", False)


def test_download_that_fails_is_told_and_the_model_that_answered_stays(visit: Open, far: Server, folder: Path) -> None:
    page = visit(url=far.url)
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    choose_far(page, "MobileNetV3-Large", 21)
    on_its_way(page, "MobileNetV3-Large")
    (folder / "fail").touch()
    (folder / "go").touch()
    page.page.locator(".toast-body", has_text=WORDS("model.download", title="MobileNetV3-Large")).first.wait_for()
    page.page.wait_for_function("document.querySelector('#model input:checked').value === 'efficientnet_lite0'")
    assert not page.busy


def test_a_tap_alone_brings_no_model(visit: Open, far: Server) -> None:
    page = visit(url=far.url)
    page.answered(lambda: page.tap(WORDS("examples.cheetah")))
    choose(page, "VGG-16")
    page.page.get_by_role("button", name=WORDS("notes.download_no")).click()
    assert (chosen(page), page.busy) == ("efficientnet_lite0", False)
    assert page.page.evaluate("fetch('fetching').then((answer) => answer.json())") == {}
