"""From activations and gradients of a layer to one small map: pure functions, one for each method.

One more method, of transformers alone, needs their attention and no such function: see `explainer.attention`.

Every function takes activations A and gradients G, both (N, C, H, W) and float, and returns the signed map
(N, H, W): positive where the layer speaks for the target, negative where it speaks against it. `positive` keeps what
speaks for it, which is what the papers draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from explainer.tape import Recording

if TYPE_CHECKING:  # the methods are known by name where nothing is computed, and there is no torch
    from torch import Tensor

MapFunction = Callable[["Tensor", "Tensor"], "Tensor"]


def gradcam(activations: Tensor, gradients: Tensor) -> Tensor:
    """Grad-CAM (Selvaraju et al., 2017, arXiv:1610.02391, eq. 1 and 2 before its ReLU): channels by mean gradient."""
    return _weighted(gradients.mean(dim=(2, 3)), activations)


def hirescam(activations: Tensor, gradients: Tensor) -> Tensor:
    """HiResCAM (Draelos and Carin, 2020, arXiv:2011.08891): gradient times activation, place by place."""
    return (gradients * activations).sum(dim=1)


def layercam(activations: Tensor, gradients: Tensor) -> Tensor:
    """LayerCAM (Jiang et al., 2021, doi:10.1109/TIP.2021.3089943, eq. 6): positive gradients times activations."""
    return (gradients.relu() * activations).sum(dim=1)


def gradcampp(activations: Tensor, gradients: Tensor) -> Tensor:
    """Grad-CAM++ (Chattopadhay et al., 2018, arXiv:1710.11063, eq. 19 for the alphas, eq. 5 for the weights).

    The paper scores with Y = e^S. In the alphas every e^S cancels, and so does the squared gradient, which would
    underflow where gradients are small; in the weights it is a factor common to all, left out. An alpha whose
    denominator is zero counts nothing.
    """
    import torch

    denominator = 2 + activations.sum(dim=(2, 3), keepdim=True) * gradients
    alphas = torch.where(denominator == 0, torch.zeros_like(gradients), 1 / _nonzero(denominator))
    return _weighted((alphas * gradients.relu()).sum(dim=(2, 3)), activations)


def xgradcam(activations: Tensor, gradients: Tensor) -> Tensor:
    """XGrad-CAM (Fu et al., 2020, arXiv:2008.02312, eq. 8): gradients weighted by each place's share of activation.

    A channel whose activations sum to zero has no shares and counts nothing.
    """
    import torch

    total = activations.sum(dim=(2, 3))
    weights = (gradients * activations).sum(dim=(2, 3))
    return _weighted(torch.where(total == 0, torch.zeros_like(weights), weights / _nonzero(total)), activations)


def positive(signed: Tensor) -> Tensor:
    """What speaks for the target: the ReLU that ends each of the papers' formulas, any shape."""
    return signed.relu()


def _weighted(weights: Tensor, activations: Tensor) -> Tensor:
    import torch

    return torch.einsum("nc,nchw->nhw", weights, activations)


def _nonzero(denominator: Tensor) -> Tensor:
    import torch

    return torch.where(denominator == 0, torch.ones_like(denominator), denominator)


@dataclass(frozen=True)
class Method:
    """A way to turn a layer's activations and gradients into a map, with the name that people know it by.

    A `delicate` one divides by sums that may be close to zero: a rounding in an early layer can change its whole map.
    """

    title: str
    function: MapFunction
    delicate: bool = False


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "gradcam": Method("Grad-CAM", gradcam),
        "hirescam": Method("HiResCAM", hirescam),
        "layercam": Method("LayerCAM", layercam),
        "gradcampp": Method("Grad-CAM++", gradcampp, delicate=True),
        "xgradcam": Method("XGrad-CAM", xgradcam, delicate=True),
    }
)
DEFAULT_METHOD = "gradcam"
ATTENTION = "attention"


def titles(class_token: bool = True) -> Mapping[str, str]:
    """The titles of methods by their keys: of those that any network has, and of the one that needs a class's token."""
    of_any = {key: method.title for key, method in METHODS.items()}
    return {**of_any, ATTENTION: "Attention"} if class_token else of_any


def signed_maps(recording: Recording, method: str) -> tuple[Tensor, ...]:
    """The signed map (N, H, W) of each of a recording's layers, by a method that its model has."""
    if method == ATTENTION:
        return tuple(each.squeeze(1) for each in recording.carried)
    function = METHODS[method].function
    return tuple(function(*each) for each in zip(recording.activations, recording.gradients, strict=True))
