"""Where the models work: in this process, or on a GPU that the platform lends for the time of a call."""

import os
import traceback
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from models.problems import Problem
from page import request
from page.pictures.together import key_of
from page.words import speak, spoken

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")
Lend = Callable[[Callable[..., Any]], Callable[..., Any]]

SECONDS = 30  # that a visitor's own share of the GPUs must have left; what takes longer is stopped


class Lost(Exception):
    """What a function raised where the GPU is, as its traceback."""


def gpu_is_lent() -> bool:
    """Whether this is ZeroGPU, a kind of Space of Hugging Face, by the variable that the platform sets."""
    return os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")


def lender() -> Lend | None:
    """What borrows the GPU on ZeroGPU, a kind of Space of Hugging Face; None anywhere else.

    To be called before anything asks for CUDA. The platform brings the package.
    """
    if not gpu_is_lent():
        return None
    import spaces

    lend: Lend = spaces.GPU(duration=SECONDS)
    return lend


class Gpu:
    """Runs functions where the models work.

    A lent GPU is used from another process, which is forked off this one when it is wanted: a function that was brought
    before finds all that this process had, but what it is given and what it gives travel as copies.
    """

    def __init__(self, lend: Lend | None = None) -> None:
        """Everything happens in this process, unless `lend` makes functions run elsewhere."""
        self._functions: dict[str, Callable[..., Any]] = {}
        self._there = lend(self._run) if lend else None

    @property
    def lent(self) -> bool:
        """Whether the GPU is used from another process."""
        return self._there is not None

    def bring(self, name: str, function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        """The function as it is to be called; `name` is its own. To be done before the page is served."""
        there = self._there
        if there is None:
            return function
        self._functions[name] = function

        @wraps(function)
        def asked(*values: Parameters.args, **named: Parameters.kwargs) -> Result:
            given = [_sent(value) for value in values], {key: _sent(value) for key, value in named.items()}
            result, error = there(name, (request.current.get(), spoken()), *given)
            if error:
                raise error
            return result  # type: ignore[no-any-return]

        return asked

    def _run(
        self, name: str, asked: tuple[str, str], values: list[Any], named: dict[str, Any]
    ) -> tuple[Any, Exception | None]:
        number, language = asked
        request.current.set(number)
        speak(language)
        try:
            return self._functions[name](*values, **named), None
        except Problem as problem:
            return None, problem
        except Exception:  # the platform would show its name
            return None, Lost(traceback.format_exc())


def _sent(value: Any) -> Any:
    """Pictures that are still to be opened are opened here, where it is known whose they are, each file once."""
    if not isinstance(value, list):
        return value
    opened = {key_of(each): each for each in value if callable(each)}
    there = {key: _opened(opening) for key, opening in opened.items()}
    return [there[key_of(each)] if callable(each) else each for each in value]


def _opened(opening: Callable[[], Any]) -> Callable[[], Any]:
    try:
        return partial(_given, opening())
    except Problem as problem:
        return partial(_raised, problem)


def _given(value: Any) -> Any:
    return value


def _raised(problem: Problem) -> Any:
    raise problem
