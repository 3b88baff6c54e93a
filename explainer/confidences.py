"""The same question about several pictures of the same size, as changes of one picture are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explainer.engines.protocol import Engine
from explainer.engines.torch import TorchEngine
from explainer.explain import NotFinite
from explainer.target import Target
from models.classifier import Classifier
from models.later import Tensor, torch

# Pictures in one call of the engine: enough to keep all threads busy, few enough for the memory.
AT_ONCE = 8

Inputs = NDArray[np.float32]


def logits_of(classifier: Classifier, inputs: Sequence[Inputs], engine: Engine | None = None) -> Tensor:
    """What the classifier says of preprocessed pictures.

    Args:
        classifier: from `models.store`.
        inputs: (3, side, side) float32 arrays, as `Preprocess.array` gives them.
        engine: what computes; None for torch.

    Returns:
        Logits (N, classes), float32 on the CPU.

    Raises:
        NotFinite: the model gave NaN or infinity.
    """
    engine = engine or TorchEngine(classifier)
    # Of all layers the last one costs least: no backward pass is needed, or a short one.
    last = [classifier.spec.layers[-1].name]
    batches = [inputs[start : start + AT_ONCE] for start in range(0, len(inputs), AT_ONCE)]
    rows = [
        engine.run(torch.from_numpy(np.stack(batch)), last, [None] * len(batch)).logits.float().cpu()
        for batch in batches
    ]
    logits = torch.cat(rows)
    if not logits.isfinite().all():
        raise NotFinite(title=classifier.spec.title)
    return logits


def confidences_of(
    classifier: Classifier, inputs: Sequence[Inputs], target: Target, engine: Engine | None = None
) -> list[float]:
    """How sure the classifier is of `target`, 0..1, for each of several preprocessed pictures, as `logits_of`."""
    return [target.confidence(row) for row in logits_of(classifier, inputs, engine)]


def first_answer(logits: Tensor, classifier: Classifier) -> Target:
    """The class that the model puts first, for logits (classes,)."""
    index = int(logits.argmax())
    return Target(classifier.labels[index], (index,))
