"""From a problem to a sentence that a visitor reads."""

import logging
import threading
from collections.abc import Mapping
from types import TracebackType

import gradio as gr
from starlette.responses import JSONResponse

from models.problems import Problem
from models.work import own_time
from page import metrics, request
from page.disk import problem_of
from page.words import Words

log = logging.getLogger("seewhy")


class Refuse:
    """A `with` that turns problems into gr.Error, the only exception whose text Gradio shows to visitors.

    Anything else is logged with its traceback and shown as one friendly sentence; the server goes on. What the thread
    computes inside is charged to whoever asked.
    """

    def __init__(self, words: Words) -> None:
        """Sentences come from `words`."""
        self.words = words
        self._inside = threading.local()

    def __enter__(self) -> None:
        """Begin to count."""
        self._inside.time = own_time()
        self._inside.time.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Raise gr.Error in place of any other exception."""
        self._inside.time.__exit__(None, None, None)
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
    """As `sentence_of`, without a line in the log: for requests that anybody could send in great number."""
    metrics.REFUSALS.labels(problem.key).inc()
    return words.of(problem)


def failure(error: Exception, words: Words) -> str:
    """The sentence for an unexpected error, after its traceback in the log."""
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
