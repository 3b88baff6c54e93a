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

    def __init__(self, warm: Callable[[], str], words: Words, every: float = AGAIN, watching: bool = False) -> None:
        """`warm` makes the default model ready, and gives the name of the device that it works on.

        What failed is tried anew after `every` seconds; where it may fail again at any time, `watching` asks on.
        """
        self._warm = warm
        self._every = every
        self._watching = watching
        self.words = words
        self.status, self.device = "starting", ""
        self.trouble: str | None = None

    def keep(self, every: float | None = None) -> None:
        """Make it ready, and try anew until that works: files can come back. `every` takes the place of the seconds
        that were told before."""
        self.reach()
        while self.status == "failed" or self._watching:
            time.sleep(self._every if every is None else every)
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
