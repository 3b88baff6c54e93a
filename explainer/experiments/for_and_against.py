"""What in a layer speaks for the target, and what against it: a map before the ReLU that others end with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explainer.confidences import confidences_of, first_answer
from explainer.engines.protocol import Engine
from explainer.experiments.hiding import DEFAULT_REPLACEMENT, REPLACEMENTS, coldest, hide, ranked
from explainer.explain import Grid, NotFinite, check_method, reference
from explainer.methods import DEFAULT_METHOD
from explainer.methods import signed_maps as maps_of
from explainer.target import Target
from models.classifier import Classifier
from models.preprocess import Box


@dataclass(frozen=True, eq=False)
class SignedMap:
    """Where a layer speaks for `target` and where against it.

    `grid` is (height, width) float32, -1..1, scaled by the largest absolute value, which is `maximum` in units of the
    score; all zero when the layer has no say. `share_for` is the part of all evidence, for and against, that speaks
    for it, 0..1; None when there is none. `confidence` is the target's own, and `seen` the part of the picture that
    the grid covers.
    """

    layer: str
    target: Target
    confidence: float
    seen: Box
    grid: Grid
    maximum: float
    share_for: float | None


def signed_maps(
    classifier: Classifier,
    picture: Image.Image,
    target: Target | None = None,
    layers: Sequence[str] | None = None,
    method: str = DEFAULT_METHOD,
    *,
    engine: Engine | None = None,
) -> tuple[SignedMap, ...]:
    """The signed maps of several layers, in one pass. Their positive parts are the maps that `explain` gives.

    Selvaraju et al., 2017, arXiv:1610.02391, draw what is against a class by turning the gradient's sign; for Grad-CAM
    that is the negative part of the same sum. LayerCAM and Grad-CAM++ leave out negative gradients, and attention
    what is against it, so with them little or nothing is against.

    Args:
        classifier: from `models.store`.
        picture: upright RGB picture of any size.
        target: what to explain; None for the model's own first answer.
        layers: module paths among the classifier's target layers; None for all of them.
        method: one that the model has.
        engine: what computes; None for torch.

    Raises:
        UnknownMethod: the model has no such method.
        NotFinite: the model gave NaN or infinity.
        explainer.tape.LayerError: there is no such layer.
    """
    check_method(method, classifier)
    names = [layer.name for layer in classifier.spec.layers] if layers is None else list(layers)
    inputs = classifier.preprocess(picture).unsqueeze(0)
    recording = (engine or reference(classifier, method)).run(inputs, names, [target])
    grids = [signed[0].float().cpu().numpy() for signed in maps_of(recording, method)]
    logits = recording.logits[0].float().cpu()
    if not (logits.isfinite().all() and all(np.isfinite(grid).all() for grid in grids)):
        raise NotFinite(title=classifier.spec.title)
    target = target or first_answer(logits, classifier)
    confidence, seen = target.confidence(logits), classifier.preprocess.seen(*picture.size)
    return tuple(_signed(name, target, confidence, seen, grid) for name, grid in zip(names, grids, strict=True))


def without_what_is_against(
    classifier: Classifier, picture: Image.Image, found: SignedMap, *, engine: Engine | None = None
) -> float:
    """The confidence 0..1 in the target once the fifth of the picture that speaks most against it is blurred.

    Where the map tells the truth, that makes the model surer.
    """
    inputs = classifier.preprocess.array(picture)
    places = ranked(np.asarray((found.grid + 1) / 2, np.float32), inputs.shape[1])  # in 0..1 the order is the same
    changed = hide(inputs, coldest(places), REPLACEMENTS[DEFAULT_REPLACEMENT](inputs))
    return confidences_of(classifier, [changed], found.target, engine)[0]


def _signed(layer: str, target: Target, confidence: float, seen: Box, signed: NDArray[np.float32]) -> SignedMap:
    total, maximum = float(np.abs(signed).sum()), float(np.abs(signed).max())
    return SignedMap(
        layer=layer,
        target=target,
        confidence=confidence,
        seen=seen,
        grid=np.asarray(signed / (maximum or 1), np.float32),
        maximum=maximum,
        share_for=float(signed.clip(min=0).sum()) / total if total > 0 else None,
    )
