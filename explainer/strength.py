"""How strong a map's evidence is beside what is usual, so that a weak map can be drawn weak.

Of the bundled models it was measured by us, and of a host's own network when it was added.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from statistics import median, quantiles
from types import MappingProxyType

from explainer.methods import METHODS, positive
from explainer.tape import Recording
from models.catalogue import ClassifierSpec

OfOne = Mapping[str, Mapping[str, float]]  # by method and layer
Table = Mapping[str, OfOne]  # by model
Maxima = Mapping[tuple[str, str], float]  # by method and layer

# For each model, method and layer the median of a map's maximum for the model's first answer, over 200 photographs of
# as many of ImageNet's classes. `python -m benchmarks.usual FOLDER` makes such a table of any folder.
USUAL: Table = MappingProxyType(
    {
        "efficientnet_lite0": {
            "gradcam": {"blocks.1": 0.0046, "blocks.2": 0.0144, "blocks.4": 0.0506, "blocks.6": 0.5, "bn2": 0.623},
            "hirescam": {"blocks.1": 0.121, "blocks.2": 0.208, "blocks.4": 0.444, "blocks.6": 1.07, "bn2": 0.623},
            "layercam": {"blocks.1": 0.0888, "blocks.2": 0.156, "blocks.4": 0.302, "blocks.6": 0.542, "bn2": 0.747},
            "gradcampp": {"blocks.1": 70.1, "blocks.2": 55.0, "blocks.4": 10.8, "blocks.6": 5.35, "bn2": 17.3},
            "xgradcam": {"blocks.1": 0.0341, "blocks.2": 0.226, "blocks.4": 0.927, "blocks.6": 1.52, "bn2": 0.623},
        },
        "efficientnet_lite2": {
            "gradcam": {"blocks.1": 0.00221, "blocks.2": 0.00669, "blocks.4": 0.0251, "blocks.6": 0.274, "bn2": 0.46},
            "hirescam": {"blocks.1": 0.0821, "blocks.2": 0.136, "blocks.4": 0.288, "blocks.6": 0.795, "bn2": 0.46},
            "layercam": {"blocks.1": 0.0548, "blocks.2": 0.089, "blocks.4": 0.176, "blocks.6": 0.4, "bn2": 0.527},
            "gradcampp": {"blocks.1": 80.9, "blocks.2": 52.4, "blocks.4": 7.93, "blocks.6": 5.03, "bn2": 20.7},
            "xgradcam": {"blocks.1": 0.0138, "blocks.2": 0.0581, "blocks.4": 0.432, "blocks.6": 0.996, "bn2": 0.46},
        },
    }
)
# The same photographs' upper quarter: a fixed scale, on which most maps do not reach the top.
FULL: Table = MappingProxyType(
    {
        "efficientnet_lite0": {
            "gradcam": {"blocks.1": 0.00662, "blocks.2": 0.0184, "blocks.4": 0.0677, "blocks.6": 0.565, "bn2": 0.727},
            "hirescam": {"blocks.1": 0.155, "blocks.2": 0.298, "blocks.4": 0.638, "blocks.6": 1.18, "bn2": 0.727},
            "layercam": {"blocks.1": 0.117, "blocks.2": 0.235, "blocks.4": 0.456, "blocks.6": 0.634, "bn2": 0.935},
            "gradcampp": {"blocks.1": 127.0, "blocks.2": 95.0, "blocks.4": 21.8, "blocks.6": 6.15, "bn2": 21.5},
            "xgradcam": {"blocks.1": 0.0885, "blocks.2": 0.448, "blocks.4": 2.23, "blocks.6": 2.39, "bn2": 0.727},
        }
    }
)
OURS: Mapping[str, Table] = MappingProxyType({"usual": USUAL, "full": FULL})
WEAK = 0.5  # of what is usual; below it a map is called weak


def strength(spec: ClassifierSpec, method: str, layer: str, maximum: float) -> float | None:
    """A map's maximum as a multiple of what is usual there, from 0 up.

    Args:
        spec: of the model.
        method: a key of METHODS.
        layer: a module path.
        maximum: of a map for one class, in units of the score.

    Returns:
        None for a model or layer without a table: what is usual there has not been measured.
    """
    usual = _measured("usual", spec, method, layer)
    return maximum / usual if usual else None


def share_of_full(spec: ClassifierSpec, method: str, layer: str, maximum: float) -> float | None:
    """A map's maximum on the layer's fixed scale: 0..1, where 1 is what a quarter of photographs reaches.

    Args and None as for `strength`.
    """
    full = _measured("full", spec, method, layer)
    return min(1.0, maximum / full) if full else None


def maxima(recording: Recording, layers: Sequence[str]) -> Maxima:
    """By method and layer the maximum of the map of a recording's first row, which was made at `layers`."""
    return {
        (key, name): float(positive(method.function(activations[:1], gradients[:1])).max())
        for name, activations, gradients in zip(layers, recording.activations, recording.gradients, strict=True)
        for key, method in METHODS.items()
    }


def tables(found: Sequence[Maxima]) -> Mapping[str, OfOne]:
    """What is usual over pictures: `usual` has the medians of their maxima, and `full` the upper quartiles.

    Args:
        found: of at least two pictures, for the first answer to each.
    """

    def table(of: Callable[[list[float]], float]) -> OfOne:
        made: dict[str, dict[str, float]] = {}
        for method, layer in found[0]:
            made.setdefault(method, {})[layer] = float(f"{of([each[method, layer] for each in found]):.3g}")
        return made

    return {"usual": table(median), "full": table(lambda values: quantiles(values, n=4)[2])}


def _measured(table: str, spec: ClassifierSpec, method: str, layer: str) -> float | None:
    own = _kept(spec.measures.strengths).get(table)
    of_one = OURS[table].get(spec.name, {}) if own is None else own
    return of_one.get(method, {}).get(layer)


@lru_cache(maxsize=64)
def _kept(strengths: str) -> Mapping[str, OfOne]:
    """The tables that are kept with a network's weights; nothing where there are none, or what is no tables."""
    try:
        told = json.loads(strengths) if strengths else {}
        return {
            table: {
                method: {name: float(value) for name, value in layers.items()} for method, layers in told[table].items()
            }
            for table in told
        }
    except (ValueError, TypeError, AttributeError):
        return {}
