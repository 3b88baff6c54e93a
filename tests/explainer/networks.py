"""Small networks whose numbers can be worked out by hand, and classifiers around them."""

import copy
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from PIL import Image
from torch import Tensor, nn

from benchmarks.networks import seeded
from explainer.explain import LayerMap, layer_maps
from explainer.methods import DEFAULT_METHOD
from explainer.tape import Score, record
from models.catalogue import ClassifierSpec, TargetLayer
from models.classifier import Classifier
from models.labels import Labels
from models.lite import LITE0
from models.preprocess import Preprocess
from models.weights import PipWeights

CPU = torch.device("cpu")


def hand_made(inplace: bool = False) -> nn.Sequential:
    """Two convolutions and a linear layer with weights of small whole numbers; frozen, for one-channel inputs."""
    network = nn.Sequential(
        nn.Conv2d(1, 2, 1, bias=False),
        nn.ReLU(inplace),
        nn.Conv2d(2, 2, (1, 2), bias=False),
        nn.ReLU(inplace),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(2, 2, bias=False),
    )
    weights = (
        [[[[1.0]]], [[[-1.0]]]],
        [[[[1.0, -1.0]], [[0.0, 2.0]]], [[[-1.0, 1.0]], [[1.0, 0.0]]]],
        [[4.0, 8.0], [-4.0, 4.0]],
    )
    for layer, values in zip((network[0], network[2], network[6]), weights, strict=True):
        layer.weight = nn.Parameter(torch.tensor(values))
    return network.eval().requires_grad_(False)


# The picture for `hand_made`, and what its layers give and get, worked out with pencil and paper. The score is the
# first of the two logits, 12 and 3.
PICTURE = torch.tensor([[[[1.0, 2, 3], [0, -1, 2]]]])
LOGITS = torch.tensor([[12.0, 3.0]])
ACTIVATIONS = {
    "0": torch.tensor([[[[1.0, 2, 3], [0, -1, 2]], [[-1, -2, -3], [0, 1, -2]]]]),
    "1": torch.tensor([[[[1.0, 2, 3], [0, 0, 2]], [[0, 0, 0], [0, 1, 0]]]]),
    "2": torch.tensor([[[[-1.0, -1], [2, -2]], [[1, 1], [0, 3]]]]),
    "3": torch.tensor([[[[0.0, 0], [2, 0]], [[1, 1], [0, 3]]]]),
}
GRADIENTS = {
    "0": torch.tensor([[[[-2.0, 0, 2], [0, 0, 2]], [[0, 0, 0], [0, 4, 0]]]]),
    "1": torch.tensor([[[[-2.0, 0, 2], [1, -3, 2]], [[2, 2, 0], [0, 4, 0]]]]),
    "2": torch.tensor([[[[0.0, 0], [1, 0]], [[2, 2], [0, 2]]]]),
    "3": torch.tensor([[[[1.0, 1], [1, 1]], [[2, 2], [2, 2]]]]),
}


def first(logits: Tensor) -> Tensor:
    """The score of the first class."""
    return logits[:, 0]


def small(classes: int = 7, inplace: bool = False) -> nn.Module:
    """A seeded network for colour pictures: two convolutions, each with an activation, then pooling and classes."""
    return seeded(
        nn.Sequential(
            nn.Conv2d(3, 6, 3, stride=2, padding=1),
            nn.ReLU(inplace),
            nn.Conv2d(6, 8, 3, padding=1),
            nn.ReLU(inplace),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(8, classes),
        )
    )


def images(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    """Reproducible noise."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@dataclass(frozen=True, eq=False)
class Copied(PipWeights):
    """Starts a network anew by what torch draws for each of its parts."""

    module: nn.Module

    def untrained(self) -> nn.Module:
        module = copy.deepcopy(self.module)
        for part in module.modules():
            if hasattr(part, "reset_parameters"):
                part.reset_parameters()
        return module


def spec_of(layers: Sequence[str], title: str = "Tiny") -> ClassifierSpec:
    targets = tuple(TargetLayer(name, f"Layer {name}") for name in layers)
    return ClassifierSpec("tiny", title, PipWeights(title, LITE0), targets, layers[-1])


def words(count: int) -> Labels:
    """The labels class 0, class 1, and so on."""
    return Labels(tuple(f"class {index}" for index in range(count)), ((),) * count)


def shrunk_to(side: int) -> Preprocess:
    """All of a square picture at that side, in plain numbers from -1 to 1."""
    return Preprocess(side, side, mean=(0.5,) * 3, std=(0.5,) * 3, resampling=Image.Resampling.BILINEAR)


def classifier_of(
    module: nn.Module, layers: Sequence[str], classes: int, side: int = 16, device: torch.device = CPU
) -> Classifier:
    """A classifier that shrinks the picture to `side` and looks at all of it, with plain numbers from -1 to 1."""
    spec = replace(spec_of(layers), source=Copied("Tiny", LITE0, module))
    return Classifier(spec, module, shrunk_to(side), words(classes), device, threading.Lock())


def maps_of(
    module: nn.Module, inputs: Tensor, layers: Sequence[str], score: Score, method: str = DEFAULT_METHOD
) -> tuple[LayerMap, ...]:
    """The maps of any network, without a catalogue entry, by one recording."""
    return layer_maps(record(module, inputs, layers, score), layers, method, type(module).__name__)


def linear(classes: int, side: int) -> Classifier:
    """A classifier whose logits are sums over all of a picture's values, times seeded weights; its layer is "0"."""
    look = nn.Conv2d(3, 3, 1, bias=False)
    network = seeded(nn.Sequential(look, nn.Flatten(), nn.Linear(3 * side * side, classes)))
    look.weight.data[:] = torch.eye(3)[:, :, None, None]
    return classifier_of(network.requires_grad_(False), ["0"], classes, side)
