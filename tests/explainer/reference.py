"""The papers' equations once more, one place at a time in float64: slow, and written without looking at ours."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def _combine(weights: list[float], activations: Array) -> Array:
    channels, height, width = activations.shape
    result = np.zeros((height, width))
    for k in range(channels):
        for i in range(height):
            for j in range(width):
                result[i, j] += weights[k] * activations[k, i, j]
    return result


def gradcam(activations: Array, gradients: Array) -> Array:
    """Selvaraju et al., eq. 1 and 2: a weight is the mean over all Z places of the gradient."""
    _, height, width = activations.shape
    weights = [sum(row.sum() for row in channel) / (height * width) for channel in gradients]
    return _combine(weights, activations)


def hirescam(activations: Array, gradients: Array) -> Array:
    """Draelos and Carin, eq. 4: the gradient at a place times the activation at that place."""
    result = np.zeros(activations.shape[1:])
    for activation, gradient in zip(activations, gradients, strict=True):
        for place in np.ndindex(result.shape):
            result[place] += gradient[place] * activation[place]
    return result


def layercam(activations: Array, gradients: Array) -> Array:
    """Jiang et al.: as HiResCAM, where the gradient is positive."""
    result = np.zeros(activations.shape[1:])
    for activation, gradient in zip(activations, gradients, strict=True):
        for place in np.ndindex(result.shape):
            result[place] += max(gradient[place], 0) * activation[place]
    return result


def gradcampp(activations: Array, gradients: Array) -> Array:
    """Chattopadhay et al., eq. 19 (the sum runs over the activations of the channel alone) and eq. 5."""
    weights = []
    for activation, gradient in zip(activations, gradients, strict=True):
        total, weight = activation.sum(), 0.0
        for place in np.ndindex(activation.shape):
            slope = gradient[place]
            if slope > 0:
                weight += slope**2 / (2 * slope**2 + total * slope**3) * slope
        weights.append(weight)
    return _combine(weights, activations)


def xgradcam(activations: Array, gradients: Array) -> Array:
    """Fu et al., eq. 8: a weight is the mean gradient, each place counting with its share of the activation."""
    weights = []
    for activation, gradient in zip(activations, gradients, strict=True):
        total = activation.sum()
        weights.append(sum(activation[p] / total * gradient[p] for p in np.ndindex(activation.shape)) if total else 0.0)
    return _combine(weights, activations)


REFERENCES = {
    "gradcam": gradcam,
    "hirescam": hirescam,
    "layercam": layercam,
    "gradcampp": gradcampp,
    "xgradcam": xgradcam,
}
