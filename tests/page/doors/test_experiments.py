"""Each test over plain HTTP: its files and values come by their names, and what it does not take is refused."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from page.doors.experiments import ExperimentsDoor
from page.doors.guard import PICTURES
from page.doors.line import Line
from page.doors.rates import QUESTIONS
from page.experiments import Experiments
from page.experiments.experiment import Experiment
from page.experiments.parameters import AnyJson, File, MaskPicture, Number, OnePicture, Pictures, Text
from page.pictures.picture import Limits
from page.reply import Json
from page.teaching.problems import FullPage
from page.words import Words
from tests.page import corpus, fakes

RED = corpus.taken()["png"].data


class Echo(Experiment):
    name = "echo"

    def run(
        self,
        picture: OnePicture,
        mask: MaskPicture = None,
        others: Pictures = None,  # type: ignore[assignment]
        word: Text = None,
        strength: Number = None,
        square: AnyJson = None,
        file: File = None,
    ) -> Json:
        """Give back what came.

        Args:
            word: a word.
        """
        sizes = [each().rgb.size for each in others or []]
        return {
            "picture": picture and picture.rgb.size,
            "mask": mask and mask.rgb.size,
            "others": sizes,
            "word": word,
            "strength": strength,
            "square": square,
            "file": file and len(file),
        }


@pytest.fixture
def door(words: Words) -> ExperimentsDoor:
    service = fakes.service(words, fakes.spec(source=fakes.Source()))
    service.readiness.status = "ok"
    limits = Limits(bytes=1024 * 1024)
    return ExperimentsDoor(Experiments([Echo], service, limits), limits, Line(2, 4, 9), Line(1, 4, 9))


def ask(door: ExperimentsDoor, method: str = "POST", **sent: Any) -> tuple[int, Mapping[str, Any]]:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(door, client=("10.0.0.1", 1))  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as http:
            return await http.request(method, "/api/echo", **sent)

    answered = asyncio.run(asked())
    return answered.status_code, answered.json()


def test_files_and_values_come_by_their_names(door: ExperimentsDoor) -> None:
    files = [("picture", RED), ("mask", RED), ("others", RED), ("others", RED), ("file", b"abc")]
    sent = [(name, ("a", data)) for name, data in files]
    status, told = ask(
        door, files=sent, data={"word": "red", "square": "[1, 2]"}, params={"strength": "3", "word": "blue"}
    )
    size = told["picture"]
    assert (status, told) == (
        200,
        {
            "picture": size,
            "mask": size,
            "others": [size, size],
            "word": "red",
            "strength": 3,
            "square": [1, 2],
            "file": 3,
        },
    )


def test_a_body_is_the_picture_and_what_is_left_out_is_none(door: ExperimentsDoor) -> None:
    status, told = ask(door, content=RED, params={"word": ""})
    assert status == 200
    assert told["picture"]
    assert [told[name] for name in ("mask", "word", "strength", "square", "file")] == [None] * 5


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ({"content": RED, "params": {"more": "1"}}, "api.parameter"),
        ({"content": RED, "params": {"mask": "1"}}, "api.parameter"),
        ({"files": [("word", ("a", RED))]}, "api.parameter"),
        ({"files": [("picture", ("a", RED)), ("picture", ("b", RED))]}, "picture.several"),
        ({"content": RED, "params": {"strength": "much"}}, "api.unknown"),
        *(({"content": RED, "params": {"strength": text}}, "api.unknown") for text in ("inf", "1_000", " 3", "\u0663")),
        ({"content": RED, "params": {"square": "[1,"}}, "api.unknown"),
        ({"content": RED, "params": {"word": "x" * 201}}, "api.long"),
        ({"content": RED, "params": [("square", "[1]"), ("square", "[2]")]}, "api.unknown"),
        ({"content": b"x", "headers": {"content-type": 'multipart/form-data; boundary="\\"y"'}}, "api.form"),
        ({"content": b"no picture"}, "picture.not_a_picture"),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=y"}}, "api.form"),
    ],
)
def test_what_it_does_not_take_is_refused(door: ExperimentsDoor, words: Words, sent: dict[str, Any], key: str) -> None:
    status, told = ask(door, **sent)
    section, _, name = key.partition(".")
    assert (status, set(told)) == (400, {"error"})
    assert told["error"][:12] == words.section(section)[name][:12]


def test_broken_form_is_told_in_which_field_the_picture_belongs(door: ExperimentsDoor, words: Words) -> None:
    _, told = ask(door, content=b"x", headers={"content-type": "multipart/form-data; boundary=y"})
    assert told["error"] == words("api.form", field="picture")


def test_full_page_is_busy_whichever_test_asks(door: ExperimentsDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Json:
        raise FullPage

    monkeypatch.setattr(door.experiments, "answer", full)
    assert ask(door, content=RED)[0] == 503


@pytest.mark.parametrize("charset", ["punycode", "undefined", "unicode_escape", "utf-7", "none-such"])
def test_the_texts_of_a_form_are_utf_8_whatever_it_says(door: ExperimentsDoor, charset: str) -> None:
    """Python's own "punycode" takes time with the square of a text, and some codecs fail in ways of their own."""
    text = '["ud800-é"]'
    parts = (("picture", b'; filename="a"', RED), ("square", b"", text.encode()))
    body = b"".join(
        b'--y\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (name.encode(), more, data)
        for name, more, data in parts
    )
    kind = f"multipart/form-data; charset={charset}; boundary=y"
    status, told = ask(door, content=body + b"--y--\r\n", headers={"content-type": kind})
    assert (status, told["square"]) == (200, ["ud800-é"])


def test_it_is_asked_by_post_alone(door: ExperimentsDoor) -> None:
    assert ask(door, "GET")[0] == 405


def test_it_is_a_question_that_may_bring_pictures() -> None:
    assert QUESTIONS.match("POST /api/cover")
    assert PICTURES.search("/api/cover")
    assert not QUESTIONS.match("POST /api/mirror")
    assert not PICTURES.search("/api/mirror"), "frames are small"
