"""fast.ai's networks for pictures, rebuilt without fast.ai: the body of a known network, and a head of its own.

As `fastai.vision.learner` (2.8) makes them: `create_body`, `create_head`, `TimmBody`, `LinBnDrop`.
"""

import re
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from models.own.shapes import Shapes

BODY, HEAD = "0.", "1."
TIMM_BODY = "0.model."
# How many of a network's children fast.ai's own table leaves out at its end; others are cut at their last pooling.
_CUTS: Mapping[str, int] = {"resnet": -2, "squeezenet": -1, "densenet": -1, "vgg": -2, "alexnet": -2}
# The networks of that table. They are fed with ImageNet's mean and deviation; others get pictures as they are.
NORMALISED = re.compile(
    r"resnet(18|34|50|101|152)|squeezenet1_[01]|densenet(121|161|169|201)|vgg(11|13|16|19)_bn|alexnet"
)


class NoBody(ValueError):
    """A network that fast.ai can't cut a body from."""


class ConcatPool(nn.Module):
    """(N, C, H, W) -> (N, 2 C, 1, 1): the largest of each channel, then its average."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Pool."""
        largest = nn.functional.adaptive_max_pool2d(inputs, 1)
        return torch.cat([largest, nn.functional.adaptive_avg_pool2d(inputs, 1)], dim=1)


class TimmBody(nn.Module):
    """A network of timm's up to its last feature maps, or up to its pooled features where it has no maps."""

    def __init__(self, model: nn.Module, maps: bool) -> None:
        super().__init__()
        self.model = model
        self._maps = maps

    def forward(self, inputs: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) -> (N, C, h, w), or (N, C)."""
        run = self.model.forward_features if self._maps else self.model
        features: Tensor = run(inputs)  # type: ignore[operator]
        return features


def torchvision_body(name: str, model: nn.Module) -> nn.Sequential:
    """The children of a network of torchvision's, up to fast.ai's cut. Raises NoBody."""
    children = list(model.children())
    family = re.match(r"[a-z]+", name)
    cut = _CUTS.get(family[0], None) if family and NORMALISED.fullmatch(name) else None
    if cut is None:
        pools = [index for index, child in enumerate(children) if _pools(child)]
        if not pools or not pools[-1]:
            raise NoBody(name)
        cut = pools[-1]
    return nn.Sequential(*children[:cut])


def rebuilt(body: nn.Module, features: Tensor, shapes: Shapes) -> nn.Sequential:
    """The whole network: `body`, and the head that the `shapes` of a file tell of.

    `features` is what the body gives: (1, C, h, w), or (1, C) where they have no place, so that the head does not
    pool them. Raises NoBody where the head is none of fast.ai's.
    """
    return nn.Sequential(
        body, _head({name: shape for name, shape in shapes.items() if name.startswith(HEAD)}, features)
    )


def _pools(module: nn.Module) -> bool:
    return any(re.search(r"Pool[123]d$", type(part).__name__) for part in module.modules())


def _head(shapes: Shapes, features: Tensor) -> nn.Sequential:
    """What stands at each place of the head follows from the weights at the places that have some.

    Between a linear layer and the next one with weights stands ReLU, before a linear one dropout; before the first of
    all stand the pooling and `Flatten`, where the features have a place.
    """
    weights: dict[int, dict[str, tuple[int, ...]]] = {}
    for name, shape in shapes.items():
        match = re.fullmatch(r"1\.(\d{1,3})\.(weight|bias|running_mean|running_var)", name)
        if not match:
            raise NoBody(name)
        weights.setdefault(int(match[1]), {})[match[2]] = shape
    if not weights:
        raise NoBody("head")
    first = weights[min(weights)]["weight"][-1] if "weight" in weights[min(weights)] else 0
    pool = ConcatPool() if first == 2 * features.shape[1] else nn.AdaptiveAvgPool2d(1)
    parts: list[nn.Module] = [pool, nn.Flatten()] if features.dim() == 4 else []
    for place in sorted(weights):
        gap = place - len(parts)
        if gap < 0 or gap > 2:
            raise NoBody("head")
        after_linear = bool(parts) and isinstance(parts[-1], nn.Linear)
        parts += [nn.ReLU() if after_linear and index == 0 else nn.Dropout() for index in range(gap)]
        parts.append(_layer(weights[place]))
    if not any(isinstance(part, nn.Linear) for part in parts):
        raise NoBody("head")
    return nn.Sequential(*parts)


def _layer(shapes: Shapes) -> nn.Module:
    weight = shapes.get("weight", ())
    if len(weight) == 2:
        return nn.Linear(weight[1], weight[0], bias="bias" in shapes)
    if len(weight) == 1 and "running_mean" in shapes:
        return nn.BatchNorm1d(weight[0])
    raise NoBody("head")
