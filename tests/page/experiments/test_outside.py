"""Whether a picture may be none of the things the model has words for, with the figures that belong to the verdict."""

import json

import pytest
from PIL import Image

from page.experiments.outside import Outside
from page.pictures.picture import Picture
from page.question import NoPicture
from page.words import Words
from tests.page import fakes

PICTURE = Picture(Image.new("RGB", (80, 80), (250, 0, 0)))


@pytest.mark.parametrize(("limit", "sentence"), [(-1, "headline"), (1e6, "inside")])
def test_score_bound_rates_and_sentence(words: Words, limit: float, sentence: str) -> None:
    told = Outside(fakes.limited(words, limit)).run(PICTURE)
    assert told["headline"] == words(f"outside.{sentence}")
    assert told["outside"]["called"] == (told["outside"]["score"] > told["outside"]["bound"] == limit)
    assert told["outside"]["called"] == (limit < 0)
    assert told["rates"] == {
        "level": 0.05,
        "count": 100,
        "photographs": {"kind": "photographs", "called": 2, "count": 50, "share": 0.04},
        "kinds": [
            {"kind": "noise", "called": 30, "count": 30, "share": 1},
            {"kind": "faces", "called": 15, "count": 20, "share": 0.75},
        ],
    }
    assert all(part in told["origin"] for part in ("100 real photos", "50 other photos", "about 2", "45 of 50"))
    assert json.loads(json.dumps(told)) == told


def test_a_model_without_a_bound_says_nothing_about_the_picture(words: Words) -> None:
    told = Outside(fakes.limited(words, None)).run(PICTURE)
    assert told == {
        "outside": None,
        "rates": None,
        "headline": words("outside.no_bound", model="Colours"),
        "origin": "",
    }


def test_no_picture_is_refused(words: Words) -> None:
    with pytest.raises(NoPicture):
        Outside(fakes.service(words)).run(None)  # type: ignore[arg-type]
