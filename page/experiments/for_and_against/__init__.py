"""For and against: what in the picture speaks for a word, and what against it."""

from page.experiments.for_and_against.for_and_against import ForAndAgainst

__all__ = ["ForAndAgainst"]
