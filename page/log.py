"""The log: one line an event, with the number of its request; never a file's name, never a picture."""

import logging
import threading
import time
from collections.abc import Iterable
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

from models.problems import Problem
from page import request

Form = Literal["text", "json"]
FIELDS = {"asctime": "time", "levelname": "level"}
TRACES_A_MINUTE = 30
MINUTE = 60.0  # seconds
# What these write is about whoever sends what is no request, as often as it is sent.
SERVERS = ("uvicorn", "asyncio")

log = logging.getLogger("seewhy")


def set_up(form: Form) -> None:
    """Write what is logged from now on to standard error: as lines to read, or as one JSON object each."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(form))
    handler.addFilter(numbered)
    handler.addFilter(Scarce())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # It warns of every form that is broken, and a visitor can send those without end.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)


def tell_left_out(models: Iterable[Problem]) -> None:
    """Say of each network of the host's own that can't be offered why that is."""
    for problem in models:
        log.warning("a model of your own is left out: %s", problem)


def formatter(form: Form) -> logging.Formatter:
    """The formatter of an event's line."""
    if form == "json":
        return JsonFormatter("%(asctime)s %(levelname)s %(name)s %(request)s %(message)s", rename_fields=FIELDS)
    return logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(request)s] %(message)s")


def numbered(record: logging.LogRecord) -> bool:
    """Add the current request's number, or a dash, to a line of the log."""
    record.request = request.current.get() or "-"
    return True


class Scarce:
    """A filter that lets so many tracebacks through in a minute, and as many lines of the web server.

    Of what fails beyond that, one line says what it was. When the minute is over, a line tells how much was left out.
    """

    def __init__(self, most: int = TRACES_A_MINUTE, minute: float = MINUTE) -> None:
        """Nothing has been written yet."""
        self.most = most
        self.minute = minute
        self._lock = threading.Lock()
        self._count = 0
        self._until = float("-inf")

    def __call__(self, record: logging.LogRecord) -> bool:
        """Whether a record is written; without its traceback where there were too many."""
        of_server = record.name.split(".")[0] in SERVERS
        if not record.exc_info and not of_server:
            return True
        if self._is_among_the_first():
            return True
        if of_server or not record.exc_info:
            return False
        kind = record.exc_info[0]
        record.msg, record.args = f"{record.getMessage()}: {kind.__name__ if kind else None}", ()
        record.exc_info = record.exc_text = None
        return True

    def _is_among_the_first(self) -> bool:
        with self._lock:
            now = time.monotonic()
            if now >= self._until:
                self._count, self._until = 0, now + self.minute
            self._count += 1
            if self._count == self.most + 1:
                telling = threading.Timer(self._until - now, self._tell)
                telling.daemon = True
                telling.start()
            return self._count <= self.most

    def _tell(self) -> None:
        with self._lock:
            left_out = self._count - self.most
            self._count, self._until = 0, float("-inf")
        log.warning("%d tracebacks or lines of the web server were left out in the last minute", left_out)
