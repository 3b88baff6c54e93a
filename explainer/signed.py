"""What in a layer speaks for the target, and what against it: a map before the ReLU that others end with."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from explainer.confidences import first_answer
from explainer.engine import Engine
from explainer.explain import Grid, NotFinite, UnknownMethod
from explainer.methods import DEFAULT_METHOD, METHODS
from explainer.target import Target
from explainer.torch_engine import TorchEngine
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


def for_and_against(
    classifier: Classifier,
    picture: Image.Image,
    target: Target | None = None,
    layer: str | None = None,
    method: str = DEFAULT_METHOD,
    *,
    engine: Engine | None = None,
) -> SignedMap:
    """The signed map of one layer. Its positive part is the map that `explain` gives.

    Selvaraju et al., 2017, arXiv:1610.02391, draw what is against a class by turning the gradient's sign; for Grad-CAM
    that is the negative part of the same sum. LayerCAM and Grad-CAM++ leave out negative gradients, so with them
    little or nothing is against.

    Args:
        classifier: from `models.store`.
        picture: upright RGB picture of any size.
        target: what to explain; None for the model's own first answer.
        layer: a module path among the classifier's target layers; None for its default.
        method: a key of METHODS.
        engine: what computes; None for torch.

    Raises:
        UnknownMethod: the method is not in METHODS.
        NotFinite: the model gave NaN or infinity.
        explainer.tape.LayerError: there is no such layer.
    """
    if method not in METHODS:
        raise UnknownMethod(method=method, known=tuple(METHODS))
    layer = layer or classifier.spec.default_layer
    inputs = classifier.preprocess(picture).unsqueeze(0)
    recording = (engine or TorchEngine(classifier)).run(inputs, [layer], [target])
    signed = METHODS[method].function(recording.activations[0], recording.gradients[0])[0].float().cpu().numpy()
    logits = recording.logits[0].float().cpu()
    if not (logits.isfinite().all() and np.isfinite(signed).all()):
        raise NotFinite(title=classifier.spec.title)
    target = target or first_answer(logits, classifier)
    total, maximum = float(np.abs(signed).sum()), float(np.abs(signed).max())
    return SignedMap(
        layer=layer,
        target=target,
        confidence=target.confidence(logits),
        seen=classifier.preprocess.seen(*picture.size),
        grid=np.asarray(signed / (maximum or 1), np.float32),
        maximum=maximum,
        share_for=float(signed.clip(min=0).sum()) / total if total > 0 else None,
    )
