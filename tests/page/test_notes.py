"""The sentences that belong to an explanation, and no others."""

import pytest
from PIL import Image

from page.pictures.picture import Picture
from page.question import Question
from page.service import Service
from page.words import Words
from tests.page import fakes

RED = Picture(Image.new("RGB", (100, 80), (250, 10, 10)))


@pytest.fixture
def service(words: Words) -> Service:
    sure = fakes.spec("sure", fakes.Source(lambda: fakes.Colours(20)))
    return fakes.service(words, fakes.spec(), sure)


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
