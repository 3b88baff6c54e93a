"""A reply becomes what programs read, what the viewer draws, and what the answer's block writes."""

import base64
import io
import json
from dataclasses import replace

import numpy as np
import orjson
import pytest
from gradio_client.utils import traverse
from PIL import Image

from explainer.explain import Answer, Explanation
from models.labels import Contrast, Label
from page.confidence import percent
from page.pictures.picture import Picture
from page.question import Question
from page.reply import _own_word, as_answer, as_json, as_piece, as_view
from page.service import Reply, Service
from page.words import Words, speaking
from tests.page import fakes

HALF = Image.new("RGB", (160, 80), (10, 10, 250))
HALF.paste((250, 10, 10), (40, 0, 80, 80))  # of the square that is seen, the left half is red


@pytest.fixture
def service(words: Words) -> Service:
    return fakes.service(words)


@pytest.fixture
def reply(service: Service) -> Reply:
    return service.ask(Picture(HALF), Question(target="red"))


def with_confidence(reply: Reply, confidence: float) -> Reply:
    top = (replace(reply.explanation.answer, confidence=confidence), *reply.explanation.top[1:])
    return replace(reply, explanation=replace(reply.explanation, top=top))


def test_json_holds_nothing_that_json_cannot(reply: Reply) -> None:
    assert json.loads(json.dumps(as_json(reply, 4.123), allow_nan=False))["milliseconds"]["decode"] == 4.1


def test_piece_is_written_as_what_it_is_made_of_and_nobody_walks_through_it(reply: Reply) -> None:
    said = as_json(reply, 4.1)
    piece = as_piece(said)
    assert traverse([piece], str, lambda found: isinstance(found, float))[0] is piece
    assert json.loads(orjson.dumps({"data": [piece]})) == {"data": [said]}


