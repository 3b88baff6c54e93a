"""What the page is answered: all of it for a new picture, and for a further question only what it has not got."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import orjson
import pytest
from PIL import Image

from page.doors.intake import Upload
from page.experiments import Experiments
from page.handlers import Handlers
from page.pictures.picture import Limits, Picture
from page.words import Words
from tests.page import fakes

RED, BLUE = (Upload(Picture(Image.new("RGB", (90, 70), each)), Path("a"), 1.0) for each in ("#f00a0a", "#0a0af0"))
MODEL = "colours"


@pytest.fixture
def page(words: Words) -> Handlers:
    service = fakes.service(words)
    return Handlers(service, (), Experiments((), service, Limits()))


def read(answer: tuple[Any, ...]) -> list[Any]:
    """An answer as the browser reads it."""
    return list(orjson.loads(orjson.dumps(answer)))


def test_new_picture_comes_with_its_base_and_becomes_the_one_on_the_page(page: Handlers) -> None:
    view, answer, notes, shown, example, asked, model = page.picture(RED, MODEL, "gradcam")
    assert view["base"].startswith("data:image/jpeg;base64,")
    assert view["picture"] == RED.picture.name
    assert (shown, example, asked, model) == (RED, None, None, MODEL)
    assert answer["top"][0]["label"] == "red"
    assert isinstance(notes, str)


def test_further_question_about_the_drawn_picture_comes_without_its_base(page: Handlers) -> None:
    first, *_ = page.picture(RED, MODEL, "gradcam")
    view, answer, _, asked, model = read(page.question(RED, None, MODEL, "layercam", "blue", first["picture"]))
    assert view["base"] is None
    assert (view["picture"], view["label"], view["method"]) == (first["picture"], "blue", "LayerCAM")
    assert (answer["top"][0]["label"], asked, model) == ("red", "blue", MODEL)


@pytest.mark.parametrize("drawn", [None, "", BLUE.picture.name, "made up"])
def test_question_about_a_picture_that_is_not_drawn_comes_with_its_base(page: Handlers, drawn: str | None) -> None:
    whole, *_ = page.picture(RED, MODEL, "gradcam")
    view, *_ = read(page.question(RED, None, MODEL, "gradcam", None, drawn))
    assert view == whole


def test_another_models_way_of_drawing_gives_way_to_the_usual_one(page: Handlers) -> None:
    view, answer, *_ = read(page.question(RED, None, MODEL, "attention", None, None))
    assert view["method"] == "Grad-CAM"
    assert answer["drawing"]["attention"] is False


def test_tapped_answer_is_asked_about_and_anything_else_leaves_the_question_as_it_was(page: Handlers) -> None:
    def tapped(told: dict[str, Any]) -> str:
        event: Any = SimpleNamespace(_data=told)
        view, *_ = read(page.pick(RED, None, MODEL, "gradcam", "colours", RED.picture.name, event))
        return str(view["label"])

    assert tapped({"index": 2}) == "blue"
    assert tapped({"index": "2"}) == tapped({}) == "colours"


def test_nothing_is_asked_before_there_is_a_picture(page: Handlers) -> None:
    assert page.picture(None, MODEL, "gradcam") == gr.skip()
    assert page.question(None, None, MODEL, "gradcam", None, "") == gr.skip()
