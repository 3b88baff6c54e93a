"""Only a dot product: where pooling and one linear layer end a network, a score is a sum over a grid's cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explainer.confidences import first_answer
from explainer.engines.linear_head import HEADS, Head
from explainer.engines.protocol import Engine
from explainer.engines.torch import TorchEngine
from explainer.explain import NotFinite
from explainer.target import Target
from models.classifier import Classifier
from models.later import torch
from models.preprocess import Box
from models.problems import Problem


class NotASum(Problem):
    """Something else than pooling and one linear layer follows the last target layer. Values: title."""

    key = "grid.not_a_sum"


class SeveralClasses(Problem):
    """A group's score is no sum over cells: its classes are put together after the cells are. Values: label."""

    key = "grid.several_classes"


@dataclass(frozen=True, eq=False)
class Sum:
    """A score taken apart: `bias` plus the sum of `cells`, (height, width) float64, is the `score` of the network.

    The two agree to a rounding, since the network adds up in single precision. `seen` is the part of the picture that
    the cells cover.
    """

    target: Target
    layer: str
    bias: float
    cells: NDArray[np.float64]
    score: float
    seen: Box

    @property
    def total(self) -> float:
        """The bias and all cells, added up anew."""
        return self.bias + float(self.cells.sum())


def taken_apart(
    classifier: Classifier, picture: Image.Image, target: Target | None = None, *, engine: Engine | None = None
) -> Sum:
    """What each cell of the last stage adds to the score.

    Zhou et al., 2016, arXiv:1512.04150: the logit of class k is b_k + sum over cells of (w_k · a_cell) / cells.

    Args:
        classifier: from `models.store`.
        picture: upright RGB picture of any size.
        target: one class, or one class rather than another; None for the model's own first answer.
        engine: what computes; None for torch.

    Raises:
        SeveralClasses: the target holds a group of classes.
        NotASum: the network does not end with pooling and one linear layer.
        NotFinite: the model gave NaN or infinity.
    """
    if target and max(len(target.indices), len(target.against)) > 1:
        raise SeveralClasses(label=target.label)
    layer = classifier.spec.layers[-1].name
    head = HEADS.of(classifier, layer)
    if head is None:
        raise NotASum(title=classifier.spec.title)
    inputs = classifier.preprocess(picture).unsqueeze(0)
    recording = (engine or TorchEngine(classifier)).run(inputs, [layer], [target])
    logits = recording.logits[0].float().cpu()
    if not logits.isfinite().all():
        raise NotFinite(title=classifier.spec.title)
    target = target or first_answer(logits, classifier)
    weight, bias = head.weight.double().cpu().numpy(), head.bias.double().cpu().numpy()
    row = weight[target.indices[0]] - (weight[target.against[0]] if target.against else 0)
    activations = recording.activations[0][0].double().cpu().numpy()
    return Sum(
        target=target,
        layer=layer,
        bias=float(bias[target.indices[0]] - (bias[target.against[0]] if target.against else 0)),
        cells=np.einsum("c,chw->hw", row, activations) / (activations[0].size * _length(head, activations)),
        score=float(target.score(logits.unsqueeze(0))),
        seen=classifier.preprocess.seen(*picture.size),
    )


def _length(head: Head, activations: NDArray[np.float64]) -> float:
    """What the features are divided by before the head's weights."""
    return float(head.lengths(torch.from_numpy(activations[None])))
