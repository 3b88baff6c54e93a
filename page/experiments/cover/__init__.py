"""Experiment 1: a part is covered, and the model is asked again."""

from page.experiments.cover.cover import CoverUp

__all__ = ["CoverUp"]
