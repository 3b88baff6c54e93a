"""From a problem to a sentence that a visitor reads."""

import logging
from collections.abc import Mapping
from types import TracebackType

import gradio as gr
from starlette.responses import JSONResponse

from models.problems import Problem
from page import metrics, request
from page.disk import problem_of
from page.words import Words

log = logging.getLogger("seewhy")


class Refuse:
    """A `with` that turns problems into gr.Error, the only exception whose text Gradio shows to visitors.

    Anything else is logged with its traceback and shown as one friendly sentence; the server goes on.
    """

    def __init__(self, words: Words) -> None:
        """Sentences come from `words`."""
        self.words = words

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raise gr.Error in place of any other exception."""
        if isinstance(error, Problem):
            raise spoken(sentence_of(error, self.words)) from error
        if isinstance(error, Exception) and not isinstance(error, gr.Error):
            raise spoken(failure(error, self.words)) from error


def sentence_of(problem: Problem, words: Words) -> str:
    """The sentence of a problem, after a line in the log that says what was refused."""
    # The cause's message could name the file.
    log.info("refused: %s%s", problem.key, f", {type(problem.__cause__).__name__}" if problem.__cause__ else "")
    metrics.REFUSALS.labels(problem.key).inc()
    return words.of(problem)


def quietly(problem: Problem, words: Words) -> str:
    """As `sentence_of`, without a line in the log: for what anybody could send without end, and costs nothing."""
    metrics.REFUSALS.labels(problem.key).inc()
    return words.of(problem)


def failure(error: Exception, words: Words) -> str:
    """The sentence for what should not have happened, after its traceback in the log."""
    log.error("failed", exc_info=error)
    metrics.FAILURES.inc()
    problem = problem_of(error)
    return words.of(problem) if problem else request.failed(words)


def answer(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A refusal over HTTP, for programs that look for an error and for Gradio's script, which looks for a detail."""
    return JSONResponse({"error": sentence, "detail": sentence}, status, headers)


def spoken(sentence: str) -> gr.Error:
    """A sentence as Gradio's toast shows it: no traceback, no title, and time to read it slowly."""
    return gr.Error(sentence, title="", duration=max(10, 6 + len(sentence) / 10), print_exception=False)
