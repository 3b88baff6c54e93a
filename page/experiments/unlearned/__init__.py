"""A brain with nothing in it: the map beside those of networks with random weights."""

from page.experiments.unlearned.unlearned import Unlearned

__all__ = ["Unlearned"]
