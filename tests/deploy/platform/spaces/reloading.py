"""Gradio starts this on every Space."""

from typing import Any


def start_reload_server(**asked: Any) -> None:
    """The platform would listen for changes to the program."""
