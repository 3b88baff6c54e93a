"""What was taught leaves as a data set: every picture with its name, and what is painted."""

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from page.words import Words
from tests.page.teaching.talk import BLUE, RED, Talk, png


@pytest.fixture
def talk(words: Words) -> Talk:
    return Talk(words)


def test_the_data_set_has_each_picture_with_its_name_its_take_and_its_mask(talk: Talk) -> None:
    red, _ = talk.taught(each=2)
    talk.json("picture", png(RED, 9), thing=red, take="two")
    talk.json("picture", png(BLUE, 9), thing=0, take="other")
    painted = talk.json("state", method="GET")["things"][0]["pictures"][1]["id"]
    half = Image.new("L", (64, 64))
    half.paste(255, (0, 0, 32, 64))
    mask = io.BytesIO()
    half.save(mask, "PNG")
    talk.json("mask", mask.getvalue(), picture=painted)
    answered = talk.ask("data_set", method="GET")
    assert answered.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answered.content)) as archive:
        lines = [json.loads(line) for line in archive.read("memories.jsonl").splitlines()]
        assert [(each["words"], each["take"]) for each in lines] == [
            ("Red", 1),
            ("Red", 1),
            ("Red", 2),
            ("Green", 1),
            ("Green", 1),
            (talk.teaching.naming.none, 1),
        ]
        assert [each["none"] for each in lines] == [False] * 5 + [True]
        assert [bool(each["mask"]) for each in lines] == [False, True, False, False, False, False]
        assert lines[1]["region"] == {"x": 0, "y": 0, "width": pytest.approx(0.5, abs=0.02), "height": 1}
        white = np.asarray(Image.open(io.BytesIO(archive.read(lines[1]["mask"])))) == 255
        assert white.mean() == pytest.approx(0.5, abs=0.02)
        for each in lines:
            picture = Image.open(io.BytesIO(archive.read(each["picture"])))
            assert picture.format == "JPEG"
            assert picture.size == white.shape[::-1]
        assert "6" in archive.read("DATASHEET.md").decode().splitlines()[0]
        assert sorted(archive.namelist())[:2] == ["DATASHEET.md", "LICENCE.txt"]
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}, "nor does it tell when"


def test_what_has_no_pictures_gives_no_data_set(talk: Talk, words: Words) -> None:
    assert talk.ask("data_set", method="GET").json() == {"error": words("teaching.one_thing")}
    talk.taught()
    saved = talk.ask("file", method="GET").content
    talk.json("open", saved, cookie="b")
    assert talk.ask("data_set", method="GET", cookie="b").json() == {"error": words("teaching.opened")}
