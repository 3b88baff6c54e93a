"""The use case: a classifier and a picture in, an explanation out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explainer.engines.protocol import Engine
from explainer.methods import ATTENTION, DEFAULT_METHOD, positive, signed_maps, titles
from explainer.outside.outside import Bound, Outlook, judge
from explainer.tape import Recording
from explainer.target import Target
from models.classifier import Classifier
from models.facts import ClassifierFacts
from models.later import Tensor, torch
from models.preprocess import Box
from models.problems import Problem

if TYPE_CHECKING:  # an explanation is read where nothing is computed, too
    from explainer.engines.torch import TorchEngine

TOP = 5

Grid = NDArray[np.float32]


class NotFinite(Problem):
    """The model's numbers ran out of range, so that there is nothing to show."""

    key = "model.not_finite"


class UnknownMethod(Problem):
    """A method that there is not, or that the model does not have; `known` lists those it has."""

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
    picture may be none of the things that the model has words for; None where that can't be told. `device` is where it
    was computed, in torch's words: not always the classifier's own, which may have run out of memory. There is no
    network in it: whoever reads it may be in another process, or on another machine.
    """

    classifier: ClassifierFacts
    device: str
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
    pixels: NDArray[np.uint8] | None = None,
) -> Explanation:
    """Name a picture and map target layers, with one forward and at most one backward pass.

    Args:
        classifier: from `models.store`.
        picture: upright RGB picture of any size.
        target: what to explain; None for the model's own first answer.
        method: one that the model has, as `explainer.methods.titles` lists them.
        engine: what computes; None for torch.
        layers: module paths among the classifier's target layers; None for all of them.
        window: the part of the picture to show the model, as `explainer.experiments.move_the_window` makes it; None for
            the usual square.
        bound: that of this classifier, to judge the picture by.
        pixels: what the classifier gets of the picture, as `Preprocess.seen_pixels` gives it; None to make it here.

    Raises:
        UnknownMethod: the model has no such method.
        NotFinite: the model gave NaN or infinity.
    """
    return explain_targets(
        classifier,
        picture,
        [target],
        method,
        engine=engine,
        layers=layers,
        window=window,
        bound=bound,
        pixels=pixels,
    )[0]


def explain_targets(
    classifier: Classifier,
    picture: Image.Image,
    targets: Sequence[Target | None],
    method: str = DEFAULT_METHOD,
    *,
    engine: Engine | None = None,
    layers: Sequence[str] | None = None,
    window: Box | None = None,
    bound: Bound | None = None,
    pixels: NDArray[np.uint8] | None = None,
) -> tuple[Explanation, ...]:
    """As `explain`, for several targets of one picture: one forward pass for all, and a backward pass for each."""
    check_method(method, classifier)
    preprocess = classifier.preprocess
    shown = preprocess.seen_pixels(picture, window) if pixels is None else pixels
    seen = preprocess.seen(*picture.size, window)
    return explain_pixels(classifier, shown, seen, targets, method, engine=engine, layers=layers, bound=bound)


def explain_pixels(
    classifier: Classifier,
    pixels: NDArray[np.uint8],
    seen: Box,
    targets: Sequence[Target | None],
    method: str = DEFAULT_METHOD,
    *,
    engine: Engine | None = None,
    layers: Sequence[str] | None = None,
    bound: Bound | None = None,
) -> tuple[Explanation, ...]:
    """As `explain_targets`, of the (side, side, 3) `pixels` that the classifier gets, which show the part `seen`."""
    from models.taught.network import TaughtClassifier

    check_method(method, classifier)
    names = [layer.name for layer in classifier.spec.layers] if layers is None else list(layers)
    inputs = torch.from_numpy(classifier.preprocess.normalised(pixels)).unsqueeze(0)
    wanted = bound.layers if bound else (classifier.layer,) if isinstance(classifier, TaughtClassifier) else ()
    also = [name for name in wanted if name not in names]
    recording = (engine or reference(classifier, method)).run(inputs, names, targets, also)
    logits = recording.logits[0].float().cpu()
    if not logits.isfinite().all():
        raise NotFinite(title=classifier.spec.title)
    top = _rank(logits, classifier)
    outlook = _outlook(recording, [*names, *also], bound, classifier)

    def explanation(row: Recording, target: Target) -> Explanation:
        return Explanation(
            classifier=classifier.facts,
            device=str(recording.logits.device),
            method=method,
            top=top,
            target=target,
            target_confidence=target.confidence(logits),
            seen=seen,
            layers=layer_maps(row, names, method, classifier.spec.title),
            outlook=outlook,
        )

    first = Target(top[0].label, (top[0].index,))
    return tuple(explanation(recording.row(number), target or first) for number, target in enumerate(targets))


def check_method(method: str, classifier: Classifier) -> None:
    """Raise UnknownMethod where a classifier has no such method."""
    if method not in (known := titles(classifier.spec.class_token)):
        raise UnknownMethod(method=method, known=tuple(known))


def reference(classifier: Classifier, method: str) -> TorchEngine:
    """Torch, asked for what a method needs."""
    from explainer.engines.torch import TorchEngine

    return TorchEngine(classifier, attention=method == ATTENTION)


def _outlook(
    recording: Recording, recorded: Sequence[str], bound: Bound | None, classifier: Classifier
) -> Outlook | None:
    from explainer.teach.novelty import outlook_of
    from models.taught.network import TaughtClassifier

    if isinstance(classifier, TaughtClassifier):
        return outlook_of(recording, recorded, classifier)
    return judge(recording, recorded, bound, classifier) if bound else None


def layer_maps(recording: Recording, layers: Sequence[str], method: str, title: str) -> tuple[LayerMap, ...]:
    """The maps of a recording's first row.

    Args:
        recording: a pass whose activations and gradients follow `layers`.
        layers: module paths.
        method: one that the model has; the recording is of the engine for it.
        title: what the model is called.

    Raises:
        NotFinite: the network gave NaN or infinity.
    """
    maps = []
    for name, signed in zip(layers, signed_maps(recording, method), strict=True):
        grid, maximum = scale(positive(signed)[0])
        if not np.isfinite(maximum):
            raise NotFinite(title=title)
        maps.append(LayerMap(name, grid, maximum))
    return tuple(maps)


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
