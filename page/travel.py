"""Values on their way to where the models work, and pictures among them that are still to be opened."""

from collections.abc import Callable
from functools import partial
from typing import Any

from models.problems import Problem
from page.pictures.together import key_of


def sent(value: Any) -> Any:
    """Pictures that are still to be opened are opened here, where it is known whose they are, each file once."""
    if not isinstance(value, list):
        return value
    opened = {key_of(each): each for each in value if callable(each)}
    there = {key: _opened(opening) for key, opening in opened.items()}
    return [there[key_of(each)] if callable(each) else each for each in value]


def given(value: Any) -> Any:
    """An opening of what was opened before."""
    return value


def refused(problem: Problem) -> Any:
    """An opening of what could not be opened: raises why."""
    raise problem


def _opened(opening: Callable[[], Any]) -> Callable[[], Any]:
    try:
        return partial(given, opening())
    except Problem as problem:
        return partial(refused, problem)
