"""What runs on a lent gpu comes back as if it had run here."""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from explainer.engines.choice import Engines
from models.deliveries import OnItsWay
from models.problems import Problem
from models.store import UnknownModel
from page.gpu import SECONDS, BorrowedGpu, Lost, lender
from page.pictures.picture import Picture
from page.pictures.together import Given
from page.place import Here
from page.question import Question
from page.service import Service
from page.words import Words
from tests.page import fakes

PLATFORM = Path(__file__).parents[1] / "deploy" / "platform"


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The stand-in for what ZeroGPU brings."""
    monkeypatch.setenv("SPACES_ZERO_GPU", "true")
    monkeypatch.syspath_prepend(str(PLATFORM))
    import spaces

    yield spaces
    del sys.modules["spaces"]


@pytest.fixture
def gpu(platform: Any) -> BorrowedGpu:
    lend = lender()
    assert lend
    return BorrowedGpu(lend)


def test_nothing_is_imported_or_lent_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PLATFORM))
    for value in ("", "false", "0"):
        monkeypatch.setenv("SPACES_ZERO_GPU", value)
        assert lender() is None
    assert "spaces" not in sys.modules
    assert not Here().lent
    assert Here().bring("pid", os.getpid) is os.getpid


def test_function_runs_in_the_process_that_has_the_gpu(gpu: BorrowedGpu, platform: Any) -> None:
    assert gpu.lent
    pid = gpu.bring("pid", os.getpid)
    assert platform.calls == []
    assert pid() not in (os.getpid(), None)
    assert platform.calls == [SECONDS]


def test_function_that_needs_another_borrows_once(gpu: BorrowedGpu, platform: Any) -> None:
    inner = gpu.bring("inner", lambda: os.getpid())
    outer = gpu.bring("outer", lambda: (os.getpid(), inner()))
    first, second = outer()
    assert first == second != os.getpid()
    assert len(platform.calls) == 1


def test_problem_comes_back_whole(gpu: BorrowedGpu) -> None:
    def refuse() -> None:
        raise UnknownModel("a", ("b", "c"))

    with pytest.raises(UnknownModel) as caught:
        gpu.bring("refuse", refuse)()
    assert caught.value.values == {"model": "a", "known": ("b", "c")}


def test_failure_comes_back_with_its_traceback_and_without_a_word_of_the_platform(gpu: BorrowedGpu) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(Lost, match="ZeroDivisionError") as caught:
        gpu.bring("fail", fail)()
    assert "ZeroGPU" not in str(caught.value)


def test_pictures_are_opened_where_it_is_known_whose_they_are(gpu: BorrowedGpu) -> None:
    class Shut(Problem):
        """Not to be opened."""

    def broken() -> None:
        raise Shut

    def opened(pictures: list[Any], named: str) -> list[Any]:
        def one(picture: Any) -> Any:
            try:
                return picture()
            except Problem as problem:
                return type(problem).__name__

        return [*map(one, pictures), named]

    globals()["Shut"] = Shut
    Shut.__qualname__ = "Shut"
    assert gpu.bring("opened", opened)([os.getpid, broken], named="a") == [os.getpid(), "Shut", "a"]


def test_page_borrows_for_visitors_alone_and_downloads_before_that(words: Words) -> None:
    order: list[str] = []

    def lend(function: Any) -> Any:
        def elsewhere(*given: Any) -> Any:
            order.append("borrowed")
            return function(*given)

        return elsewhere

    spec = fakes.spec(source=fakes.Source(fetching=lambda progress: order.append("fetched")))
    go = threading.Event()

    def bring(progress: Any) -> None:
        order.append("fetched")
        go.wait(60)

    far = fakes.spec("far", fakes.Source(fetching=bring, here=False))
    service = Service(
        fakes.store(spec, far), Engines("torch", Path("unused"), threads=1), "colours", words, BorrowedGpu(lend)
    )
    service.readiness.reach()
    assert (service.readiness.status, service.store.loaded(), set(order)) == ("ok", ("colours",), {"fetched"})
    order.clear()
    service.ask(Picture(Image.new("RGB", (9, 9))), Question())
    assert order == ["borrowed"]
    with pytest.raises(OnItsWay):
        service.ask(Picture(Image.new("RGB", (9, 9))), Question("far"))
    assert order == ["borrowed", "fetched"]
    go.set()


def test_same_file_is_opened_once_on_the_way_to_the_gpu(gpu: BorrowedGpu) -> None:
    opened: list[int] = []

    def opening() -> Picture:
        opened.append(1)
        return Picture(Image.new("RGB", (3, 2)))

    pictures = [Given("a", 6, opening) for _ in range(24)]
    sizes = gpu.bring("sizes", lambda given: [each().rgb.size for each in given])(pictures)
    assert (sizes, len(opened)) == ([(3, 2)] * 24, 1)
