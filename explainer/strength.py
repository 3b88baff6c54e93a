"""How strong a map's evidence is beside what is usual, so that a weak map can be drawn weak."""

from collections.abc import Mapping
from types import MappingProxyType

Table = Mapping[str, Mapping[str, Mapping[str, float]]]  # by model, method and layer

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
WEAK = 0.5  # of what is usual; below it a map is called weak


def strength(model: str, method: str, layer: str, maximum: float) -> float | None:
    """A map's maximum as a multiple of what is usual there, from 0 up.

    Args:
        model: the catalogue's name.
        method: a key of METHODS.
        layer: a module path.
        maximum: of a map for one class, in units of the score.

    Returns:
        None for a model or layer without a table: what is usual there has not been measured.
    """
    usual = _measured(USUAL, model, method, layer)
    return maximum / usual if usual else None


def share_of_full(model: str, method: str, layer: str, maximum: float) -> float | None:
    """A map's maximum on the layer's fixed scale: 0..1, where 1 is what a quarter of photographs reaches.

    Args and None as for `strength`.
    """
    full = _measured(FULL, model, method, layer)
    return min(1.0, maximum / full) if full else None


def _measured(table: Table, model: str, method: str, layer: str) -> float | None:
    return table.get(model, {}).get(method, {}).get(layer)
