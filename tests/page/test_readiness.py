"""The page is ready once its default model is warm; until then it tries, and tells why it is not."""

import logging

import pytest

from models.weights import WeightsOffline
from page.readiness import Readiness
from page.words import Words


class Warming:
    """Warms a model, one outcome a try."""

    def __init__(self, *outcomes: str | Exception) -> None:
        self.left = list(outcomes)

    def __call__(self) -> str:
        outcome = self.left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def test_it_starts_and_is_ok_once_the_model_is_warm(words: Words) -> None:
    readiness = Readiness(Warming("cuda"), words)
    assert (readiness.status, readiness.device, readiness.trouble) == ("starting", "", None)
    readiness.reach()
    assert (readiness.status, readiness.device, readiness.trouble) == ("ok", "cuda", None)


def test_it_tries_until_that_works_and_logs_each_reason_once(words: Words, caplog: pytest.LogCaptureFixture) -> None:
    missing, broken = WeightsOffline("A"), OSError("disk full")
    warming = Warming(missing, missing, broken, "cpu")
    readiness = Readiness(warming, words)
    with caplog.at_level(logging.ERROR, "seewhy"):
        readiness.keep(every=0)
    assert (readiness.status, readiness.trouble, warming.left) == ("ok", None, [])
    assert [words.of(missing) in each.getMessage() for each in caplog.records] == [True, False]
    assert "disk full" in caplog.text


def test_trouble_is_a_sentence(words: Words) -> None:
    readiness = Readiness(Warming(WeightsOffline("A"), OSError("disk full")), words)
    readiness.reach()
    assert (readiness.status, readiness.trouble) == ("failed", words.of(WeightsOffline("A")))
    readiness.reach()
    assert (readiness.status, readiness.trouble) == ("failed", words("server.failed"))
