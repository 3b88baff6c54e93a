"""How an experiment asks: the same way each time, for maps or for many confidences at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image

from explainer.confidences import confidences_of
from explainer.engines.protocol import Engine
from explainer.explain import Explanation, explain_targets
from explainer.methods import DEFAULT_METHOD
from explainer.target import Target
from models.classifier import Classifier
from models.preprocess import Box


@dataclass(frozen=True, eq=False)
class Asking:
    """A classifier, the method, layers and window to explain its answers with, and the engines that compute.

    `engine` makes maps; `quick` needs none but the last layer's, and gives confidences. None stands for torch, all
    layers, and the usual square from the centre.
    """

    classifier: Classifier
    method: str = DEFAULT_METHOD
    engine: Engine | None = None
    quick: Engine | None = None
    layers: tuple[str, ...] | None = None
    window: Box | None = None

    def framed(self, window: Box | None) -> "Asking":
        """The same, with another window."""
        return replace(self, window=window)

    def seen(self, picture: Image.Image) -> Box:
        """The part of a picture that reaches the model."""
        return self.classifier.preprocess.seen(*picture.size, self.window)

    def explain(self, picture: Image.Image, target: Target | None = None) -> Explanation:
        """As `explainer.explain.explain`."""
        return self.explain_targets(picture, [target])[0]

    def explain_targets(self, picture: Image.Image, targets: Sequence[Target | None]) -> tuple[Explanation, ...]:
        """As `explainer.explain.explain_targets`."""
        return explain_targets(
            self.classifier,
            picture,
            targets,
            self.method,
            engine=self.engine,
            layers=self.layers,
            window=self.window,
        )

    def confidences(self, pictures: Sequence[Image.Image], target: Target) -> tuple[float, ...]:
        """How sure the model is of `target` for each RGB picture, 0..1. Raises NotFinite."""
        inputs = [self.classifier.preprocess.array(each, self.window) for each in pictures]
        return tuple(confidences_of(self.classifier, inputs, target, self.quick)) if inputs else ()
