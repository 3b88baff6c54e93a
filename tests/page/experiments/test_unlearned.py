"""A map beside those of random networks, behind the page: alike, different, or empty, and said so."""

import json
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from page.experiments.unlearned import Unlearned
from page.pictures.picture import Picture
from page.question import NoPicture, UnknownLayer
from page.words import Words
from tests.page import fakes

# More or less red, so that the fake's map for red has ranks.
PIXELS = np.zeros((32, 32, 3), np.uint8)
PIXELS[..., 0] = np.random.default_rng(3).integers(0, 256, (32, 32))
PICTURE = Picture(Image.fromarray(PIXELS))


class Learned(nn.Module):
    """Its maps come out of weights, so that they change when these do."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(5)
        self.early = nn.Conv2d(3, 8, 3, padding=1)
        self.late = nn.Sequential(nn.ReLU(), nn.AvgPool2d(4), nn.Conv2d(8, 8, 1))
        self.last = nn.Linear(8, len(fakes.NAMES))

    def forward(self, inputs: Tensor) -> Tensor:
        scores: Tensor = self.last(self.late(self.early(inputs)).mean(dim=(2, 3)))
        return scores


def unlearned(words: Words, make: type[nn.Module]) -> Unlearned:
    return Unlearned(fakes.service(words, fakes.spec("colours", fakes.Source(make))))


def test_a_network_without_weights_gives_the_same_map_and_the_page_warns(words: Words) -> None:
    told = unlearned(words, fakes.Colours).run(PICTURE, target="red")
    assert told["correlations"] == pytest.approx([1] * 5)
    assert told["alike"]
    assert told["headline"] == words("unlearned.alike", like=told["like"], count=5)
    assert told["like"] >= 3
    assert told["empty"] == ""


def test_a_network_that_learned_gives_another_map_and_empty_ones_are_counted(words: Words) -> None:
    told = unlearned(words, Learned).run(PICTURE)
    assert told["map"]["maximum"] > 0
    assert told["median"] < told["bound"]
    assert told["headline"] == words("unlearned.different", like=told["like"], count=5)
    assert told["like"] == sum(each is not None and each >= told["bound"] for each in told["correlations"]) < 3
    assert told["tries"] == [f"Try {number} of 5" for number in range(1, 6)]
    none = [number for number, value in enumerate(told["correlations"]) if value is None]
    assert none == [number for number, other in enumerate(told["others"]) if other["maximum"] == 0]
    assert [told["each"][number] for number in none] == [
        words("unlearned.none", number=number + 1, count=5) for number in none
    ]
    assert told["empty"] == (words("unlearned.empty", empty=len(none), count=5) if none else "")
    assert json.loads(json.dumps(told)) == told


def test_where_nothing_glows_there_is_nothing_to_compare(words: Words) -> None:
    blue = Picture(Image.new("RGB", (32, 32), (0, 0, 255)))
    told = unlearned(words, fakes.Colours).run(blue, target="red")
    assert told["headline"] == words("unlearned.nothing")
    assert not told["alike"]


@pytest.mark.parametrize(("picture", "layer", "problem"), [(None, None, NoPicture), (PICTURE, "other", UnknownLayer)])
def test_what_is_not_there_is_refused(words: Words, picture: Any, layer: str | None, problem: type[Exception]) -> None:
    with pytest.raises(problem):
        unlearned(words, fakes.Colours).run(picture, layer=layer)