def test_json_grid_runs_row_by_row(reply: Reply) -> None:
    for layer, said in zip(reply.explanation.layers, as_json(reply, 0)["layers"], strict=True):
        grid = np.array(said["grid"]).reshape(said["height"], said["width"])
        assert np.abs(grid - layer.grid).max() <= 1e-5
        assert (said["name"], said["maximum"]) == (layer.name, layer.maximum)
        assert grid[:, : said["width"] // 2].min() > grid[:, said["width"] // 2 :].max()  # red lies on the left


def test_json_titles_layers_as_the_catalogue_does(reply: Reply) -> None:
    said = as_json(reply, 0)
    assert [layer["title"] for layer in said["layers"]] == ["Edges", "Whole things"]
    assert said["default_layer"] == "late"
    assert said["seen"] == {"x": 0.25, "y": 0, "width": 0.5, "height": 1}


def test_view_carries_the_picture_and_grids_in_steps_too_fine_to_see(reply: Reply, words: Words) -> None:
    view = as_view(reply, Picture(HALF), words)
    kind, _, data = view["base"].partition(",")
    assert kind == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert image.size == HALF.size
    for layer, drawn in zip(reply.explanation.layers, view["layers"], strict=True):
        cells = np.frombuffer(base64.b64decode(drawn["grid"]), "<u2").reshape(drawn["height"], drawn["width"])
        assert np.abs(cells / 65535 - layer.grid).max() <= 1 / 65535
    assert view["seen"] == [0.25, 0, 0.5, 1]
    assert (view["label"], view["method"], view["model"]) == ("red", "Grad-CAM", "Colours")
    assert view["default_layer"] in [layer["name"] for layer in view["layers"]]
    json.dumps(view, allow_nan=False)


def test_view_of_a_picture_that_is_drawn_already_leaves_it_out_and_nothing_else(reply: Reply, words: Words) -> None:
    whole = as_view(reply, Picture(HALF), words)
    again = as_view(reply, Picture(HALF.copy()), words, whole["picture"])
    assert again == whole | {"base": None}
    for other in (None, "", as_view(reply, Picture(HALF.rotate(90)), words)["picture"]):
        assert as_view(reply, Picture(HALF), words, other) == whole


def test_grid_that_is_not_square_keeps_its_sides(reply: Reply, words: Words) -> None:
    layer = replace(reply.explanation.layers[0], grid=np.array([[0, 0.5, 1]], np.float32))
    wide = replace(reply, explanation=replace(reply.explanation, layers=(layer,)))
    said, view = as_json(wide, 0)["layers"][0], as_view(wide, Picture(HALF), words)["layers"][0]
    assert (said["width"], said["height"], said["grid"]) == (3, 1, [0, 0.5, 1])
    assert (view["width"], view["height"]) == (3, 1)


def test_answer_lists_five_with_percents(reply: Reply, words: Words) -> None:
    said = as_answer(reply, words)
    assert len(said["top"]) == 5
    assert all(each["percent"] == percent(each["confidence"], words) for each in said["top"])
    json.dumps(said, allow_nan=False)


def test_map_for_the_first_answer_says_nothing_more(service: Service, words: Words) -> None:
    said = as_answer(service.ask(Picture(HALF), Question()), words)
    assert said["asked"] == ""
    assert said["index"] == said["top"][0]["index"]


def test_map_for_another_class_says_so(service: Service, words: Words) -> None:
    reply = service.ask(Picture(HALF), Question(target="odd"))
    share = percent(reply.explanation.target_confidence, words)
    assert as_answer(reply, words)["asked"] == words("answer.asked", label="odd", percent=share)
    assert as_answer(reply, words)["index"] == 5


def test_map_for_a_group_or_a_contrast_says_so_and_marks_no_answer(service: Service, words: Words) -> None:
    group = as_answer(service.ask(Picture(HALF), Question(target="colours")), words)
    contrast = as_answer(service.ask(Picture(HALF), Question(target="red rather than blue")), words)
    assert (group["index"], contrast["index"]) == (None, None)
    assert "colours" in group["asked"]
    assert contrast["asked"] == words("answer.asked_contrast", label="red rather than blue")


@pytest.mark.parametrize(("confidence", "key"), [(0.1, "not_sure"), (0.5, "fairly_sure"), (0.9, "very_sure")])
def test_answer_says_how_sure_the_model_is(reply: Reply, words: Words, confidence: float, key: str) -> None:
    assert as_answer(with_confidence(reply, confidence), words)["sure"] == words(f"answer.{key}")


def test_label_with_markup_stays_as_it_is(service: Service, words: Words) -> None:
    reply = service.ask(Picture(HALF), Question(target="pale <b> rather than red"))
    assert "pale <b>" in as_answer(reply, words)["asked"]  # the browser puts it in as text
    assert as_json(reply, 0)["target"]["label"] == "pale <b> rather than red"


def test_explanation_of_a_few_classes_has_few_answers(reply: Reply, words: Words) -> None:
    few: Explanation = replace(reply.explanation, top=(Answer(0, "red", 1.0),))
    assert len(as_json(replace(reply, explanation=few), 0)["top"]) == 1
    assert len(as_answer(replace(reply, explanation=few), words)["top"]) == 1


def test_what_may_be_none_of_its_words_gets_three_words_and_no_percentage(words: Words) -> None:
    reply = fakes.limited(words, -1).ask(Picture(HALF), Question(target="odd"))
    said, view, told = as_answer(reply, words), as_view(reply, Picture(HALF), words), as_json(reply, 0)
    assert said["outside"] == {
        "headline": words("outside.headline"),
        "lead": words("outside.lead", classes="6"),
        "nearest": 3,
    }
    assert said["asked"] == words("answer.asked_contrast", label="odd")
    assert (view["outside"], view["percent"]) == (True, "")
    assert told["outside"]["called"]
    assert told["outside"]["nearest"] == [each["label"] for each in told["top"][:3]]
    assert told["notes"][0] == words("outside.headline")
    assert words("notes.low", classes="6") not in told["notes"]


def test_the_view_of_any_other_picture_carries_the_figures_of_the_bound(words: Words) -> None:
    reply = fakes.limited(words, 1e6).ask(Picture(HALF), Question())
    view, told = as_view(reply, Picture(HALF), words), as_json(reply, 0)
    assert view["outside"] is False
    assert view["rates"] == {
        "score": round(told["outside"]["score"], 1), "limit": 1e6, "count": 100, "tried": 50, "alarms": 2, "all": 50,
        "caught": 45, "own": 0,
    }  # fmt: skip
    assert view["percent"] == percent(told["confidence"], words)
    assert as_answer(reply, words)["outside"] is None


def test_nothing_is_said_without_a_bound(words: Words) -> None:
    reply = fakes.limited(words, None).ask(Picture(HALF), Question())
    assert as_json(reply, 0)["outside"] is None
    assert as_view(reply, Picture(HALF), words)["rates"] is None
    assert as_answer(reply, words)["outside"] is None


def test_one_layer_is_enough_to_judge_a_picture(words: Words) -> None:
    """The layers of the bound are looked at, whichever is asked for."""
    whole, one = (
        as_json(fakes.limited(words, -1).ask(Picture(HALF), Question(layer=each)), 0) for each in (None, "late")
    )
    assert one["outside"] == whole["outside"]
    assert one["outside"]["called"]


@pytest.mark.parametrize(
    ("language", "label", "said"),
    [
        ("de", Label("miniature poodle"), "Zwergpudel hei\u00dft beim Modell \u201eminiature poodle\u201c."),
        ("de", Label("golden retriever"), ""),  # the same word
        ("de", "miniature poodle", ""),  # of a model with words of its own
        ("en", Label("miniature poodle"), ""),
        ("es", Contrast("dogs rather than cats"), "\u00abperros antes que gatos\u00bb"),
    ],
)
def test_another_word_than_the_models_is_told_with_the_models(
    words: Words, language: str, label: str, said: str
) -> None:
    with speaking(language):
        assert said in _own_word(label, words)
        assert bool(said) == bool(_own_word(label, words))
