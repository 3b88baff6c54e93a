"""Fooled behind the page: what is shown is what the model gets, and random noise is counted."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.fool import AlreadySo, OtherSize, WrongStrength
from explainer.experiments.one_word import NotOneWord
from explainer.explain import UnknownMethod
from models.labels import UnknownTarget
from page.experiments.fool import Fool, FoolStep
from page.experiments.fool.fool import magnified
from page.experiments.from_nothing import FromNothing
from page.experiments.from_nothing.from_nothing import NoWord, UnknownNothing, UnknownStrength
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words import Words
from tests.page import fakes

FAINT = np.full((32, 32, 3), 128, np.uint8)
FAINT[..., 0] += 5  # a grey that is a little more red than green
PICTURE = Picture(Image.fromarray(FAINT))


@pytest.fixture(scope="module")
def experiment(words: Words) -> Fool:
    return Fool(fakes.service(words, fakes.spec("colours", fakes.Source(lambda: fakes.Colours(100)))))


@pytest.fixture(scope="module")
def nothing(words: Words) -> FromNothing:
    return FromNothing(fakes.service(words, fakes.spec("colours", fakes.Source(lambda: fakes.Colours(100)))))


@pytest.fixture(scope="module")
def told(experiment: Fool) -> dict[str, Any]:
    return experiment.run(Picture(Image.new("RGB", (40, 40), (140, 130, 0))), "green")


def read(address: str) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("RGB"))


def test_the_picture_after_is_the_one_before_with_the_noise(told: dict[str, Any]) -> None:
    before, after = (read(told["pictures"][key]).astype(int) for key in ("before", "after"))
    assert np.abs(after - before).max() == told["moved"] <= told["strength"]
    assert told["before"]["label"] == "red"
    assert (told["reached"], told["after"]["label"]) == (True, "green")
    share = f"{round(100 * told['after']['share'])}\u00a0%"
    assert told["headline"] == f"To you it is still “red”. Now it says “green”: {share}."
    assert told["after"]["share"] >= 0.5
    assert told["share"] == pytest.approx(told["after"]["share"], abs=1e-4)
    assert f"{told['strength']} of 255" in told["bound"]


def test_random_noise_is_counted_in_words(told: dict[str, Any]) -> None:
    assert told["unmoved"] == 5
    assert told["control"].startswith("No.")
    assert "5 times" in told["control"]


def test_a_strength_that_is_too_weak_is_said_to_have_failed(experiment: Fool, told: dict[str, Any]) -> None:
    assert told["strength"] > 1
    weak = experiment.run(Picture(Image.new("RGB", (40, 40), (140, 130, 0))), "green", 1)
    assert (weak["reached"], weak["strength"], weak["least"], weak["faintest"]) == (False, 1, "", None)
    share = f"{round(100 * weak['after']['share'])}\u00a0%"
    assert weak["headline"] == f"It still says “red”: {share}."
    assert weak["no_proof"].startswith("We found no pattern for “green”.")


def test_the_stair_rises_and_its_faintest_says_the_word(told: dict[str, Any]) -> None:
    shares = [step["share"] for step in told["stair"]]
    assert shares == sorted(shares)
    assert [step["strength"] for step in told["stair"]] == list(range(1, 9))
    faintest = told["faintest"]
    assert faintest == next(step for step in told["stair"] if step["reached"])
    assert faintest["label"] == "green"
    assert told["least"].startswith(f"Strength {faintest['strength']}, the faintest that says “green”: ")
    assert told["strength"] == next(step["strength"] for step in told["stair"] if step["share"] >= 0.5)


def test_an_answer_that_is_barely_first_is_called_unsure(experiment: Fool) -> None:
    """Three of the fake's words stand on one level, so that none of them ever has half of the share."""
    barely = experiment.run(Picture(Image.new("RGB", (40, 40), (205, 100, 100))), "pale <b>")
    assert (barely["reached"], barely["strength"]) == (True, 8), "the strongest, since none has a half"
    assert "but it is not sure: 33" in barely["headline"]


