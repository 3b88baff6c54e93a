"""The squares most like one, in a visitor's other pictures and the page's."""

from page.experiments.alike.alike import Alike

__all__ = ["Alike"]
