import json
import logging
import sys
import time
from collections.abc import Iterator

import pytest

from page import request
from page.log import Scarce, formatter, numbered
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


def record(name: str = "seewhy", failed: bool = True, message: str = "failed") -> logging.LogRecord:
    try:
        raise ValueError("inside")
    except ValueError:
        traced = sys.exc_info() if failed else None
    made = logging.LogRecord(name, logging.ERROR, "x.py", 1, message, (), traced)
    made.request = "-"
    return made


def test_of_many_failures_the_first_have_a_traceback_and_the_others_a_line() -> None:
    scarce = Scarce(most=3)
    records = [record() for _ in range(10)]
    assert all(scarce(each) for each in records)
    lines = [formatter("text").format(each).splitlines() for each in records]
    assert [len(each) > 1 for each in lines] == [True] * 3 + [False] * 7
    assert lines[-1][0].endswith("failed: ValueError")


def test_lines_without_a_traceback_are_not_counted() -> None:
    scarce = Scarce(most=1)
    assert all(scarce(record(failed=False)) for _ in range(10))
    assert [bool(record_.exc_info) for record_ in filter(scarce, [record(), record()])] == [True, False]


@pytest.mark.parametrize("name", ["uvicorn.error", "asyncio"])
def test_web_server_writes_as_few_lines(name: str) -> None:
    scarce = Scarce(most=3)
    assert [scarce(record(name, failed=number % 2 == 0)) for number in range(6)] == [True] * 3 + [False] * 3


def test_how_many_were_left_out_is_told_when_the_minute_is_over(caplog: pytest.LogCaptureFixture) -> None:
    scarce = Scarce(most=2, minute=0.2)
    for _ in range(7):
        scarce(record())
    deadline = time.monotonic() + 20
    while not caplog.messages and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [message.split()[0] for message in caplog.messages] == ["5"]
    assert scarce(again := record())
    assert again.exc_info
