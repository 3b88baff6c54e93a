"""Downloads of weights in the background: one thread for each model, shared by all who ask for it."""

import copy
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from dataclasses import dataclass, field

from models.download import Progress
from models.problems import Problem

AT_ONCE = 2  # downloads; the others wait, and are reported as at 0 percent
MOMENT = 0.2  # seconds to wait for a failure that needs no network, such as a damaged file
TOLD = 5.0  # seconds after a failure in which it is reported again; after that the download is tried anew


class OnItsWay(Problem):
    """A model is being downloaded. Values: title, percent (whole, of what is here already)."""

    key = "model.on_its_way"

    def __init__(self, title: str, percent: int) -> None:
        super().__init__(title=title, percent=percent)


@dataclass(eq=False)
class _Delivery:
    share: float = 0.0
    done: "Future[None]" = field(default_factory=Future)
    ended: float = 0.0


class Deliveries:
    """Downloads models in the background, by `fetch` with a model's name."""

    def __init__(self, fetch: Callable[[str, Progress], None], at_once: int = AT_ONCE, told: float = TOLD) -> None:
        """At most `at_once` downloads run at a time; a failure is reported for `told` seconds."""
        self._fetch = fetch
        self._turns = threading.Semaphore(at_once)
        self._told = told
        self._under_way: dict[str, _Delivery] = {}
        self._lock = threading.Lock()

    @property
    def shares(self) -> dict[str, float]:
        """How much of each model that is being downloaded is here, 0..1."""
        with self._lock:
            return {name: each.share for name, each in self._under_way.items() if not each.done.done()}

    def order(self, name: str, title: str) -> None:
        """Start a download, or join one that runs; return when the model is here within a moment.

        Raises OnItsWay while it is not, and what `fetch` raised when that has just failed.
        """
        delivery = self._delivery(name)
        wait([delivery.done], MOMENT)
        if not delivery.done.done():
            raise OnItsWay(title, int(100 * min(delivery.share, 1)))
        if error := delivery.done.exception():
            raise copy.copy(error) from error  # several may be told, each with a traceback of their own

    def bring(self, name: str) -> None:
        """Download a model, also after a failure, and wait for it. Raises what `fetch` raises."""
        self._delivery(name, anew=True).done.result()

    def _delivery(self, name: str, anew: bool = False) -> _Delivery:
        with self._lock:
            known = self._under_way.get(name)
            if known and (not known.done.done() or (not anew and self._is_told(known))):
                return known
            made = self._under_way[name] = _Delivery()
        threading.Thread(target=self._deliver, args=(name, made), daemon=True).start()
        return made

    def _is_told(self, delivery: _Delivery) -> bool:
        """Whether it failed so lately that the failure is still the answer; False after a success."""
        return delivery.done.exception() is not None and time.monotonic() - delivery.ended < self._told

    def _deliver(self, name: str, delivery: _Delivery) -> None:
        def progress(done: int, total: int) -> None:
            delivery.share = done / max(total, 1)

        try:
            with self._turns:
                self._fetch(name, progress)
        except BaseException as error:
            delivery.ended = time.monotonic()
            delivery.done.set_exception(error)
        else:
            delivery.done.set_result(None)
