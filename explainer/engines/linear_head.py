"""The end of many networks: global pooling and one linear layer, where gradients need no backward pass."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explainer.engines.protocol import best_score
from explainer.tape import Recording, record
from models.classifier import Classifier
from models.later import Tensor, nn, torch
from models.taught.head import SMALLEST
from models.ways import FEATURE_MAPS

if TYPE_CHECKING:
    from models.taught.network import TaughtClassifier

SIDE = 64  # of the noise that a network is tried with, in pixels
SAME = 1e-4  # relative


@dataclass(frozen=True, eq=False)
class Head:
    """Logits are `weight` times the mean activation of the layer before, plus `bias`.

    `weight` is (classes, C), `bias` (classes,). Zhou et al., 2016, arXiv:1512.04150, call the sum of the activations
    weighted by a class's row of it the class activation map; Grad-CAM is the same there but for a constant factor.
    With `unit` the mean is divided by its length, a constant of the picture, as a taught head has it.
    """

    weight: Tensor
    bias: Tensor
    unit: bool = False

    def logits(self, activations: Tensor) -> Tensor:
        """Activations (N, C, H, W) -> logits (N, classes)."""
        return (activations.mean(dim=(2, 3)) / self.lengths(activations)) @ self.weight.T + self.bias

    def lengths(self, activations: Tensor) -> Tensor:
        """What the mean of activations (N, C, H, W) is divided by, (N, 1)."""
        if not self.unit:
            return activations.new_ones(len(activations), 1)
        lengths: Tensor = activations.mean(dim=(2, 3)).norm(dim=1, keepdim=True)
        return lengths.clamp_min(SMALLEST)

    def gradients(self, slopes: Tensor, activations: Tensor) -> Tensor:
        """The score's gradients by the activations, for its gradients by the logits.

        `slopes` is (N, classes) and `activations` (1 or N, C, H, W); the result (N, C, H, W) is expanded, as it is the
        same at every place.
        """
        height, width = activations.shape[2:]
        # Most slopes are zero and are left out: a multiplication by all of them would wake torch's threads, which then
        # wait actively and take the processor from OpenVINO's. That was measured to cost more than all the rest here.
        kept = slopes.any(dim=0).nonzero()[:, 0]
        weights = slopes[:, kept] @ self.weight[kept]
        if self.unit:
            weights = weights / self.lengths(activations)
        return (weights / (height * width))[:, :, None, None].expand(-1, -1, height, width)


class Heads:
    """The heads of classifiers, each looked for once, and gone with its classifier."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: weakref.WeakKeyDictionary[Classifier, dict[str, Head | None]] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def of(self, classifier: Classifier, layer: str) -> Head | None:
        """The head of the classifier's module, as `find_head` finds it. Two threads at once may both look for it.

        A layer of tokens has none: attention follows. A taught head is known without looking.
        """
        from models.taught.network import TaughtClassifier

        if isinstance(classifier, TaughtClassifier):
            return taught_head(classifier) if layer == classifier.layer else None
        if classifier.spec.ways.get(layer, FEATURE_MAPS) != FEATURE_MAPS:
            return None
        with self._lock:
            known = self._known.setdefault(classifier, {})
        if layer not in known:
            known[layer] = classifier.exclusively(lambda chosen: find_head(chosen.module, layer))
        return known[layer]


HEADS = Heads()


def taught_head(classifier: TaughtClassifier) -> Head:
    """The head of a taught classifier, in float32 on the CPU."""
    weight, bias = map(torch.from_numpy, classifier.head.scaled)
    return Head(weight, bias, unit=True)


def find_head(module: nn.Module, layer: str) -> Head | None:
    """The head that follows `layer`, None where something else than pooling and one linear layer does.

    It is found by trying, not by names: on two pictures of noise the formula must give the network's own logits.
    """
    linear = [each for each in module.modules() if isinstance(each, nn.Linear)]
    if not linear:
        return None
    last = linear[-1]
    bias = last.weight.new_zeros(len(last.weight)) if last.bias is None else last.bias.detach()
    head = Head(last.weight.detach(), bias)
    return head if _explains(head, _noise(module, last.weight, layer)) else None


def _noise(module: nn.Module, like: Tensor, layer: str) -> Recording:
    pictures = torch.randn(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0)).to(like)
    return record(module, pictures, [layer], best_score)


def _explains(head: Head, seen: Recording) -> bool:
    if seen.activations[0].shape[1] != head.weight.shape[1] or seen.logits.shape[1] != len(head.bias):
        return False
    difference = (head.logits(seen.activations[0]) - seen.logits).abs().max()
    return bool(difference <= SAME * seen.logits.abs().max())
