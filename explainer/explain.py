"""The use case: a classifier and a picture in, an explanation out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from explainer.engines.protocol import Engine
from explainer.engines.torch import TorchEngine
from explainer.methods import DEFAULT_METHOD, METHODS, MapFunction, positive
from explainer.outside.outside import Bound, Outlook, judge
from explainer.tape import Recording, Score, record
from explainer.target import Target
from models.classifier import Classifier
from models.preprocess import Box
from models.problems import Problem
from models.ways import Way

TOP = 5

Grid = NDArray[np.float32]


class NotFinite(Problem):
    """The model's numbers ran out of range, so that there is nothing to show."""

    key = "model.not_finite"


class UnknownMethod(Problem):
    """A method that is not in METHODS; `known` lists them."""

    key = "method.unknown"


@dataclass(frozen=True, eq=False)
class LayerMap:
    """Where changing a layer would raise the score.

    `grid` is (height, width) float32, 0..1, scaled by its own maximum, all zero when nothing in the layer speaks for
    the target. `maximum` is the unscaled maximum, in units of the score, so that weak evidence can look weak.
    """

    name: str
    grid: Grid
    maximum: float


@dataclass(frozen=True)
class Answer:
    """One class of the model's ranking; confidence is its softmax, 0..1."""

    index: int
    label: str
    confidence: float


@dataclass(frozen=True, eq=False)
class Explanation:
    """What the model answered for a picture, and for each target layer where it looked for `target`.

    `top` runs from the surest answer down. `seen` is the part of the upright picture that reached the model, in
    fractions of its width and height. `layers` run from early to late as in the catalogue. `outlook` says whether the
    picture may be none of the things that the model has words for; None where nobody can say.
    """

    classifier: Classifier
    method: str
    top: tuple[Answer, ...]
    target: Target
    target_confidence: float
    seen: Box
    layers: tuple[LayerMap, ...]
    outlook: Outlook | None = None

    @property
    def outside(self) -> bool:
        """Whether the picture counts as outside the model's world."""
        return self.outlook is not None and self.outlook.outside

    @property
    def answer(self) -> Answer:
        """The model's first answer."""
        return self.top[0]

    def layer(self, name: str) -> LayerMap:
        """The map of one target layer by its module path. Raises KeyError when it is not one."""
        return {layer.name: layer for layer in self.layers}[name]


def explain(
    classifier: Classifier,
    picture: Image.Image,
    target: Target | None = None,
    method: str = DEFAULT_METHOD,
    *,
    engine: Engine | None = None,
    layers: Sequence[str] | None = None,
    window: Box | None = None,
    bound: Bound | None = None,
) -> Explanation:
    """Name a picture and map target layers, with one forward and at most one backward pass.

    Args:
        classifier: from `models.store`.
        picture: upright RGB picture of any size.
        target: what to explain; None for the model's own first answer.
        method: a key of METHODS.
        engine: what computes; None for torch.
        layers: module paths among the classifier's target layers; None for all of them.
        window: the part of the picture to show the model, as `explainer.experiments.move_the_window` makes it; None for
            the usual square.
        bound: that of this classifier, to judge the picture by where all layers of the bound are asked for.

    Raises:
        UnknownMethod: the method is not in METHODS.
        NotFinite: the model gave NaN or infinity.
    """
    if method not in METHODS:
        raise UnknownMethod(method=method, known=tuple(METHODS))
    names = [layer.name for layer in classifier.spec.layers] if layers is None else list(layers)
    inputs = classifier.preprocess(picture, window).unsqueeze(0)
    recording = (engine or TorchEngine(classifier)).run(inputs, names, [target])
    logits = recording.logits[0].float().cpu()
    if not logits.isfinite().all():
        raise NotFinite(title=classifier.spec.title)
    top = _rank(logits, classifier)
    target = target or Target(top[0].label, (top[0].index,))
    return Explanation(
        classifier=classifier,
        method=method,
        top=top,
        target=target,
        target_confidence=target.confidence(logits),
        seen=classifier.preprocess.seen(*picture.size, window),
        layers=_layer_maps(recording, names, METHODS[method].function, classifier.spec.title),
        outlook=judge(recording, names, bound, classifier) if bound and set(bound.layers) <= set(names) else None,
    )


def layer_maps(
    module: nn.Module,
    inputs: Tensor,
    layers: Sequence[str],
    score: Score,
    method: str = DEFAULT_METHOD,
    ways: Mapping[str, Way] = MappingProxyType({}),
) -> tuple[LayerMap, ...]:
    """Map target layers of any network, without a catalogue entry.

    Args:
        module: a network; it leaves as it came.
        inputs: (1, 3, H, W) float tensor on the module's device.
        layers: module paths.
        score: logits (1, classes) -> (1,).
        method: a key of METHODS.
        ways: how the output of a layer becomes feature maps, by its path, as for `explainer.tape.record`.

    Raises:
        explainer.tape.LayerError: a path is unknown or gives no feature maps.
        UnknownMethod: the method is not in METHODS.
        NotFinite: the network gave NaN or infinity.
    """
    if method not in METHODS:
        raise UnknownMethod(method=method, known=tuple(METHODS))
    title = type(module).__name__
    recording = record(module, inputs, layers, score, ways)
    if not recording.logits.isfinite().all():
        raise NotFinite(title=title)
    return _layer_maps(recording, layers, METHODS[method].function, title)


def scale(grid: Tensor) -> tuple[Grid, float]:
    """A map (H, W) of values from zero up -> (grid 0..1 as float32, its maximum). A map of zeros stays zeros."""
    maximum = float(grid.max())
    scaled = grid / maximum if maximum > 0 else torch.zeros_like(grid)
    return scaled.float().cpu().numpy(), maximum


def _rank(logits: Tensor, classifier: Classifier) -> tuple[Answer, ...]:
    confidences = logits.double().softmax(dim=0)
    # Of equal logits the first comes first, so that the answer is the class that `best_score` explains.
    order = logits.sort(descending=True, stable=True).indices[:TOP]
    return tuple(Answer(index, classifier.labels[index], float(confidences[index])) for index in order.tolist())


def _layer_maps(recording: Recording, names: Sequence[str], function: MapFunction, title: str) -> tuple[LayerMap, ...]:
    maps = []
    for name, activations, gradients in zip(names, recording.activations, recording.gradients, strict=True):
        grid, maximum = scale(positive(function(activations, gradients))[0])
        if not np.isfinite(maximum):
            raise NotFinite(title=title)
        maps.append(LayerMap(name, grid, maximum))
    return tuple(maps)
