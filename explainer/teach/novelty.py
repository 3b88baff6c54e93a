"""Whether a picture is unlike everything that was taught."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explainer.outside.outside import Outlook
from explainer.tape import Recording
from explainer.teach.fit import Vectors
from explainer.teach.pooled import features_in

if TYPE_CHECKING:
    from models.taught.network import TaughtClassifier

MISSED = 0.05  # of the pictures of takes that were left out; they may count as unlike the others
STRANGERS = 0.75  # of pictures of other things; so many are no nearer to what was taught than the bound, with one take
OTHERS = 0.9  # of pictures of other things; so many are no nearer to what was taught than the place of a thing is
NOTHING = -1.0  # a bound that nothing is below
LEAST = 5  # pictures of takes left out


def nearness(vectors: Vectors, examples: Vectors) -> NDArray[np.float64]:
    """The largest cosine of each of features (N, C) with examples (M, C), all of length one; 0 without examples."""
    if not len(examples):
        return np.zeros(len(vectors))
    return np.asarray((np.asarray(vectors) @ np.asarray(examples).T).max(axis=1), np.float64)


def bound_of(own: Sequence[float] | NDArray[np.float64], strangers: Sequence[float] | NDArray[np.float64]) -> float:
    """The nearness below which a picture is unlike everything that was taught.

    Args:
        own: of pictures of takes that were left out, to the pictures of the takes that stayed.
        strangers: of pictures of other things, to all pictures of the things.

    Returns:
        Where there are enough pictures of left-out takes, what about the share MISSED of these fall short of, or half
        way from there to the strangers where that is lower. With single takes nobody knows how unlike itself a thing
        can be: then most strangers fall short of it, and that is all.
    """
    far = float(np.quantile(strangers, STRANGERS)) if len(strangers) else NOTHING
    if len(own) < LEAST:
        return far
    near = float(np.quantile(own, MISSED))
    return min(near, (near + far) / 2) if len(strangers) else near


def is_elsewhere(vector: Vectors, examples: Vectors, strangers: Vectors) -> bool:
    """Whether a picture that should show the place of a thing, without the thing, shows another place.

    A place alone may be unlike everything that was taught: that is what the exam asks. But it has more in common with
    pictures taken there than most pictures of anything have. Of 40 photographs whose middle was taken out, two were
    called another place by mistake; of other photographs, eight in ten were found to be one.

    Args:
        vector: features (C,) of the picture.
        examples: of pictures of the things, (M, C).
        strangers: of pictures of anything, (N, C); without any, nothing is elsewhere.
    """
    if not len(strangers) or not len(examples):
        return False
    return float(nearness(vector[None], examples)[0]) < float(np.quantile(nearness(strangers, examples), OTHERS))


def outlook_of(recording: Recording, layers: Sequence[str], classifier: TaughtClassifier) -> Outlook | None:
    """Judge the picture of a recording's first row, whose activations follow `layers`; None without the last layer.

    What is unlike everything that was taught counts as outside. `oddness` is one minus the nearness, `limit` that of
    the bound.
    """
    seen = dict(zip(layers, (*recording.activations, *recording.also), strict=True)).get(classifier.layer)
    if seen is None or classifier.head.examples is None:
        return None
    near = classifier.head.nearness(features_in(seen[0].float().cpu().numpy()).vector)
    order = recording.logits[0].sort(descending=True, stable=True).indices
    bound = classifier.head.novelty
    return Outlook(
        outside=near < bound,
        oddness=1 - near,
        limit=1 - bound,
        weak=0.0,
        strange=0.0,
        nearest=tuple(classifier.labels[index] for index in order.tolist() if index != classifier.head.none),
    )
