"""SeeWhy as a contender: the one place that knows its engines and its settings."""

import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.peers import Maps, Read
from explainer.explain import best_score, scale
from explainer.methods import DEFAULT_METHOD, METHODS, positive
from explainer.tape import Recording, record
from explainer.target import Target
from models.classifier import Classifier
from page.picture import Picture
from page.reply import as_json
from page.service import Reply
from page.settings import Settings


class Engine(Protocol):
    """What computes activations and gradients."""

    name: str

    def run(self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None]) -> Recording:
        """Inputs (N, 3, H, W) and a target for each; one picture may go with several targets, a row for each."""
        ...


class TorchEngine:
    """`explainer.tape` for one module."""

    name = "torch"

    def __init__(self, module: nn.Module) -> None:
        """Run `module`, frozen and in eval mode."""
        self.module = module

    def run(self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None]) -> Recording:
        """One forward and one backward pass; several targets of one picture are a batch of copies."""

        def score(logits: Tensor) -> Tensor:
            rows = [logits[row : row + 1] for row in range(len(targets))]
            pairs = zip(rows, targets, strict=True)
            return torch.cat([target.score(row) if target else best_score(row) for row, target in pairs])

        return record(self.module, inputs.expand(len(targets), -1, -1, -1), layers, score)


def engines_of(classifier: Classifier, cache: Path) -> tuple[list[Engine], list[str]]:
    """The engines that can run a classifier here, the reference first, and a sentence for each that can't."""
    return [TorchEngine(classifier.module)], ["SeeWhy's OpenVINO engine is not part of this version."]


def ask(engine: Engine, layers: Sequence[str], inputs: Tensor, indices: Sequence[int]) -> Read:
    """Grad-CAM by an engine, scaled as the page shows it: for each class one map a layer."""
    recording = engine.run(inputs, layers, [Target(str(index), (index,)) for index in indices])
    function = METHODS[DEFAULT_METHOD].function
    signed = [function(a, g) for a, g in zip(recording.activations, recording.gradients, strict=True)]
    grids = [[scale(positive(each[row]))[0] for each in signed] for row in range(len(indices))]
    return partial(_wide, grids)


def _wide(grids: Sequence[Sequence[NDArray[np.float32]]]) -> list[Maps]:
    return [[grid.astype("float64") for grid in maps] for maps in grids]


def keep_cache_in(folder: Path) -> bool:
    """Make servers started from now on keep their engine's graphs in `folder`; False where they keep none anyway."""
    os.environ["SEEWHY_CACHE"] = str(folder)
    return "cache" in Settings.model_fields


def published(classifier: Classifier, picture: Picture) -> Tensor:
    """The tensor (3, side, side) that the transform published with the weights makes of a picture."""
    made: Tensor = classifier.preprocess.transform(picture.rgb)
    return made


def deviation(classifier: Classifier) -> Tensor:
    """The (3, 1, 1) numbers that a fraction was divided by last, so that tensors can be compared in 1/255."""
    return torch.tensor(classifier.preprocess.transform.std).view(3, 1, 1)


def answer_bytes(reply: Reply) -> bytes:
    """What a program gets."""
    return json.dumps(as_json(reply, 0.0)).encode()
