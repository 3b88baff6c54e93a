"""What pages may ask of a replica: the functions of its own page, by their names."""

import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context, ContextVar
from typing import Any

from cluster import wire
from models.problems import Problem
from models.taught.model import TaughtModel
from models.work import Work, own_time, working
from page import metrics, request
from page.experiments import EXPERIMENTS, Experiments
from page.pictures.picture import Limits
from page.place import Parameters, Result
from page.service import Service, counted_as
from page.teaching.of import teaching_of
from page.words import speak

EXPLAIN = "explain"

_heads: ContextVar[Mapping[str, TaughtModel]] = ContextVar("heads", default={})  # noqa: B039 - never written to


class UnknownFunction(Exception):
    """A page asked for what is no function of this replica."""


class Collected:
    """A place that runs everything here, and knows by name what pages ask for."""

    lent = False

    def __init__(self) -> None:
        """Nothing was brought yet."""
        self.functions: dict[str, Callable[..., Any]] = {}

    def bring(
        self,
        name: str,
        function: Callable[Parameters, Result],
        *,
        asks_only: bool = False,
        lasting: bool = False,
    ) -> Callable[Parameters, Result]:
        """As `page.place.Place.bring`; what only asks is run by pages themselves."""
        if not asks_only:
            self.functions[name] = function
        return function


class Functions:
    """The functions of one replica."""

    def __init__(self, service: Service, collected: Collected, limits: Limits) -> None:
        """Those that `service`, its teaching and its experiments bring to `collected`."""
        Experiments(EXPERIMENTS, service, limits)
        teaching_of(service)
        service.supply.taught = lambda name: _heads.get().get(name)
        self.service = service
        self.functions = collected.functions

    def answer(self, data: bytes) -> bytes:
        """What a function gives, as bytes: the value, or the problem that it raised, or a traceback; and the seconds of
        a processor that it took."""
        work = Work()
        told: dict[str, Any] = {"value": None, "problem": None, "failed": ""}
        try:
            # In a context of its own: the language and the number of one question are not the next one's.
            told["value"] = Context().run(self._call, wire.decode(data), work)
        except Problem as problem:
            told["problem"] = problem
        except Exception:
            told["failed"] = traceback.format_exc()
        return wire.encode({**told, "seconds": work.seconds})

    def _call(self, call: Mapping[str, Any], work: Work) -> Any:
        function = self.functions.get(call["name"])
        if function is None:
            raise UnknownFunction(call["name"])
        work.one_core = bool(call["one_core"])
        request.current.set(str(call["number"]))
        speak(str(call["language"]))
        heads = {name: head for name, head in call["taught"].items() if isinstance(head, TaughtModel)}
        with _sent_along(heads), working(work), own_time(), metrics.SECONDS.labels("call").time():
            value = function(*call["values"], **call["named"])
        if call["name"] == EXPLAIN:
            metrics.EXPLANATIONS.labels(counted_as(str(call["values"][0]))).inc()
        return value


def refused(problem: Problem) -> bytes:
    """An answer that is nothing but a problem."""
    return wire.encode({"value": None, "problem": problem, "failed": "", "seconds": 0.0})


@contextmanager
def _sent_along(heads: Mapping[str, TaughtModel]) -> Iterator[None]:
    token = _heads.set(heads)
    try:
        yield
    finally:
        _heads.reset(token)
