"""Many at once: a stack of pictures, their answers, and what a visitor says about them."""

from page.experiments.many.many import Many, ManyCounts

__all__ = ["Many", "ManyCounts"]
