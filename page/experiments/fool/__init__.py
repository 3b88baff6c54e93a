"""Can you fool it? A noise that nobody sees, and another answer."""

from page.experiments.fool.fool import Fool, FoolStep

__all__ = ["Fool", "FoolStep"]
