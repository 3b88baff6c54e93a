"""A picture and a question go in; a reply with the sentences that belong to it comes out."""

import json
import logging
import threading
from concurrent.futures import wait
from pathlib import Path

import pytest
import torch
from PIL import Image
from starlette.requests import Request
from torch import Tensor, nn

from explainer.engines.choice import Engines
from explainer.explain import NotFinite, UnknownMethod
from models.deliveries import OnItsWay
from models.download import DownloadFailed, Progress
from models.labels import UnknownTarget
from models.store import ClassifierStore, UnknownModel
from models.weights import Network, WeightsBroken, WeightsOffline
from page.health import Health
from page.pictures.picture import Picture
from page.service import NoPicture, NotHere, Question, Service, sureness
from page.words import Words
from tests.page import fakes

RED = Picture(Image.new("RGB", (100, 80), (250, 10, 10)))


class Lost(nn.Module):
    """A model whose numbers ran out of range."""

    def __init__(self) -> None:
        super().__init__()
        self.early, self.late = nn.AvgPool2d(2), nn.AvgPool2d(4)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.late(self.early(inputs)).mean(dim=(1, 2, 3)).unsqueeze(1).repeat(1, 6) * torch.nan


@pytest.fixture
def service(words: Words) -> Service:
    sure = fakes.spec("sure", fakes.Source(lambda: fakes.Colours(20)))
    return fakes.service(words, fakes.spec(), sure)


def test_question_without_words_gets_the_defaults(service: Service) -> None:
    explanation = service.ask(RED, Question()).explanation
    assert explanation.classifier.spec.name == "colours"
    assert explanation.method == "gradcam"
    assert explanation.target.indices == (explanation.answer.index,) == (0,)


def test_question_reaches_the_explainer(service: Service) -> None:
    explanation = service.ask(RED, Question("sure", "colours", "hirescam")).explanation
    assert explanation.classifier.spec.name == "sure"
    assert (explanation.method, explanation.target.indices) == ("hirescam", (0, 1, 2))


@pytest.mark.parametrize("target", [2, "2", "blue", "BLUE"])
def test_class_zero_and_others_may_be_asked_for(service: Service, target: str | int) -> None:
    assert service.ask(RED, Question(target=target)).explanation.target.index == 2
    assert service.ask(RED, Question(target=0)).explanation.target.index == 0


def test_no_picture_is_a_problem(service: Service) -> None:
    with pytest.raises(NoPicture):
        service.ask(None, Question())


def test_unknown_names_are_problems(service: Service) -> None:
    with pytest.raises(UnknownModel):
        service.ask(RED, Question(model="vgg16"))
    with pytest.raises(UnknownTarget):
        service.ask(RED, Question(target="zebra"))


def test_unknown_method_loads_no_model(service: Service) -> None:
    with pytest.raises(UnknownMethod):
        service.ask(RED, Question(method="guess"))
    assert service.store.loaded() == ()


def test_picture_of_its_own_colour_makes_the_model_sure(service: Service, words: Words) -> None:
    sure, unsure = (service.ask(RED, Question(model)) for model in ("sure", "colours"))
    assert sure.explanation.answer.confidence > 0.99
    assert sure.notes == ()
    assert unsure.notes == (words("notes.low", classes="6"),)


def test_small_picture_is_noted(service: Service, words: Words) -> None:
    for size, noted in (((63, 500), True), ((500, 63), True), ((64, 64), False)):
        reply = service.ask(Picture(Image.new("RGB", size, (250, 0, 0))), Question("sure"))
        sentence = words("notes.small", width=size[0], height=size[1])
        assert (sentence in reply.notes) == noted


def test_empty_map_is_noted_with_what_was_asked(service: Service, words: Words) -> None:
    reply = service.ask(RED, Question("sure", "blue"))
    assert reply.explanation.layer("late").maximum == 0
    assert words("notes.nothing", label="blue") in reply.notes


