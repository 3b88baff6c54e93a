"""Models that are not here are brought beside every line, or told to be missing."""

import threading
from concurrent.futures import wait
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn

from explainer.engines.choice import Engines
from explainer.explain import UnknownMethod
from models.deliveries import OnItsWay
from models.download import DownloadFailed, Progress
from models.store import ClassifierStore
from models.weights import Network, WeightsBroken, WeightsOffline
from page.pictures.picture import Picture
from page.question import Question
from page.service import Service
from page.supply import NotHere, Supply
from page.words import Words
from tests.page import fakes


@dataclass(frozen=True)
class Sized(fakes.Source):
    megabytes: int = 98


def test_what_has_to_come_over_the_network_is_told_with_its_size(words: Words) -> None:
    near, far, bare = (
        fakes.spec("near", Sized()),
        fakes.spec("far", Sized(here=False)),
        fakes.spec("bare", fakes.Source(here=False)),  # of a kind that does not say its size
    )
    assert fakes.service(words, near, far, bare, model="near").supply.far() == {"far": 98}
    assert Supply(fakes.store(near, far), "near", downloads=False).far() == {}, "none is brought there"


RED = Picture(Image.new("RGB", (100, 80), (250, 10, 10)))


class Far:
    """Weights that come when `go` is set, and are here from then on."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.go, self.failure, self.here = threading.Event(), failure, False
        self.asked: list[bool] = []

    def available(self) -> bool:
        return self.here

    def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
        if self.here:
            return
        self.asked.append(offline)
        if offline:
            raise WeightsOffline("Far")
        if progress:
            progress(12, 100)
        assert self.go.wait(60)
        if self.failure:
            raise self.failure
        self.here = True

    def build(self) -> Network:
        return fakes.Source().build()

    def untrained(self) -> nn.Module:
        return fakes.Source().untrained()


def brought(service: Service) -> None:
    """Wait until no model is on its way."""
    wait([each.done for each in service.supply.deliveries._under_way.values()], 60)


def test_model_that_was_chosen_and_is_not_here_is_on_its_way_and_then_answers(words: Words) -> None:
    far = Far()
    service = fakes.service(words, fakes.spec(), fakes.spec("far", far))
    for _ in range(3):
        with pytest.raises(OnItsWay) as told:
            service.ask(RED, Question("far"))
        assert words.of(told.value) == words("model.on_its_way", title="Far", percent=12)
    assert service.supply.deliveries.shares == {"far": 0.12}
    assert service.ask(RED, Question()).explanation.answer.label == "red", "others are answered meanwhile"
    far.go.set()
    brought(service)
    assert service.ask(RED, Question("far")).explanation.classifier.spec.name == "far"
    assert far.asked == [False]


def test_download_that_fails_is_told_in_a_sentence_and_can_be_tried_again(words: Words) -> None:
    far = Far(DownloadFailed("Far", "status"))
    service = fakes.service(words, fakes.spec(), fakes.spec("far", far))
    service.supply.deliveries._told = 0
    with pytest.raises(OnItsWay):
        service.ask(RED, Question("far"))
    far.go.set()
    brought(service)
    with pytest.raises(DownloadFailed):
        service.ask(RED, Question("far"))
    far.failure = None
    assert service.ask(RED, Question("far")).explanation.classifier.spec.name == "far"


def test_file_that_is_damaged_is_brought_anew_beside_the_line(words: Words) -> None:
    far = Far()
    service = fakes.service(words, fakes.spec(), fakes.spec("far", far))
    far.available = lambda: True  # type: ignore[method-assign]  # there is a file, which is not whole
    with pytest.raises(OnItsWay):
        service.ask(RED, Question("far"))
    assert far.asked == [True, False]
    far.go.set()
    brought(service)
    assert service.ask(RED, Question("far")).explanation.classifier.spec.name == "far"


def test_where_visitors_bring_no_models_only_what_is_here_is_offered(words: Words) -> None:
    far, default = Far(), Far()
    store = fakes.store(fakes.spec("colours", default), fakes.spec("near"), fakes.spec("far", far))
    service = Service(store, Engines("torch", Path("unused"), threads=1), "colours", words, downloads=False)
    assert service.supply.offered() == ("colours", "near")
    with pytest.raises(NotHere) as told:
        service.ask(RED, Question("far"))
    assert words.of(told.value) == words("model.not_here", title="Far")
    assert far.asked == []
    default.go.set()
    service.readiness.reach()
    assert service.readiness.status == "ok", "the host chose this one"


def test_without_a_network_the_source_says_what_is_missing(words: Words) -> None:
    class Gone(Far):
        def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
            raise WeightsBroken("Gone")

    store = ClassifierStore(torch.device("cpu"), offline=True, catalogue={"gone": fakes.spec("gone", Gone())})
    service = Service(store, Engines("torch", Path("unused"), threads=1), "gone", words)
    for _ in range(2):
        with pytest.raises(WeightsBroken):
            service.ask(RED, Question())
    assert service.supply.deliveries.shares == {}


def test_unknown_method_brings_no_model(words: Words) -> None:
    far = Far()
    with pytest.raises(UnknownMethod):
        fakes.service(words, fakes.spec("far", far)).ask(RED, Question("far", None, "magic"))
    assert far.asked == []
