"""One square of the last map: what it says when it is asked alone, and which squares of other pictures are most like
it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explainer.engines.linear_head import HEADS
from explainer.engines.protocol import Engine
from explainer.engines.torch import TorchEngine
from explainer.experiments.honest_grid import NotASum
from explainer.explain import NotFinite
from models.classifier import Classifier
from models.later import Tensor, torch
from models.preprocess import Box
from models.problems import Problem

SAID = 3  # words of a square
ALIKE = 6  # squares that are shown
EACH = 2  # of one picture, at most


class NoSuchSquare(Problem):
    """A square that is not on the grid. Values: rows, columns."""

    key = "grid.no_square"


@dataclass(frozen=True)
class LikeSquare:
    """A square of another picture: its number among them, from 0, its row and column, which part of that picture it is,
    and how much it is like the one that was asked about: the cosine of the angle between what the last stage gives for
    both, -1..1."""

    picture: int
    row: int
    column: int
    part: Box
    likeness: float


def asked_alone(classifier: Classifier, activations: Tensor) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The SAID surest words of each square, as if pooling had only this one to put together.

    A square has also seen some of what lies around it, and has no say alone: the score is the mean over all of them.

    Args:
        classifier: from `models.store`.
        activations: (C, height, width), what the last target layer gives.

    Raises:
        explainer.experiments.honest_grid.NotASum: something else than pooling and one linear layer follows.
    """
    head = HEADS.of(classifier, classifier.spec.layers[-1].name)
    if head is None:
        raise NotASum(title=classifier.spec.title)
    channels, height, width = activations.shape
    cells = activations.reshape(channels, height * width).T.to(head.weight)
    said = (cells @ head.weight.T + head.bias).topk(min(SAID, len(head.bias)), dim=1).indices.cpu().tolist()
    words = [tuple(classifier.labels[index] for index in row) for row in said]
    return tuple(tuple(words[width * row : width * (row + 1)]) for row in range(height))


def squares_alike(
    classifier: Classifier,
    picture: Image.Image,
    square: tuple[int, int],
    others: Sequence[Image.Image],
    *,
    engine: Engine | None = None,
) -> tuple[LikeSquare, ...]:
    """The squares of other pictures that are most like one of this picture, the most alike first.

    Args:
        classifier: from `models.store`.
        picture: upright RGB picture of any size.
        square: its row and column on the last target layer's grid, from 0.
        others: RGB pictures; one that is the same to the model is left out.
        engine: what computes; None for torch.

    Returns:
        Up to ALIKE squares, of one picture no more than EACH.

    Raises:
        NoSuchSquare: the square is not on the grid.
        NotFinite: the model gave NaN or infinity.
    """
    own = last_activations(classifier, picture, engine)
    _, rows, columns = own.shape
    row, column = square
    if not (0 <= row < rows and 0 <= column < columns):
        raise NoSuchSquare(rows=rows, columns=columns)
    wanted = _directions(own)[row, column]
    found: list[LikeSquare] = []
    for number, other in enumerate(others):
        theirs = last_activations(classifier, other, engine)
        if torch.equal(theirs, own):
            continue
        likeness = _directions(theirs) @ wanted
        best = np.argsort(-likeness, axis=None, kind="stable")[:EACH]
        seen, shape = classifier.preprocess.seen(*other.size), likeness.shape
        found += [
            LikeSquare(number, at // shape[1], at % shape[1], _part(seen, shape, at), float(likeness.flat[at]))
            for at in best.tolist()
        ]
    return tuple(sorted(found, key=lambda each: -each.likeness)[:ALIKE])


def last_activations(classifier: Classifier, picture: Image.Image, engine: Engine | None = None) -> Tensor:
    """What the last target layer gives for a picture: (C, height, width). Raises NotFinite."""
    inputs = classifier.preprocess(picture).unsqueeze(0)
    recording = (engine or TorchEngine(classifier)).run(inputs, [classifier.spec.layers[-1].name], [None])
    activations = recording.activations[0][0].float().cpu()
    if not torch.isfinite(activations).all():
        raise NotFinite(title=classifier.spec.title)
    return activations


def _part(seen: Box, shape: tuple[int, ...], at: int) -> Box:
    """A square's part of the picture, of a grid of this shape over what was seen."""
    height, width = seen.height / shape[0], seen.width / shape[1]
    return Box(seen.x + at % shape[1] * width, seen.y + at // shape[1] * height, width, height)


def _directions(activations: Tensor) -> NDArray[np.float64]:
    """Activations (C, height, width) -> (height, width, C), each of length 1; one that is zero stays zero."""
    cells = activations.permute(1, 2, 0).double().numpy()
    lengths = np.linalg.norm(cells, axis=2, keepdims=True)
    return np.asarray(cells / np.where(lengths > 0, lengths, 1))
