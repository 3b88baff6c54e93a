"""A map on trial behind the page: bars, a verdict in words, and curves for those who ask."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.try_map import Passed
from explainer.explain import UnknownMethod
from explainer.methods import METHODS
from models.labels import UnknownTarget
from models.store import UnknownModel
from page.confidence import percent
from page.experiments.try_map import TryMap
from page.experiments.try_map.try_map import NotYesOrNo
from page.pictures.picture import Picture
from page.question import NoPicture, UnknownLayer
from page.words import Words
from tests.page import fakes

# Dark, with a red square at its upper left: only there is what the fake calls red.
PIXELS = np.full((32, 32, 3), 10, np.uint8)
PIXELS[:12, :12] = (255, 0, 0)
PICTURE = Picture(Image.fromarray(PIXELS))


@pytest.fixture(scope="module")
def try_map(words: Words) -> TryMap:
    return TryMap(fakes.service(words, fakes.spec("colours", fakes.Source(lambda: fakes.Colours(20)))))


@pytest.fixture(scope="module")
def told(try_map: TryMap) -> dict[str, Any]:
    return try_map.run(PICTURE, target="red", curves=True)


def test_hiding_the_red_hurts_red_most_and_the_map_passes(told: dict[str, Any], words: Words) -> None:
    assert told["hottest"] < told["random"] < told["before"]
    assert told["hottest"] < told["middle"]
    assert told["random"] == pytest.approx(np.mean(told["draws"]))
    assert (told["verdict"], told["headline"]) == ("passed", words("try_map.passed"))


def test_numbers_are_said_as_the_page_rounds_them(told: dict[str, Any], words: Words) -> None:
    for key in ("before", "hottest", "middle"):
        assert percent(told[key], words) in told["numbers"]
    assert told["numbers"].startswith("“red”")


def test_how_often_maps_pass_is_said_only_where_it_was_measured(
    try_map: TryMap, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told["proof"] == "", "nobody tried it with the fake"
    measured = {("colours", "gradcam", "late"): Passed(own=2, another=1, of=3)}
    monkeypatch.setattr("explainer.experiments.try_map.PASSED", measured)
    assert "with 3 photos" in try_map.run(PICTURE, target="red")["proof"]
    for other in ({"method": "layercam"}, {"layer": "early"}, {"target": "colours"}):
        assert try_map.run(PICTURE, **{"target": "red", **other})["proof"] == ""


def test_curves_end_where_the_trial_began(told: dict[str, Any], try_map: TryMap) -> None:
    curves = told["curves"]
    assert curves["deletion"][0] == pytest.approx(told["before"])
    assert curves["insertion"][-1] == pytest.approx(told["before"])
    assert 0 < curves["deletion_area"] < curves["insertion_area"] < 1
    assert try_map.run(PICTURE, target="red")["curves"] is None


def test_each_method_has_the_verdict_that_it_has_when_it_is_asked_alone(try_map: TryMap, words: Words) -> None:
    told = try_map.run(PICTURE, target="red", methods=True)["methods"]
    assert [each["method"] for each in told] == list(METHODS)
    for each in told:
        assert each["verdict"] == try_map.run(PICTURE, target="red", method=each["method"])["verdict"]
        assert each["title"] == METHODS[each["method"]].title
        assert each["word"] == words(f"try_map.word_{each['verdict']}")
    assert try_map.run(PICTURE, target="red")["methods"] is None


def test_pictures_are_what_the_model_got(told: dict[str, Any]) -> None:
    hottest, _, coldest, middle = (
        np.asarray(Image.open(io.BytesIO(base64.b64decode(each.partition(",")[2])))).astype(int)
        for each in told["pictures"]
    )
    assert hottest.shape == (fakes.SIDE, fakes.SIDE, 3)
    assert hottest[4, 4, 0] < 230 < coldest[4, 4, 0], "the red square is hidden in the first picture alone"
    assert np.ptp(coldest[10:20, 10:20]) > np.ptp(middle[10:20, 10:20]), "what is in the middle is blurred in the last"


def test_a_map_without_any_place_does_not_pass(try_map: TryMap, words: Words) -> None:
    even = try_map.run(Picture(Image.new("RGB", (32, 32), (200, 10, 10))), target="red")
    assert even["headline"] == words("try_map.flat")
    assert "did not pass" in even["headline"]


def test_the_result_is_plain_json(told: dict[str, Any]) -> None:
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize(
    ("named", "problem"),
    [
        ({"picture": None}, NoPicture),
        ({"model": "other"}, UnknownModel),
        ({"model": ["other"]}, UnknownModel),
        ({"target": "xyzzy"}, UnknownTarget),
        ({"method": "other"}, UnknownMethod),
        ({"method": ["gradcam"]}, UnknownMethod),
        ({"layer": "other"}, UnknownLayer),
        ({"curves": "many"}, NotYesOrNo),
        ({"methods": "many"}, NotYesOrNo),
    ],
)
def test_what_is_not_there_is_refused(try_map: TryMap, named: dict[str, Any], problem: type[Exception]) -> None:
    with pytest.raises(problem):
        try_map.run(**({"picture": PICTURE} | named))
