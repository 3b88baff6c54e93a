"""Dog, or cat? One picture, and what speaks for each of two words."""

from page.experiments.dog_or_cat.dog_or_cat import DogOrCat

__all__ = ["DogOrCat"]
