"""What the screen shows when nobody is there is what the model says about the examples, and nothing made up."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.labels import Label, Labels
from page.examples import Example
from page.kiosk.attract import Attract
from page.pictures.picture import Picture
from page.question import DEFAULT_LAYER, Question
from page.reply import as_map
from page.teaching.teaching import Teaching
from page.words import Words, speaking
from tests.page import fakes


def example(folder: Path, name: str, colour: tuple[int, int, int]) -> Example:
    path = folder / f"{name}.png"
    Image.new("RGB", (64, 48), colour).save(path)
    return Example(path, name, name)


def test_each_map_is_the_one_that_the_service_gives(words: Words, tmp_path: Path) -> None:
    examples = [example(tmp_path, "red", (255, 0, 0)), example(tmp_path, "blue", (0, 0, 255))]
    service = fakes.service(words)
    shown = Attract(service, examples).shown()
    assert [one["label"] for one in shown] == ["red", "blue"]
    for one, each in zip(shown, examples, strict=True):
        explanation = service.ask(each.open(), Question(layer=DEFAULT_LAYER)).explanation
        assert one["map"] == as_map(explanation.layers[0])
        assert one["percent"] == f"{explanation.answer.confidence:.0%}".replace("%", "\u00a0%")
        picture = Image.open(io.BytesIO(base64.b64decode(one["base"].partition(",")[2])))
        assert np.abs(np.asarray(picture).astype(int) - np.asarray(each.open().rgb)).max() <= 3


def test_examples_of_which_the_model_is_not_sure_are_left_out(words: Words, tmp_path: Path) -> None:
    grey, red = example(tmp_path, "grey", (9, 9, 9)), example(tmp_path, "red", (255, 0, 0))
    service = fakes.service(words, fakes.spec(source=fakes.Source(lambda: fakes.Colours(2))))
    assert [one["label"] for one in Attract(service, [grey, red]).shown()] == ["red"]
    assert len(Attract(service, [grey]).shown()) == 1, "something has to be shown"


def test_nobody_wonders_what_made_it_say_none_of_these(words: Words, tmp_path: Path) -> None:
    service = fakes.service(words)
    teaching = Teaching(service)
    visit = teaching.begin("", "1")
    for name, colour in (("Rose", (220, 30, 30)), ("Leaf", (30, 200, 30))):
        thing = visit.name_thing(None, name).number
        for shade in range(3):
            teaching.add(visit, thing, Picture(Image.new("RGB", (32, 32), (*colour[:2], 30 + 9 * shade))), "1")
    service.supply.default = visit.name
    blue, red = example(tmp_path, "blue", (0, 0, 255)), example(tmp_path, "red", (225, 35, 35))
    assert service.ask(blue.open(), Question(layer=DEFAULT_LAYER)).explanation.answer.label == "None of these"
    assert [one["label"] for one in Attract(service, [blue, red]).shown()] == ["Rose"]


def test_they_are_explained_once(words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = fakes.service(words)
    attract = Attract(service, [example(tmp_path, "red", (255, 0, 0))])
    first = attract.shown()
    monkeypatch.setattr(service, "ask", None)
    assert attract.shown() == first


def test_each_screen_reads_them_in_its_own_language(words: Words, tmp_path: Path) -> None:
    lion = fakes.Source(labels=Labels((Label("lion"), *fakes.NAMES[1:]), ((),) * len(fakes.NAMES)))
    attract = Attract(fakes.service(words, fakes.spec(source=lion)), [example(tmp_path, "red", (255, 0, 0))])
    assert attract.shown()[0]["label"] == "lion"
    with speaking("de"):
        assert attract.shown()[0]["label"] == "L\u00f6we"


def test_a_file_that_has_gone_does_not_keep_the_others_away(words: Words, tmp_path: Path) -> None:
    gone, red = example(tmp_path, "gone", (0, 0, 255)), example(tmp_path, "red", (255, 0, 0))
    gone.path.unlink()
    assert [one["label"] for one in Attract(fakes.service(words), [gone, red]).shown()] == ["red"]
