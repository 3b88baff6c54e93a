"""The two doors to an experiment: the page's scripts, and the endpoints of the same names."""

import base64
import inspect
import io
import json
import re
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from PIL import Image

from models.labels import Label
from page.doors.intake import NotUploaded, Upload
from page.examples import Example, UnknownExample
from page.experiments import EXPERIMENTS, Experiment, Experiments
from page.experiments.experiment import UnknownExperiment
from page.experiments.frame import build_frame
from page.experiments.parameters import MaskPicture, OnePicture, Pictures, Text, parameters_of
from page.pictures.picture import BrokenPicture, Limits, NotAPicture, Picture, TooManyPixels
from page.pictures.together import TooManyTogether
from page.question import NoPicture
from page.reply import Json
from page.texts import LONGEST, TooLong
from page.words import Words, speaking
from tests.page import fakes

ROOT = Path(__file__).parents[3]
PICTURE = Picture(Image.new("RGB", (40, 30), (9, 9, 9)))


class Echo(Experiment):
    """Gives back what reached it."""

    name = "echo"

    def run(
        self, picture: OnePicture, mask: MaskPicture, others: Pictures = None, word: Text = None, model: Text = None
    ) -> Json:
        """Refuse without a picture."""
        if picture is None:
            raise NoPicture
        return {"picture": picture, "mask": mask, "others": others, "word": word, "model": model}


class Says(Experiment):
    """Says what a lion is called."""

    name = "says"

    def run(self) -> Json:
        """A label beside others, and in a sentence."""
        said = self.words("answer.back", label=Label("lion"))
        return {"label": Label("lion"), "all": [{"label": Label("tiger")}, "lion"], "grid": [0.5, 1.0], "said": said}


def test_page_gets_labels_in_the_visitors_language_and_programs_the_models_own(words: Words) -> None:
    experiments = Experiments((Says,), fakes.service(words), Limits())
    with speaking("de"):
        told = experiments.run("says", {}, PICTURE, "colours")
        answer = experiments.endpoint(experiments.all["says"])()
    assert told == {
        "label": "L\u00f6we",
        "all": [{"label": "Tiger"}, "lion"],
        "grid": [0.5, 1.0],
        "said": "Zur\u00fcck zu \u201eL\u00f6we\u201c",
    }
    assert (answer["label"], answer["all"][0]["label"]) == ("lion", "tiger")
    assert json.loads(json.dumps(answer["label"])) == "lion"


@pytest.fixture
def experiments(words: Words) -> Experiments:
    return Experiments((Echo,), fakes.service(words, fakes.spec(), fakes.spec("other")), Limits(10_000, 5_000))


def png(width: int = 20, height: int = 10) -> bytes:
    file = io.BytesIO()
    Image.new("L", (width, height), 255).save(file, "PNG")
    return file.getvalue()


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_script_gets_the_picture_and_the_model_of_the_page(experiments: Experiments) -> None:
    told = experiments.run("echo", {"word": "eyes"}, PICTURE, "colours")
    assert told == {"picture": PICTURE, "mask": None, "others": None, "word": "eyes", "model": "colours"}
    assert experiments.run("echo", {"model": "other"}, PICTURE, "colours")["model"] == "other"


def test_an_example_of_the_page_is_named_by_its_number(words: Words, tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    path.write_bytes(png(8, 9))
    experiments = Experiments((Echo,), fakes.service(words), Limits(), [Example(path, "One", "One")])
    (opened,) = experiments.run("echo", {"others": [{"example": 0}]}, PICTURE, "colours")["others"]
    assert opened().rgb.size == (8, 9)
    with pytest.raises(UnknownExample):
        experiments.run("echo", {"mask": {"example": 1}}, PICTURE, "colours")


def test_pictures_that_a_script_draws_arrive_decoded(experiments: Experiments) -> None:
    told = experiments.run("echo", {"mask": text(png()), "others": [text(png(8, 9))]}, PICTURE, "colours")
    assert (told["mask"].rgb.size, told["mask"].rgb.getpixel((0, 0))) == ((20, 10), (255, 255, 255))
    assert [each().rgb.size for each in told["others"]] == [(8, 9)]


def test_one_broken_picture_of_several_is_refused_only_when_it_is_opened(experiments: Experiments) -> None:
    told = experiments.run("echo", {"others": [text(png()), text(b"no"), {"path": "/etc/passwd"}]}, PICTURE, "colours")
    good, broken, foreign = told["others"]
    assert good().rgb.size == (20, 10)
    with pytest.raises(NotAPicture):
        broken()
    with pytest.raises(NotUploaded):
        foreign()


@pytest.mark.parametrize(
    ("mask", "problem"),
    [
        ("no base64!", BrokenPicture),
        (text(b"no picture"), NotAPicture),
        (text(png()[:40]), BrokenPicture),
        (text(png(100, 100)), TooManyPixels),
        ({"path": "/etc/passwd"}, NotUploaded),
        ({}, NotUploaded),
    ],
)
def test_bad_picture_of_a_script_is_refused(experiments: Experiments, mask: Any, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        experiments.run("echo", {"mask": mask}, PICTURE, "colours")


@pytest.mark.parametrize("word", ["w" * (LONGEST + 1), "\u0301" * 60_000, "\ufdfa " * 60_000])
def test_long_text_of_a_script_is_refused_and_a_long_picture_is_none(experiments: Experiments, word: Any) -> None:
    with pytest.raises(TooLong):
        experiments.run("echo", {"word": word}, PICTURE, "colours")
    drawn = text(png())
    assert len(drawn) < LONGEST < len(drawn + " " * LONGEST)
    with pytest.raises(BrokenPicture):  # not because it is long
        experiments.run("echo", {"mask": drawn + " " * LONGEST}, PICTURE, "colours")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("other", {}),
        (None, {}),
        ("echo", None),
        ("echo", []),
        ("echo", {"more": 1}),
        ("echo", {"word": ["w"] * LONGEST}),
        ([], {}),
    ],
)
def test_unknown_names_are_refused(experiments: Experiments, name: Any, values: Any) -> None:
    with pytest.raises(UnknownExperiment):
        experiments.run(name, values, PICTURE, "colours")


