"""Problems become their sentence; anything else becomes a friendly one, and its traceback stays in the log."""

import logging

import gradio as gr
import pytest

from models.problems import Problem
from models.store import UnknownModel
from page.pictures.picture import TooManyPixels
from page.refusal import Refuse, spoken
from page.words import Words

SECRET = "/srv/uploads/my holiday.jpg"


@pytest.fixture
def refuse(words: Words) -> Refuse:
    return Refuse(words)


@pytest.mark.parametrize(
    "problem",
    [UnknownModel("a", ("b", "c")), TooManyPixels(limit=40, megapixels=169, width=13_000, height=13_000)],
)
def test_problem_becomes_its_sentence(refuse: Refuse, words: Words, problem: Problem) -> None:
    with pytest.raises(gr.Error) as caught, refuse:
        raise problem
    assert caught.value.message == words.of(problem)
    assert caught.value.__cause__ is problem


def test_problem_leaves_its_key_in_the_log_and_nothing_else(refuse: Refuse, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(gr.Error), refuse:
        raise UnknownModel(SECRET, ("b",))
    (line,) = caplog.records
    assert line.getMessage() == "refused: model.unknown"
    assert line.exc_info is None


def test_cause_of_a_problem_is_in_the_log_by_its_kind_alone(refuse: Refuse, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(gr.Error), refuse:
        raise UnknownModel("a", ("b",)) from FileNotFoundError(SECRET)
    (line,) = caplog.records
    assert line.getMessage() == "refused: model.unknown, FileNotFoundError"


@pytest.mark.parametrize("failure", [KeyError("layer"), RuntimeError(SECRET), MemoryError(), OSError("far away")])
def test_failure_becomes_a_friendly_sentence_with_its_traceback_in_the_log(
    refuse: Refuse, words: Words, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    with caplog.at_level(logging.ERROR), pytest.raises(gr.Error) as caught, refuse:
        raise failure
    assert caught.value.message == words("server.failed")
    assert "Traceback" in caplog.text
    assert type(failure).__name__ in caplog.text


def test_sentence_that_is_spoken_already_passes_unchanged(refuse: Refuse, caplog: pytest.LogCaptureFixture) -> None:
    already = spoken("Choose another picture.")
    with pytest.raises(gr.Error) as caught, refuse:
        raise already
    assert caught.value is already
    assert caplog.records == []


@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_the_server_is_not_held_up(refuse: Refuse, ending: type[BaseException]) -> None:
    with pytest.raises(ending), refuse:
        raise ending


def test_success_passes(refuse: Refuse, caplog: pytest.LogCaptureFixture) -> None:
    with refuse:
        pass
    assert caplog.records == []


def test_spoken_sentence_has_no_title_and_prints_no_traceback() -> None:
    error = spoken("Choose another picture.")
    assert (error.message, error.title, error.print_exception) == ("Choose another picture.", "", False)
    assert error.duration is not None
    assert error.duration >= 10


def test_problem_of_a_picture_holds_no_path(words: Words) -> None:
    problem = TooManyPixels(limit=40, megapixels=169, width=1, height=1)
    assert "/" not in words.of(problem)
    assert "/" not in str(problem)
