"""Move the window: the same photo, another frame, another answer."""

from page.experiments.move_the_window.move_the_window import MoveTheWindow

__all__ = ["MoveTheWindow"]
