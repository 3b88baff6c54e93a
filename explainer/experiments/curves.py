"""Deletion and insertion curves: what is left of the confidence as more and more is hidden, in the map's order."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from explainer.confidences import confidences_of
from explainer.engines.protocol import Engine
from explainer.experiments.hiding import DEFAULT_REPLACEMENT, REPLACEMENTS, hide, hottest, ranked
from explainer.explain import Explanation, LayerMap
from models.classifier import Classifier

STEPS = 16


@dataclass(frozen=True)
class Curves:
    """Confidences 0..1 after each of `shares`, which run from 0 to 1 in even steps.

    `deletion`: that share of the picture, the hottest first, was hidden; a truthful map makes it fall fast.
    `insertion`: all was hidden, and that share, the hottest first, was shown again; it should rise fast.
    """

    shares: tuple[float, ...]
    deletion: tuple[float, ...]
    insertion: tuple[float, ...]

    @property
    def deletion_area(self) -> float:
        """The area under the curve of deletion, 0..1; small is good."""
        return _area(self.deletion)

    @property
    def insertion_area(self) -> float:
        """The area under the curve of insertion, 0..1; large is good."""
        return _area(self.insertion)


def curves_of(
    classifier: Classifier,
    explanation: Explanation,
    picture: Image.Image,
    layer: LayerMap,
    *,
    replacement: str = DEFAULT_REPLACEMENT,
    steps: int = STEPS,
    engine: Engine | None = None,
) -> Curves:
    """Petsiuk et al., 2018, arXiv:1806.07421 (RISE), with one replacement for both curves so that their ends agree.

    Args:
        classifier: which gave the explanation.
        explanation: of the same picture; its target is asked about.
        picture: upright RGB picture of any size.
        layer: the map whose order is followed.
        replacement: what is put where something is hidden, a key of REPLACEMENTS.
        steps: how many times more is hidden; 2 · `steps` pictures are asked.
        engine: what computes; None for torch.

    Raises:
        KeyError: the replacement is not in REPLACEMENTS.
        NotFinite: the model gave NaN or infinity.
    """
    inputs = classifier.preprocess.array(picture)
    filled = REPLACEMENTS[replacement](inputs)
    places = ranked(layer.grid, inputs.shape[1])
    shares = tuple(np.linspace(0, 1, steps + 1).tolist())
    # Both ends of the one curve are the other's, so they are asked once.
    deleted = [hide(inputs, hottest(places, share), filled) for share in shares]
    inserted = [hide(filled, hottest(places, share), inputs) for share in shares[1:-1]]
    left = confidences_of(classifier, deleted + inserted, explanation.target, engine)
    deletion, between = left[: len(shares)], left[len(shares) :]
    return Curves(shares, tuple(deletion), (deletion[-1], *between, deletion[0]))


def _area(curve: tuple[float, ...]) -> float:
    return float(np.trapezoid(curve, dx=1 / (len(curve) - 1)))
