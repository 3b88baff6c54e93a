"""The log: one line an event, with the number of its request; never a file's name, never a picture."""

import logging
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

from page import request

Form = Literal["text", "json"]
FIELDS = {"asctime": "time", "levelname": "level"}


def set_up(form: Form) -> None:
    """Write what is logged from now on to standard error: as lines to read, or as one JSON object each."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(form))
    handler.addFilter(numbered)
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # It warns of every form that is broken, and a visitor can send those without end.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)


def formatter(form: Form) -> logging.Formatter:
    """What makes a line of an event."""
    if form == "json":
        return JsonFormatter("%(asctime)s %(levelname)s %(name)s %(request)s %(message)s", rename_fields=FIELDS)
    return logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(request)s] %(message)s")


def numbered(record: logging.LogRecord) -> bool:
    """Add the current request's number, or a dash, to a line of the log."""
    record.request = request.current.get() or "-"
    return True