def test_steps_lead_to_the_same_noise_which_can_be_shown_at_any_strength(
    experiment: Fool, told: dict[str, Any]
) -> None:
    step, picture = FoolStep(experiment.service), Picture(Image.new("RGB", (40, 40), (140, 130, 0)))
    noise, shares = None, []
    for strength in range(1, told["strength"] + 1):
        found = step.run(picture, "green", strength, noise)
        noise = Picture(Image.fromarray(read(found["noise"])))
        shares.append(found["share"])
    assert shares == pytest.approx([each["share"] for each in told["stair"][: len(shares)]], abs=1e-4)
    assert json.loads(json.dumps(found)) == found
    shown = experiment.run(picture, "green", told["strength"], noise=noise)
    assert shown["pictures"]["after"] == told["pictures"]["after"]
    assert shown["least"] == ""
    with pytest.raises(OtherSize):
        experiment.run(picture, "green", 2, noise=Picture(Image.new("RGB", (8, 8))))
    for named, problem in (({"strength": 9}, WrongStrength), ({"word": "red"}, AlreadySo)):
        with pytest.raises(problem):
            step.run(picture, **({"word": "green"} | named))
    with pytest.raises(NoPicture):
        step.run(None, "green")  # type: ignore[arg-type]


def test_magnified_noise_lies_around_grey() -> None:
    change = np.array([[[1, 0, -1]]], np.int16)
    assert np.asarray(magnified(change, 60)).tolist() == [[[188, 128, 68]]]


def test_results_are_plain_json(told: dict[str, Any], nothing: FromNothing) -> None:
    assert json.loads(json.dumps(told)) == told
    made = nothing.run("green")
    assert json.loads(json.dumps(made)) == made
    assert made["reached"]
    assert made["after"]["chosen"] >= 0.99
    assert "“green”" in made["headline"]
    assert (read(made["pictures"]["before"]) == 128).all()


def test_nothing_can_be_searched_strength_by_strength_and_goes_on_from_the_one_before(nothing: FromNothing) -> None:
    noise, chosen = None, []
    for strength in (4, 8, 16, 32, 64):
        found = nothing.run("green", strength=strength, noise=noise)
        assert found["strength"] == strength
        change = read(found["noise"]).astype(int) - 128
        assert 0 < np.abs(change).max() <= strength
        assert (read(found["pictures"]["after"]) - 128.0 == change).all(), "grey and the noise added up"
        chosen.append(found["after"]["chosen"])
        noise = Picture(Image.fromarray(read(found["noise"])))
        if found["reached"]:
            break
    assert found["reached"]
    assert chosen == sorted(chosen)
    with pytest.raises(OtherSize):
        nothing.run("green", strength=4, noise=Picture(Image.new("RGB", (8, 8))))


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ({"picture": None}, NoPicture),
        ({"word": "xyzzy"}, UnknownTarget),
        ({"word": "pale <b>"}, AlreadySo),
        ({"word": "colours"}, NotOneWord),
        ({"strength": 0}, WrongStrength),
        ({"strength": 9}, WrongStrength),
        ({"strength": 1.5}, WrongStrength),
        ({"strength": True}, WrongStrength),
        ({"strength": "strong"}, WrongStrength),
        ({"strength": float("nan")}, WrongStrength),
        ({"strength": float("inf")}, WrongStrength),
        ({"method": "other"}, UnknownMethod),
    ],
)
def test_what_can_not_be_is_refused(experiment: Fool, named: dict[str, Any], problem: type[Exception]) -> None:
    with pytest.raises(problem):
        experiment.run(**({"picture": PICTURE} | named))


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ({}, NoWord),
        ({"word": "red", "start": "snow"}, UnknownNothing),
        ({"word": "red", "strength": 5}, UnknownStrength),
        ({"word": "red", "strength": True}, UnknownStrength),
        ({"word": "red", "strength": "strong"}, UnknownStrength),
        ({"word": "colours"}, NotOneWord),
        ({"word": "xyzzy"}, UnknownTarget),
    ],
)
def test_nothing_without_a_word_or_a_start_is_refused(
    nothing: FromNothing, named: dict[str, Any], problem: type[Exception]
) -> None:
    with pytest.raises(problem):
        nothing.run(**named)
