import json
import logging
import sys
from collections.abc import Iterator

import pytest

from page import request
from page.log import formatter, numbered
from page.words import Words


def written(form: str, message: str = "refused: a") -> str:
    try:
        raise ValueError("inside")
    except ValueError:
        record = logging.LogRecord("seewhy", logging.ERROR, "x.py", 1, message, (), sys.exc_info())
    assert numbered(record)
    return formatter(form).format(record)  # type: ignore[arg-type]


@pytest.fixture
def number() -> Iterator[str]:
    """The number of the current request."""
    yield request.number({"type": "http"})
    request.resume({"type": "http"})


def test_line_for_people_has_the_number(number: str) -> None:
    first, *traceback = written("text").splitlines()
    assert f" ERROR seewhy [{number}] refused: a" in first
    assert traceback[0].startswith("Traceback")


def test_line_for_programs_is_one_object(number: str) -> None:
    line = written("json", 'with "quotes"\nand lines')
    assert "\n" not in line
    said = json.loads(line)
    assert (said["level"], said["name"], said["request"]) == ("ERROR", "seewhy", number)
    assert said["message"] == 'with "quotes"\nand lines'
    assert "ValueError: inside" in said["exc_info"]


def test_sentence_of_a_failure_names_the_number_of_its_request(words: Words, number: str) -> None:
    assert number in request.failed(words)
    request.resume({"type": "http"})
    assert request.failed(words) == words("server.failed")
    assert "[-]" in written("text")


def test_every_request_has_its_own_number(number: str) -> None:
    assert number not in {request.number({"type": "http"}) for _ in range(100)}
