"""Which of two waiting lines a question joins: the long ones must not take the places of short questions."""

from collections.abc import Callable, Collection
from typing import Any

from gradio.queueing import Event

from explainer.engines.batched import MOST

SHORT, LONG = "explain", "long"
# Half of the places are one address's: of the short ones as many as the models take together. Of the long ones a few
# take turns at the model, pass by pass, and more at once would only take longer each.
AT_ONCE = {SHORT: 2 * MOST, LONG: 4}


def is_long(dear: Collection[str], absent: Callable[[], Collection[str]]) -> Callable[[Event], bool]:
    """A function that tells whether an event is long: one of the tests named `dear`, or a model that is not in memory.

    `absent` gives the names of the latter.
    """

    def long(event: Event) -> bool:
        data = event.data
        if data is None:
            return False
        asked = data.event_data if isinstance(data.event_data, dict) else {}
        if _listed(event.fn.api_name, dear) or _listed(asked.get("name"), dear):
            return True
        values = asked.get("values")
        given = [*data.data, *(values.values() if isinstance(values, dict) else ())]
        away = absent()
        return any(_listed(value, away) for value in given)

    return long


def _listed(value: Any, names: Collection[str]) -> bool:
    return isinstance(value, str) and value in names
