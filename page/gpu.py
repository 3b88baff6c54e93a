"""A GPU that the platform lends for the time of a call."""

import os
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from models.problems import Problem
from page import request
from page.place import Parameters, Result
from page.travel import sent
from page.words import speak, spoken

Lend = Callable[[Callable[..., Any]], Callable[..., Any]]

SECONDS = 30  # that a visitor's own share of the GPUs must have left; what takes longer is stopped


_borrowed: ContextVar[bool] = ContextVar("borrowed", default=False)  # whether this is where the GPU is


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


class BorrowedGpu:
    """A place for functions on such a GPU.

    It is used from another process, which is forked off this one when it is wanted: a function that was brought
    before finds all that this process had, but what it is given and what it gives travel as copies.
    """

    lent = True

    def __init__(self, lend: Lend) -> None:
        """`lend` makes functions run there."""
        self._functions: dict[str, Callable[..., Any]] = {}
        self._there = lend(self._run)

    def bring(
        self,
        name: str,
        function: Callable[Parameters, Result],
        *,
        asks_only: bool = False,
        lasting: bool = False,
    ) -> Callable[Parameters, Result]:
        """As `page.place.Place.bring`. Whatever asks goes there whole, so that a GPU is borrowed once for it."""
        there = self._there
        self._functions[name] = function

        @wraps(function)
        def asked(*values: Parameters.args, **named: Parameters.kwargs) -> Result:
            if _borrowed.get():
                return function(*values, **named)
            given = [sent(value) for value in values], {key: sent(value) for key, value in named.items()}
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
        inside = _borrowed.set(True)
        try:
            return self._functions[name](*values, **named), None
        except Problem as problem:
            return None, problem
        except Exception:  # the platform would show its name
            return None, Lost(traceback.format_exc())
        finally:
            _borrowed.reset(inside)