def test_endpoint_has_the_parameters_of_the_function(experiments: Experiments) -> None:
    endpoint = experiments.endpoint(experiments.all["echo"])
    assert list(inspect.signature(endpoint).parameters) == ["picture", "mask", "others", "word", "model"]
    assert inspect.signature(endpoint).parameters["word"].default is None


def test_endpoint_hands_on_decoded_pictures_and_says_problems_in_sentences(
    experiments: Experiments, words: Words, tmp_path: Any
) -> None:
    endpoint = experiments.endpoint(experiments.all["echo"])
    assert endpoint(Upload(PICTURE, tmp_path, 1.0), None, None, "w", None)["picture"] is PICTURE
    with pytest.raises(gr.Error) as refused:
        endpoint(None, None, None, None, None)
    assert refused.value.message == words("picture.none")


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda experiment: experiment.name)
def test_every_experiment_says_what_each_parameter_holds_and_has_words(
    experiment: type[Experiment], words: Words
) -> None:
    parameters = inspect.signature(experiment(fakes.service(words)).run).parameters
    assert list(parameters) == list(experiment.parameters())
    for name, parameter in parameters.items():
        assert parameter.default is None or name in ("picture", "pictures", "others", "mask"), name
    if experiment.card:
        assert {"card_title", "card_action", "limits"} <= set(words.section(experiment.name))


def test_parameter_that_does_not_say_what_it_holds_is_a_mistake_of_ours() -> None:
    def run(self: object, picture: OnePicture, word: str | None = None) -> None: ...

    with pytest.raises(TypeError, match="word"):
        parameters_of(run)


def grey(width: int, height: int, level: int = 0) -> str:
    file = io.BytesIO()
    Image.new("L", (width, height), level).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


def test_pixels_of_all_pictures_of_a_question_are_counted_before_one_is_opened(words: Words) -> None:
    experiments = Experiments((Echo,), fakes.service(words), Limits())
    one = Picture(Image.new("RGB", (3, 2)))
    with pytest.raises(TooManyTogether) as caught:
        experiments.run("echo", {"others": [grey(4000, 3000, level) for level in range(4)]}, one, "")
    assert caught.value.values == {"limit": 40, "megapixels": 48}
    same = [grey(4000, 3000)] * 24
    experiments.run("echo", {"others": same}, one, "")


@pytest.mark.parametrize("value", [[[[]]], {"a": 1}])
def test_nested_things_are_no_words(experiments: Experiments, value: Any) -> None:
    for name, values in (("echo", {"word": value}), (value, {})):
        with pytest.raises(UnknownExperiment):
            experiments.run(name, values, None, "")


# --- what its script is told ---


def test_the_page_carries_the_numbers_that_the_scripts_need(words: Words) -> None:
    every = Experiments(EXPERIMENTS, fakes.service(words), Limits(10_000, 5_000))
    with gr.Blocks():
        told = build_frame(words, every, None, "experiments").props["constants"]
    assert set(told) == set(every.all)
    assert told["many"] == {"most": 24}
    assert told["fool"] == {"weakest": 1, "strongest": 8, "half": 0.5, "enough": 0.95, "seconds": 20}
    strengths = [8, 16, 32, 64]
    assert told["from_nothing"] == {"starts": ["grey", "speckle"], "strengths": strengths, "seconds": 20}
    assert told["memory_card"] == {"most": 12, "most_letters": 200, "licences": ["private", "cc0", "cc-by"]}
    assert told["cover"]["fillings"] == ["blur", "grey", "paint"]
    assert told["two_heads"] == {}
    json.dumps(told)  # as it travels


def test_a_script_uses_only_numbers_that_it_is_told(words: Words) -> None:
    every = Experiments(EXPERIMENTS, fakes.service(words), Limits(10_000, 5_000))
    for name, experiment in every.all.items():
        folder = ROOT / "page" / "experiments" / name
        script = " ".join(path.read_text(encoding="utf-8") for path in folder.glob("*.js"))
        used = set(re.findall(r"\bconstants\.(\w+)", script))
        for names in re.findall(r"const \{ ([\w, ]+) \} = constants;|let \{ ([\w, ]+) \} = constants;", script):
            used |= {each.strip() for each in "".join(names).split(",")}
        assert used == set(experiment.constants()), name
