"""The engine of taught classifiers: the network is its backbone's, and so is what computes it."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.engines.linear_head import taught_head
from explainer.engines.protocol import Engine, slopes
from explainer.engines.torch import TorchEngine
from explainer.tape import Recording
from explainer.target import Target
from models.later import Tensor
from models.taught.network import TaughtClassifier


class TaughtEngine:
    """Asks the backbone's engine for the last layer, and goes on with the taught head in closed form.

    So a taught network needs no graph of its own, and shares its passes with those who ask the backbone. Gradients of
    earlier layers come from torch: a graph with the head's weights as an input would have to be kept beside the
    backbone's, as large as that.
    """

    def __init__(self, classifier: TaughtClassifier, backbone: Engine) -> None:
        """Ask `backbone`, an engine of the classifier's backbone."""
        self.name = backbone.name
        self._classifier = classifier
        self._backbone = backbone
        self._head = taught_head(classifier)

    def run(
        self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str] = ()
    ) -> Recording:
        """As `Engine.run`."""
        last = self._classifier.layer
        if tuple(layers) != (last,):
            return TorchEngine(self._classifier).run(inputs, layers, targets, also)
        seen = self._backbone.run(inputs, layers, [None] * len(inputs), also)
        rows = len(targets)
        own = seen.activations[0].float().cpu()
        activations = own.expand(rows, -1, -1, -1)
        logits = self._head.logits(own).expand(rows, -1)
        gradients = self._head.gradients(slopes(logits, targets), activations)
        return Recording(
            logits, (activations,), (gradients,), tuple(each.expand(rows, -1, -1, -1) for each in seen.also)
        )
