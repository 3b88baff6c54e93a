"""Targets that must be one word of the model, where a group or a contrast would have no meaning."""

from __future__ import annotations

from explainer.target import Target
from models.later import Tensor, torch
from models.problems import Problem


class NotOneWord(Problem):
    """A group or a contrast where a single class is needed. Values: label."""

    key = "fool.one_word"


def single(target: Target) -> int:
    """The target's class. Raises NotOneWord for a group or a contrast."""
    if target.index is None:
        raise NotOneWord(label=target.label)
    return target.index


def others(logits: Tensor, index: int) -> Tensor:
    """Logits (N, classes) with that of class `index` set to -inf, so that no maximum or sum counts it."""
    rest = logits.clone()
    rest[:, index] = -torch.inf
    return rest