def test_slower_way_is_noted(service: Service, words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from page import service as module

    real = service.ask(RED, Question("sure")).explanation
    monkeypatch.setattr(module, "explain", lambda *_, **__: replace(real, device=torch.device("meta")))
    assert service.ask(RED, Question("sure")).notes == (words("notes.cpu"),)


def test_numbers_out_of_range_are_a_problem(words: Words) -> None:
    lost = fakes.spec("lost", fakes.Source(Lost))
    with pytest.raises(NotFinite):
        fakes.service(words, lost, model="lost").ask(RED, Question())


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
    wait([each.done for each in service.deliveries._under_way.values()], 60)


def test_model_that_was_chosen_and_is_not_here_is_on_its_way_and_then_answers(words: Words) -> None:
    far = Far()
    service = fakes.service(words, fakes.spec(), fakes.spec("far", far))
    for _ in range(3):
        with pytest.raises(OnItsWay) as told:
            service.ask(RED, Question("far"))
        assert words.of(told.value) == words("model.on_its_way", title="Far", percent=12)
    assert service.deliveries.shares == {"far": 0.12}
    assert service.ask(RED, Question()).explanation.answer.label == "red", "others are answered meanwhile"
    far.go.set()
    brought(service)
    assert service.ask(RED, Question("far")).explanation.classifier.spec.name == "far"
    assert far.asked == [False]


def test_download_that_fails_is_told_in_a_sentence_and_can_be_tried_again(words: Words) -> None:
    far = Far(DownloadFailed("Far", "status"))
    service = fakes.service(words, fakes.spec(), fakes.spec("far", far))
    service.deliveries._told = 0
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
    assert service.offered() == ("colours", "near")
    with pytest.raises(NotHere) as told:
        service.ask(RED, Question("far"))
    assert words.of(told.value) == words("model.not_here", title="Far")
    assert far.asked == []
    default.go.set()
    service.warm()
    assert service.status == "ok", "the host chose this one"


def test_without_a_network_the_source_says_what_is_missing(words: Words) -> None:
    class Gone(Far):
        def fetch(self, progress: Progress | None = None, offline: bool = False) -> None:
            raise WeightsBroken("Gone")

    store = ClassifierStore(torch.device("cpu"), offline=True, catalogue={"gone": fakes.spec("gone", Gone())})
    service = Service(store, Engines("torch", Path("unused"), threads=1), "gone", words)
    for _ in range(2):
        with pytest.raises(WeightsBroken):
            service.ask(RED, Question())
    assert service.deliveries.shares == {}


def test_unknown_method_brings_no_model(words: Words) -> None:
    far = Far()
    with pytest.raises(UnknownMethod):
        fakes.service(words, fakes.spec("far", far)).ask(RED, Question("far", None, "magic"))
    assert far.asked == []


@pytest.mark.parametrize(
    ("confidence", "key"),
    [
        (0, "not_sure"),
        (0.3999, "not_sure"),
        (0.4, "fairly_sure"),
        (0.7999, "fairly_sure"),
        (0.8, "very_sure"),
        (1, "very_sure"),
    ],
)
def test_confidence_in_words(confidence: float, key: str, words: Words) -> None:
    assert sureness(confidence) == key
    assert f"answer.{key}" in words


# --- health ---


def health(service: Service) -> tuple[int, dict[str, str]]:
    response = Health(service, Path("unused"), int).healthz(Request({"type": "http"}))
    return response.status_code, json.loads(response.body)


def test_health_is_503_until_the_default_model_is_warm(service: Service) -> None:
    status, body = health(service)
    assert (status, body["status"], body["model"]) == (503, "starting", "colours")
    service.warm()
    status, body = health(service)
    assert (status, body["status"], body["device"]) == (200, "ok", "cpu")
    assert service.store.loaded() == ("colours",)


def test_health_stays_503_when_the_default_model_fails(words: Words, caplog: pytest.LogCaptureFixture) -> None:
    def fail(progress: Progress | None) -> None:
        raise OSError("disk full")

    service = fakes.service(words, fakes.spec("broken", fakes.Source(fetching=fail)), model="broken")
    with caplog.at_level(logging.ERROR, "seewhy"):
        service.warm()
    status, body = health(service)
    assert (status, body["status"]) == (503, "failed")
    assert "disk full" in caplog.text
