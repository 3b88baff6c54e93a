"""The honest grid: the cells that a map is made of, how strong they are, and the score as their sum."""

from page.experiments.honest_grid.honest_grid import HonestGrid

__all__ = ["HonestGrid"]
