"""What a network makes of a picture before it gives an answer: the pooled activations of its last target layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explainer.engines.protocol import Engine
from explainer.engines.torch import TorchEngine
from explainer.explain import NotFinite
from explainer.teach.pooled import Features, features_in
from models.classifier import Classifier
from models.later import torch

AT_ONCE = 8  # pictures in one call of the engine


def features_of(
    classifier: Classifier, inputs: Sequence[NDArray[np.float32]], engine: Engine | None = None
) -> list[Features]:
    """The features of preprocessed pictures.

    Args:
        classifier: a network; what it answers is not used.
        inputs: (3, side, side) float32 arrays, as `Preprocess.array` gives them.
        engine: what computes; None for torch.

    Raises:
        NotFinite: the network gave NaN or infinity.
    """
    engine = engine or TorchEngine(classifier)
    last = [classifier.spec.layers[-1].name]
    found: list[Features] = []
    for start in range(0, len(inputs), AT_ONCE):
        batch = inputs[start : start + AT_ONCE]
        recording = engine.run(torch.from_numpy(np.stack(batch)), last, [None] * len(batch))
        found += [features_in(row.float().cpu().numpy()) for row in recording.activations[0]]
    if not all(np.isfinite(each.vector).all() for each in found):
        raise NotFinite(title=classifier.spec.title)
    return found
