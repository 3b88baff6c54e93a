"""What keeps the models for seconds goes through a lane of its own, whichever door asks for it."""

from types import SimpleNamespace
from typing import Any

import pytest

from page.doors.lanes import is_long
from page.experiments import EXPERIMENTS

LONG = is_long({"fool"}, lambda: {"vgg16"})


def event(name: str, data: list[Any], asked: Any = None) -> Any:
    return SimpleNamespace(fn=SimpleNamespace(api_name=name), data=SimpleNamespace(data=data, event_data=asked))


@pytest.mark.parametrize(
    ("asked", "long"),
    [
        (event("explain", [{"path": "a"}, None]), False),
        (event("fool", [{"path": "a"}, None]), True),
        (event("explain", [{"path": "a"}, "vgg16"]), True),
        (event("explain", [{"path": "a"}, "here"]), False),
        (event("experiment", [None, 1, None], {"name": "fool", "values": {}}), True),
        (event("experiment", [None, 1, None], {"name": "cover", "values": {"model": "vgg16"}}), True),
        (event("experiment", [None, 1, None], {"name": "cover", "values": {"part": "a"}}), False),
        (event("experiment", [["vgg16"], {}], {"name": ["fool"], "values": [1]}), False),
        (event("experiment", [None], "fool"), False),
        (SimpleNamespace(fn=SimpleNamespace(api_name="fool"), data=None), False),
    ],
)
def test_question_is_long_by_its_name_or_by_a_model_that_is_not_in_memory(asked: Any, long: bool) -> None:
    assert LONG(asked) is long


def test_what_climbs_and_what_takes_many_pictures_is_long_and_what_visitors_do_most_is_not() -> None:
    long = {experiment.name for experiment in EXPERIMENTS if experiment.long}
    assert {"fool", "from_nothing", "unlearned", "many", "memory_cards", "try_map", "two_heads"} <= long
    assert not long & {"cover", "dog_or_cat", "you_first", "dress_up", "move_the_window", "honest_grid"}
