"""A classifier with a taught head: it shares the network of another one, and none of it is loaded twice."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import torch
from torch import Tensor, nn

from models.classifier import Classifier
from models.facts import ClassifierFacts
from models.taught.head import SMALLEST, TaughtHead
from models.taught.model import TaughtWeights, labels_of, taught_spec
from models.ways import Way
from models.weights import Network, frozen


class TaughtNetwork(nn.Module):
    """The modules of a backbone under their own names, and a linear head on the pooled features of one of its layers.

    The features are divided by their length, which counts as a constant of the picture: so each score is a bias plus a
    sum over the layer's places, and its gradient at the layer is the same at every place.
    """

    def __init__(self, backbone: nn.Module, layer: str, way: Way, weight: Tensor, bias: Tensor) -> None:
        """Share `backbone`, and take features (C,) off `layer`; `weight` is (things, C), `bias` (things,)."""
        super().__init__()
        for name, child in backbone.named_children():
            self.add_module(name, child)
        object.__setattr__(self, "_backbone", backbone)  # its modules stand above, and are to be listed once
        self._layer, self._way = layer, way
        self.taught = nn.Linear(weight.shape[1], len(weight), device="meta")
        self.taught.weight = nn.Parameter(weight, requires_grad=False)
        self.taught.bias = nn.Parameter(bias, requires_grad=False)

    def forward(self, inputs: Tensor) -> Tensor:
        """Pictures (N, 3, H, W) -> scores (N, things)."""
        kept: list[Tensor] = []
        # Registered last, so that it gets what hooks of others make of the output.
        layer = self.get_submodule(self._layer)
        hook = layer.register_forward_hook(lambda _module, _given, output: kept.append(output))
        try:
            backbone: nn.Module = self.__dict__["_backbone"]
            backbone(inputs)
        finally:
            hook.remove()
        pooled = self._way.grid(kept[-1]).mean(dim=(2, 3))
        lengths = pooled.norm(dim=1, keepdim=True).clamp_min(SMALLEST).detach()
        scores: Tensor = self.taught(pooled / lengths)
        return scores


@dataclass(frozen=True, eq=False)
class TaughtClassifier(Classifier):
    """A classifier with a taught `head` on the network of `backbone`, whose lock and device it shares."""

    backbone: Classifier = field(kw_only=True)
    head: TaughtHead = field(kw_only=True)

    @property
    def layer(self) -> str:
        """The module path of the layer that the head takes its features off."""
        return self.spec.layers[-1].name

    @property
    def facts(self) -> ClassifierFacts:
        """What is known of it without the network."""
        return replace(super().facts, head=self.head)


def built(weights: TaughtWeights) -> Network:
    """As `TaughtWeights.build`."""
    network = weights.backbone.build()
    module = _grafted(network.module, weights.layer, weights.way, weights.head)
    return Network(frozen(module), network.preprocess, labels_of(weights.head))


def untrained(weights: TaughtWeights) -> nn.Module:
    """As `TaughtWeights.untrained`."""
    module = _grafted(weights.backbone.untrained(), weights.layer, weights.way, weights.head)
    spread = float(module.taught.weight.std())
    module.taught.weight.data = torch.randn(module.taught.weight.shape) * spread
    return frozen(module)


def taught_on(backbone: Classifier, head: TaughtHead, name: str, title: str) -> TaughtClassifier:
    """Put a taught head on a classifier's network.

    Args:
        backbone: a classifier that is in memory; the result uses its module, and its lock.
        head: made of features of the backbone's last target layer.
        name: what it is called in a request.
        title: what visitors call it.

    Whether the layer gives as many features as the head takes, only a pass can tell.
    """
    last = backbone.spec.layers[-1]
    spec = taught_spec(backbone.spec, head, name, title)
    module = _grafted(backbone.module, last.name, last.way, head, like=next(backbone.module.parameters(), None))
    module.training = module.taught.training = False  # all else is, and may be in use just now
    on_cpu: Callable[[], Classifier] | None = None
    if backbone.on_cpu is not None:
        on_cpu = partial(_on_cpu, backbone.on_cpu, head, name, title)
    return TaughtClassifier(
        spec,
        module,
        backbone.preprocess,
        labels_of(head),
        backbone.device,
        backbone.lock,
        on_cpu,
        backbone=backbone,
        head=head,
    )


def _grafted(backbone: nn.Module, layer: str, way: Way, head: TaughtHead, like: Tensor | None = None) -> TaughtNetwork:
    weight, bias = (torch.from_numpy(each.copy()) for each in head.scaled)
    if like is not None:
        weight, bias = weight.to(like), bias.to(like)
    return TaughtNetwork(backbone, layer, way, weight, bias)


def _on_cpu(backbone: Callable[[], Classifier], head: TaughtHead, name: str, title: str) -> Classifier:
    return taught_on(backbone(), head, name, title)
