"""The models in a cluster: what a page asks of them travels there, by the name of a function."""

import threading
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from cluster import wire
from cluster.link import Link
from models.facts import ClassifierFacts
from models.preprocess import Preprocess
from models.taught.model import TaughtModel
from models.work import charge, current, go_on
from page import request
from page.gpu import Lost
from page.place import Parameters, Result
from page.supply import TAUGHT
from page.travel import sent
from page.words import spoken

CALL = "/call"
SPEAKS = "x-seewhy-speaks"
MODEL = "serve_multiplexed_model_id"  # Ray Serve asks a replica that has this model already, where one has


class InCluster:
    """A place for functions on the machines of a cluster. What they are there is theirs: a page sends their names."""

    lent = False

    def __init__(
        self,
        link: Link,
        seconds: float,
        taught: Callable[[str], TaughtModel | None],
        facts_of: Callable[[str, Preprocess], ClassifierFacts],
        others: Collection[str] = (),
    ) -> None:
        """Ask by `link`, each question for so many seconds at most.

        `taught` gives what the visitor of this request taught, which is sent along; `facts_of` what the page knows of
        a model by its name. `others` are the models that not every replica has in memory.
        """
        self.link = link
        self.seconds = seconds
        self.taught = taught
        self.facts_of = facts_of
        self.others = frozenset(others)

    def bring(
        self,
        name: str,
        function: Callable[Parameters, Result],
        *,
        asks_only: bool = False,
        lasting: bool = False,
    ) -> Callable[Parameters, Result]:
        """As `page.place.Place.bring`. What only asks stays here, so that pictures travel as small as they can."""
        if asks_only:
            return function

        @wraps(function)
        def asked(*values: Parameters.args, **named: Parameters.kwargs) -> Result:
            result: Result = self._ask(name, [sent(each) for each in values], {k: sent(v) for k, v in named.items()})
            return result

        return _Lasting(asked).ask if lasting else asked  # type: ignore[return-value]

    def _ask(self, name: str, values: list[Any], named: dict[str, Any]) -> Any:
        go_on()
        work = current()
        models = [each for each in (*values, *named.values()) if isinstance(each, str)]
        heads = {each: self.taught(each) for each in models if each.startswith(TAUGHT)}
        call = {
            "name": name,
            "number": request.current.get(),
            "language": spoken(),
            "taught": heads,
            "one_core": bool(work and work.one_core),
            "values": values,
            "named": named,
        }
        headers = {SPEAKS: str(wire.SPOKEN), "content-type": "application/octet-stream"}
        if model := self._model(models, heads):
            headers[MODEL] = model
        answer = wire.decode(self.link.ask(CALL, wire.encode(call), self.seconds, headers), self.facts_of)
        charge(answer["seconds"])
        if answer["problem"]:
            raise answer["problem"]
        if answer["failed"]:
            raise Lost(answer["failed"])
        return answer["value"]

    def _model(self, models: list[str], heads: dict[str, TaughtModel | None]) -> str | None:
        """The model that is asked, where not every replica has it."""
        named = (*models, *(each.backbone for each in heads.values() if each))
        return next((each for each in named if each in self.others), None)


class _Lasting:
    """Answers that stay the same, each asked for once."""

    def __init__(self, ask: Callable[..., Any]) -> None:
        self._ask = ask
        self._known: dict[Any, Any] = {}
        self._lock = threading.Lock()

    def ask(self, *values: Any) -> Any:
        with self._lock:
            if values in self._known:
                return self._known[values]
        answer = self._ask(*values)
        with self._lock:
            return self._known.setdefault(values, answer)
