"""The same picture at every layer, in two ways of drawing, or in two models, and how far they agree."""

import json
import threading
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.explain import UnknownMethod
from models.catalogue import built_in
from models.deliveries import OnItsWay
from models.download import Progress
from page.experiments import Experiments
from page.experiments.two_heads import TwoHeads
from page.experiments.two_heads.two_heads import OneHead, UnknownComparison
from page.pictures.picture import Limits, Picture
from page.words import Words
from tests.page import fakes

MB = 1024 * 1024
# Redder to the right, so that the fake's map has a brightest fifth.
PIXELS = np.zeros((32, 32, 3), np.uint8)
PIXELS[..., 0] = np.linspace(0, 255, 32).astype(np.uint8)
PICTURE = Picture(Image.fromarray(PIXELS))


@pytest.fixture
def heads(words: Words) -> TwoHeads:
    return TwoHeads(fakes.service(words))


def test_all_layers_are_there_from_early_to_late(heads: TwoHeads) -> None:
    told = heads.run(PICTURE, "layers")
    spec = heads.service.store.get(heads.service.default_model).spec
    assert [side["title"] for side in told["sides"]] == [layer.title for layer in spec.layers]
    assert {side["label"] for side in told["sides"]} == {"red"}
    assert told["headline"]
    assert told["names"] == ""
    json.dumps(told)


def test_two_methods_that_agree_are_said_to(heads: TwoHeads) -> None:
    told = heads.run(PICTURE)
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


def test_a_tap_offers_and_takes_only_models_that_are_here(words: Words) -> None:
    asked: list[None] = []
    far = fakes.spec("vgg16", fakes.Source(fetching=lambda progress: asked.append(None), here=False))
    heads = TwoHeads(fakes.service(words, fakes.spec(), far, fakes.spec("resnet18")))
    told = heads.run(PICTURE, "models")
    assert [model["name"] for model in told["models"]] == ["resnet18"]
    assert [side["title"] for side in told["sides"]] == ["Colours", "Resnet18"]
    assert asked == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("efficientnet_lite0", "efficientnet_lite2"),
        ("efficientnet_lite2", "efficientnet_lite0"),
        ("resnet50", "efficientnet_lite0"),
    ],
)
def test_of_the_catalogue_a_model_that_needs_no_network_comes_first(words: Words, first: str, second: str) -> None:
    """Also where all others have been downloaded."""
    told = TwoHeads(fakes.service(words, *map(fakes.spec, built_in()))).run(PICTURE, "models", model=first)
    assert told["models"][0]["name"] == second
    assert told["sides"][1]["title"] == fakes.spec(second).title


def test_where_no_other_model_is_here_there_is_only_one_head(words: Words) -> None:
    asked: list[None] = []
    far = fakes.spec("vgg16", fakes.Source(fetching=lambda progress: asked.append(None), here=False))
    heads = TwoHeads(fakes.service(words, fakes.spec(), far))
    assert heads.run(PICTURE)["models"] == []
    with pytest.raises(OneHead):
        heads.run(PICTURE, "models")
    assert asked == []


def test_second_model_that_a_program_names_is_brought_before_anything_is_asked(words: Words) -> None:
    go = threading.Event()

    def bring(progress: Progress | None) -> None:
        go.wait(60)

    far = fakes.spec("vgg16", fakes.Source(fetching=bring, here=False))
    experiments = Experiments([TwoHeads], fakes.service(words, fakes.spec(), far), Limits(MB, MB))
    with pytest.raises(OnItsWay):
        experiments.run("two_heads", {"by": "models", "second": "vgg16"}, PICTURE, "colours")
    assert experiments.service.store.loaded() == ()
    go.set()


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
