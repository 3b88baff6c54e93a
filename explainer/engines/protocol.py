"""What explains a picture: logits, and for each layer activations and gradients for a target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from explainer.tape import Recording
from explainer.target import Target
from models.later import Tensor, torch


class Engine(Protocol):
    """One way to compute what every map is made of. All engines answer alike; they differ in speed.

    `name` says which one it is, for logs and benchmarks. Several threads may call `run` at once.
    """

    name: str

    def run(
        self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str] = ()
    ) -> Recording:
        """Ask about some pictures, or ask several things about one.

        Args:
            inputs: (N, 3, H, W) float32 tensor on the CPU: preprocessed pictures.
            layers: module paths among the classifier's target layers.
            targets: one for each picture, None for the model's own first answer; for N = 1 any number of them.
            also: module paths among the classifier's target layers whose activations are wanted without gradients.

        Returns:
            A recording with one row for each target; `activations` and `gradients` follow `layers`, and `also`
            follows `also`. Its tensors may be views that are expanded along an axis: read them, do not write to them.
        """
        ...


def best_score(logits: Tensor) -> Tensor:
    """The first answer's own logit: logits (N, classes) -> (N,)."""
    return logits.max(dim=1).values


def scores(logits: Tensor, targets: Sequence[Target | None]) -> Tensor:
    """The score of each row's own target: logits (N, classes) and N targets -> (N,)."""
    rows = logits.chunk(len(logits))
    return torch.cat([_score(row, target) for row, target in zip(rows, targets, strict=True)])


def slopes(logits: Tensor, targets: Sequence[Target | None]) -> Tensor:
    """How each row's score depends on its logits: logits (N, classes) and N targets -> (N, classes)."""
    if all(target is None or target.index is not None for target in targets):
        return _ones(logits, targets)
    with torch.inference_mode(False), torch.enable_grad():
        leaf = logits.detach().clone().requires_grad_()
        return torch.autograd.grad(scores(leaf, targets).sum(), leaf)[0]


def _ones(logits: Tensor, targets: Sequence[Target | None]) -> Tensor:
    """One at each row's own class: what torch would differentiate in a twentieth of a frame's time."""
    ones = torch.zeros_like(logits)
    for row, first, target in zip(ones, logits.max(dim=1).indices.tolist(), targets, strict=True):
        row[target.index if target and target.index is not None else first] = 1
    return ones


def _score(row: Tensor, target: Target | None) -> Tensor:
    return target.score(row) if target else best_score(row)
