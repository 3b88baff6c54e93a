"""The same picture at every layer, in two ways of drawing, or in two models, and how far they agree."""

import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.explain import UnknownMethod
from models.download import DownloadFailed, Progress
from page.experiments.two_heads import TwoHeads
from page.experiments.two_heads.two_heads import OneHead, UnknownComparison
from page.pictures.picture import Picture
from page.words import Words
from tests.page import fakes

# Redder to the right, so that the fake's map has a brightest fifth.
PIXELS = np.zeros((32, 32, 3), np.uint8)
PIXELS[..., 0] = np.linspace(0, 255, 32).astype(np.uint8)
PICTURE = Picture(Image.fromarray(PIXELS))


@pytest.fixture
def heads(words: Words) -> TwoHeads:
    return TwoHeads(fakes.service(words))


def test_all_layers_are_there_from_early_to_late(heads: TwoHeads) -> None:
    told = heads.run(PICTURE)
    spec = heads.service.store.get(heads.service.default_model).spec
    assert [side["title"] for side in told["sides"]] == [layer.title for layer in spec.layers]
    assert {side["label"] for side in told["sides"]} == {"red"}
    assert told["headline"]
    assert told["names"] == ""
    json.dumps(told)


def test_two_methods_that_agree_are_said_to(heads: TwoHeads) -> None:
    told = heads.run(PICTURE, "methods")
    assert len(told["sides"]) == 2
    assert told["shared"] >= 0.65
    assert told["chance"] == pytest.approx(0.2, abs=0.1)
    assert " agree: " in told["headline"]
    assert told["where"].startswith("data:image/jpeg;base64,")
    assert len(told["colours"]) == 3


def test_where_a_map_is_empty_nothing_is_compared(heads: TwoHeads) -> None:
    black = Picture(Image.new("RGB", (32, 32)))
    told = heads.run(black, "methods")
    assert told["shared"] is told["chance"] is told["where"] is None
    assert "be compared here" in told["headline"]


def test_of_other_models_those_that_are_here_come_first(words: Words) -> None:
    far, near = fakes.spec("vgg16", fakes.Source(here=False)), fakes.spec("resnet18")
    told = TwoHeads(fakes.service(words, fakes.spec(), far, near)).run(PICTURE, "models")
    assert [model["name"] for model in told["models"]] == ["resnet18", "vgg16"]
    assert [side["title"] for side in told["sides"]] == ["Colours", "Resnet18"]


def test_once_the_network_could_not_be_reached_other_models_are_not_offered(words: Words) -> None:
    def fail(progress: Progress | None) -> None:
        raise DownloadFailed("Vgg16", "refused")

    far = fakes.spec("vgg16", fakes.Source(fetching=fail, here=False))
    heads = TwoHeads(fakes.service(words, fakes.spec(), far))
    assert [model["name"] for model in heads.run(PICTURE)["models"]] == ["vgg16"]
    with pytest.raises(DownloadFailed):
        heads.run(PICTURE, "models")
    assert heads.run(PICTURE)["models"] == []
    with pytest.raises(OneHead):
        heads.run(PICTURE, "models")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"by": "moods"}, UnknownComparison),
        ({"by": ["layers"]}, UnknownComparison),
        ({"by": "methods", "second": "magic"}, UnknownMethod),
        ({"by": "models"}, OneHead),
    ],
)
def test_what_can_not_be_compared_is_a_sentence(
    heads: TwoHeads, words: Words, values: dict[str, Any], problem: type[Exception]
) -> None:
    with pytest.raises(problem) as caught:
        heads.run(PICTURE, **values)
    assert words.of(caught.value).endswith(".")  # type: ignore[arg-type]
