"""Whether the page can answer yet, and why not."""

import logging
import time
from collections.abc import Callable

from models.problems import Problem
from page.words import Words

log = logging.getLogger("seewhy")

AGAIN = 30  # seconds until a model that could not be made ready is tried anew


class Readiness:
    """`status` is "starting", then "ok" once the default model is warm on `device`, or "failed" with the reason in
    `trouble`."""

    def __init__(self, warm: Callable[[], str], words: Words) -> None:
        """`warm` makes the default model ready, and gives the name of the device that it works on."""
        self._warm = warm
        self.words = words
        self.status, self.device = "starting", ""
        self.trouble: str | None = None

    def keep(self, every: float = AGAIN) -> None:
        """Make it ready, and try anew every so many seconds until that works: files can come back."""
        self.reach()
        while self.status == "failed":
            time.sleep(every)
            self.reach()

    def reach(self) -> None:
        """Make it ready, so that the first visitor does not wait for it."""
        try:
            self.device = self._warm()
            self.status, self.trouble = "ok", None
        except Problem as problem:
            self._fail(self.words.of(problem))
        except Exception as error:
            self._fail(self.words("server.failed"), error)

    def _fail(self, sentence: str, error: Exception | None = None) -> None:
        if sentence != self.trouble:  # once, and not with every try
            log.error("the default model could not be made ready: %s", sentence, exc_info=error)
        self.status, self.trouble = "failed", sentence
