"""What can be asked about a picture, and what each word of a question stands for."""

from dataclasses import dataclass

from explainer.explain import UnknownMethod
from explainer.methods import DEFAULT_METHOD, titles
from explainer.target import Target, parse_target
from models.catalogue import ClassifierSpec
from models.classifier import Classifier
from models.facts import ClassifierFacts
from models.problems import Problem
from page.words import spoken

DEFAULT_LAYER = "default"


class UnknownLayer(Problem):
    """A target layer that the model does not list; `known` has those it does."""

    key = "layer.unknown"


class OpacityOutOfRange(Problem):
    """An opacity that is not a number from 0 to 1."""

    key = "opacity.range"


class NoPicture(Problem):
    """A request without a picture."""

    key = "picture.none"


@dataclass(frozen=True)
class Question:
    """What to ask about a picture. None stands for the default model, the model's first answer, Grad-CAM, and all
    target layers; a layer is a module path, or DEFAULT_LAYER for the model's default."""

    model: str | None = None
    target: str | int | None = None
    method: str | None = None
    layer: str | None = None


def target_of(asked: str | int | None, classifier: Classifier | ClassifierFacts) -> Target | None:
    """What a visitor or a program asks about, by a word, a number or a contrast; None or blank for the first answer.

    Words may be English, or of the language that is spoken.

    Raises the problems of `explainer.target.parse_target`.
    """
    given = asked if type(asked) is int else str("" if asked is None else asked).strip()
    return None if given == "" else parse_target(given, classifier.labels.in_language(spoken()))


def method_of(asked: str | None, spec: ClassifierSpec | None = None) -> str:
    """The key of a method, Grad-CAM's for None. Raises UnknownMethod where the model of `spec`, or without it any
    model, has no such method."""
    method = asked or DEFAULT_METHOD
    known = titles(spec is None or spec.class_token)
    if method not in known:
        raise UnknownMethod(method=method, known=tuple(known))
    return method


def layers_of(classifier: Classifier | ClassifierFacts, asked: str | None) -> tuple[str, ...]:
    """The module paths to make maps of: all for None, one for a path or DEFAULT_LAYER. Raises UnknownLayer."""
    known = tuple(layer.name for layer in classifier.spec.layers)
    if not asked:
        return known
    name = classifier.spec.default_layer if asked == DEFAULT_LAYER else asked
    if name not in known:
        raise UnknownLayer(layer=asked, known=known)
    return (name,)
