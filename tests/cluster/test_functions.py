"""A replica answers to names, and says whatever happens as an answer."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from cluster import wire
from cluster.functions import Collected, Functions
from models.preprocess import Box
from models.store import UnknownModel
from page.pictures.picture import Limits
from page.service import Service
from page.words import Words
from tests.page import fakes

SQUARE = np.full((fakes.SIDE, fakes.SIDE, 3), (200, 0, 0), np.uint8)
WHOLE = Box(0, 0, 1, 1)


@pytest.fixture
def functions(words: Words) -> Functions:
    collected = Collected()
    alone = fakes.service(words)
    service = Service(alone.store, alone.engines, "colours", words, collected, downloads=False)
    return Functions(service, collected, Limits())


@pytest.fixture(scope="module")
def words() -> Words:
    from page.words import load

    return load()


def call(functions: Functions, name: str, *values: Any, language: str = "", **named: Any) -> dict[str, Any]:
    told = {"name": name, "number": "1", "language": language, "taught": {}, "one_core": False}
    answer: dict[str, Any] = wire.decode(
        functions.answer(wire.encode({**told, "values": list(values), "named": named}))
    )
    return answer


def test_explanation_of_a_square(functions: Functions) -> None:
    answer = call(functions, "explain", "colours", SQUARE, WHOLE, None, "gradcam", ("late",))
    assert (answer["problem"], answer["failed"]) == (None, "")
    assert answer["value"].answer.label == "red"
    assert answer["value"].classifier.name == "colours"
    assert answer["seconds"] > 0


def test_pages_run_by_themselves_what_only_asks(functions: Functions) -> None:
    assert {"explain", "known", "features", "fingerprint", "cover", "fool"} <= set(functions.functions)
    assert {"ask", "view", "many", "teach"}.isdisjoint(functions.functions)


@pytest.mark.parametrize("name", ["ask", "answer", "__class__", "os.system", ""])
def test_what_is_no_function_of_it_is_not_run(functions: Functions, name: str) -> None:
    answer = call(functions, name)
    assert "UnknownFunction" in answer["failed"]
    assert answer["value"] is None


def test_problem_is_an_answer(functions: Functions) -> None:
    answer = call(functions, "known", "gone")
    assert type(answer["problem"]) is UnknownModel


def test_failure_is_an_answer_with_its_traceback(functions: Functions) -> None:
    assert "Traceback" in call(functions, "explain", "colours")["failed"]
    assert "Malformed" in wire.decode(functions.answer(b"nonsense"))["failed"]


def test_sentences_are_in_the_visitors_language(functions: Functions) -> None:
    from page.pictures.picture import Picture

    picture = Picture(Image.fromarray(SQUARE))
    said = {
        language: call(functions, "cover", picture=picture, language=language)["problem"]
        or call(functions, "cover", picture=picture, language=language)["value"]["headline"]
        for language in ("en", "de")
    }
    assert said["en"] != said["de"]
