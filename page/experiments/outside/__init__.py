"""Outside its world: may a picture be none of the things that the model has words for?"""

from page.experiments.outside.outside import Outside

__all__ = ["Outside"]
