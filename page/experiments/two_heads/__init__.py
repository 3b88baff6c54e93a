"""Experiment 10: the same picture in two models, in two ways of drawing, or in all layers of one."""

from page.experiments.two_heads.two_heads import TwoHeads

__all__ = ["TwoHeads"]
