"""The reference engine: torch's own gradients, for every model on every device."""

from __future__ import annotations

from collections.abc import Sequence

from explainer.engines.protocol import scores
from explainer.tape import Recording, record
from explainer.target import Target
from models.classifier import Classifier
from models.later import Tensor, torch


class TorchEngine:
    """Runs the classifier's own module, one pass forward and one backward.

    On a CPU a row's numbers may depend on its neighbours' by a rounding, and sharing a pass gains nothing: rows go one
    by one there. A GPU takes them together.
    """

    name = "torch"

    def __init__(self, classifier: Classifier, together: bool | None = None, attention: bool = False) -> None:
        """Ask `classifier`; `together` overrides whether several pictures share a pass, and with `attention` the
        recordings say what it has carried."""
        self._classifier = classifier
        self._attention = attention
        self._together = classifier.device.type != "cpu" if together is None else together

    def run(
        self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str] = ()
    ) -> Recording:
        """As `Engine.run`; raises `explainer.tape.LayerError` for a layer that is none of the module's."""
        if len(inputs) == 1 or self._together:
            return self._pass(inputs, layers, targets, also)
        rows = zip(inputs.chunk(len(inputs)), targets, strict=True)
        return joined([self._pass(row, layers, [target], also) for row, target in rows])

    def _pass(
        self, inputs: Tensor, layers: Sequence[str], targets: Sequence[Target | None], also: Sequence[str]
    ) -> Recording:
        def score(logits: Tensor) -> Tensor:
            if len(logits) == len(targets):
                return scores(logits, targets)
            return torch.stack([scores(logits, [target]) for target in targets])

        ways = self._classifier.spec.ways

        def pass_through(classifier: Classifier) -> Recording:
            from models.attention import Attentions

            watch = Attentions() if self._attention else None
            return record(classifier.module, inputs.to(classifier.device), layers, score, ways, also, watch)

        return self._classifier.exclusively(pass_through)


def joined(recordings: Sequence[Recording]) -> Recording:
    """Recordings of the same layers, one below the other."""
    return Recording(
        torch.cat([each.logits for each in recordings]),
        tuple(torch.cat(rows) for rows in zip(*(each.activations for each in recordings), strict=True)),
        tuple(torch.cat(rows) for rows in zip(*(each.gradients for each in recordings), strict=True)),
        tuple(torch.cat(rows) for rows in zip(*(each.also for each in recordings), strict=True)),
        tuple(torch.cat(rows) for rows in zip(*(each.carried for each in recordings), strict=True)),
    )
