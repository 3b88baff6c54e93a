"""A stand-in for the package that the platform brings: what the page and Gradio use of it, done as it does it."""

from collections.abc import Callable
from typing import Any


def gradio_auto_wrap(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gradio offers every function of an event; the platform leaves it as it is, unless told otherwise."""
    return function
