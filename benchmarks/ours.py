"""SeeWhy as a contender: the one place that knows its engines and its settings."""

import json
import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms import InterpolationMode
from torchvision.transforms._presets import ImageClassification

from benchmarks.peers import Maps, Read
from explainer.engines.build import reason
from explainer.engines.joint_graph import build_graph
from explainer.engines.linear_head import HEADS
from explainer.engines.openvino import OpenvinoEngine
from explainer.engines.protocol import Engine
from explainer.engines.torch import TorchEngine
from explainer.explain import scale
from explainer.methods import DEFAULT_METHOD, METHODS, positive
from explainer.target import Target
from models.classifier import Classifier
from models.torch_thread import THREAD
from page.pictures.picture import Picture
from page.reply import as_json
from page.service import Reply


def engines_of(classifier: Classifier, cache: Path) -> tuple[list[Engine], list[str]]:
    """The engines that can run a classifier here, the reference first, and a sentence for each that can't.

    A graph is built in this process, of the module as it is, so that seeded networks have one too. `cache` is not used
    by it; servers keep theirs there.
    """
    layers = [layer.name for layer in classifier.spec.layers]
    engines: list[Engine] = [TorchEngine(classifier)]
    try:
        graph = build_graph(classifier.module, layers, classifier.preprocess.crop_side, classifier.spec.ways)
        head = HEADS.of(classifier, layers[-1])
        engines.append(OpenvinoEngine(graph, layers, head, THREAD.run(torch.get_num_threads)))
    except Exception as error:  # torch and OpenVINO raise whatever comes to their mind
        return engines, [f"OpenVINO can't run {classifier.spec.title}: {reason(error)}"]
    return engines, []


def ask(engine: Engine, layers: Sequence[str], inputs: Tensor, indices: Sequence[int]) -> Read:
    """Grad-CAM by an engine, scaled as the page shows it: for each class one map a layer."""
    recording = engine.run(inputs, layers, [Target(str(index), (index,)) for index in indices])
    function = METHODS[DEFAULT_METHOD].function
    signed = [function(a, g) for a, g in zip(recording.activations, recording.gradients, strict=True)]
    grids = [[scale(positive(each[row]))[0] for each in signed] for row in range(len(indices))]
    return partial(_wide, grids)


def _wide(grids: Sequence[Sequence[NDArray[np.float32]]]) -> list[Maps]:
    return [[grid.astype("float64") for grid in maps] for maps in grids]


def keep_cache_in(folder: Path) -> None:
    """Make servers started from now on keep their engine's graphs in `folder`, unless a folder is already chosen.

    To build a graph takes more work than many a benchmark in its quick form: the tests share one.
    """
    os.environ.setdefault("SEEWHY_CACHE", str(folder))


def published(classifier: Classifier, picture: Picture) -> Tensor:
    """The tensor (3, side, side) that the transform published with the weights makes of a picture."""
    ours = classifier.preprocess
    transform = ImageClassification(
        crop_size=ours.crop_side,
        resize_size=ours.resize_side,
        mean=ours.mean,
        std=ours.std,
        interpolation=InterpolationMode[ours.resampling.name],
    )
    made: Tensor = transform(picture.rgb)
    return made


def deviation(classifier: Classifier) -> Tensor:
    """The (3, 1, 1) numbers that a fraction was divided by last, so that tensors can be compared in 1/255."""
    return torch.tensor(classifier.preprocess.std).view(3, 1, 1)


def answer_bytes(reply: Reply) -> bytes:
    """What a program gets."""
    return json.dumps(as_json(reply, 0.0)).encode()
