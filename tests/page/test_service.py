"""A picture and a question go in; a reply with the sentences that belong to it comes out."""

from dataclasses import replace

import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from explainer.explain import NotFinite, UnknownMethod
from models.labels import UnknownTarget
from models.store import UnknownModel
from page import service as module
from page.pictures.picture import Picture
from page.question import NoPicture, Question
from page.service import Service
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


def test_numbers_out_of_range_are_a_problem(words: Words) -> None:
    lost = fakes.spec("lost", fakes.Source(Lost))
    with pytest.raises(NotFinite):
        fakes.service(words, lost, model="lost").ask(RED, Question())


def test_reply_of_another_device_than_the_usual_one_says_so(
    service: Service, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = service.ask(RED, Question("sure")).explanation
    monkeypatch.setattr(module, "explain_pixels", lambda *_, **__: (replace(real, device="meta"),))
    assert service.ask(RED, Question("sure")).notes == (words("notes.cpu"),)
