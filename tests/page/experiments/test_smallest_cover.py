"""The smallest cover behind the page: its size, the new word, and the control."""

import json
from typing import Any

import numpy as np
import pytest
from PIL import Image

from explainer.experiments.fool import AlreadySo
from page.experiments.smallest_cover import SmallestCoverUp
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words import Words
from tests.page import fakes

# Blue, with a red patch of a square of the map: the fake's classes are its colours.
PIXELS = np.full((32, 32, 3), (0, 0, 6), np.uint8)
PIXELS[8:16, 8:16] = (255, 0, 0)
PICTURE = Picture(Image.fromarray(PIXELS))


@pytest.fixture(scope="module")
def smallest(words: Words) -> SmallestCoverUp:
    return SmallestCoverUp(fakes.service(words, fakes.spec("colours", fakes.Source(lambda: fakes.Colours(100)))))


@pytest.fixture(scope="module")
def told(smallest: SmallestCoverUp) -> dict[str, Any]:
    return smallest.run(PICTURE)


def test_its_size_the_new_word_and_the_numbers_are_told(told: dict[str, Any]) -> None:
    assert told["reached"]
    assert told["count"] == len(told["squares"]) == len(told["steps"]) - 1
    assert told["of"] == told["rows"] * told["columns"] == 16
    assert told["squares"] == [[1, 1]]
    assert told["headline"] == f"Cover 1 of 16 squares, and it says “{told['after']['answer']}”."
    assert (told["label"], told["before"]["answer"]) == ("red", "red")
    assert told["after"]["answer"] != "red"
    assert told["steps"][0] == pytest.approx(told["before"]["share"], abs=1e-6)
    assert told["steps"][-1] == pytest.approx(told["after"]["share"], abs=1e-6)
    assert told["elsewhere"]["share"] == pytest.approx(np.mean(told["elsewhere"]["shares"]))
    assert told["verdict_words"]
    assert json.loads(json.dumps(told)) == told


def test_where_none_is_found_it_says_so(smallest: SmallestCoverUp, words: Words) -> None:
    red = smallest.run(Picture(Image.new("RGB", (32, 32), (255, 0, 0))))
    assert (red["reached"], red["count"], red["verdict"], red["verdict_words"]) == (False, 12, None, "")
    assert red["headline"] == "Even 12 of 16 squares did not change its answer."


def test_what_can_not_be_is_refused(smallest: SmallestCoverUp) -> None:
    with pytest.raises(NoPicture):
        smallest.run(None)  # type: ignore[arg-type]
    with pytest.raises(AlreadySo):
        smallest.run(PICTURE, "red")
